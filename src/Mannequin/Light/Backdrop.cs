using System.Numerics;
using System.Runtime.Intrinsics;
using Colonnade.Mannequin.Fields;

namespace Colonnade.Mannequin.Light;

/// <summary>What is behind and below the figure: the colour of the floor at a point and of the wall or sky in a direction.</summary>
internal sealed class Backdrop
{
    private readonly Vector3 _floor, _low, _high, _haze;
    private readonly float _fadeFrom, _fadeTo, _brightness, _pool, _glow;
    private readonly bool _isGrid, _isOutdoors;
    private readonly Vector3 _figure;

    /// <param name="name">A known background.</param>
    /// <param name="lighting">How bright it is.</param>
    /// <param name="figure">Where the figure is.</param>
    /// <param name="tint">Changes the colours a little.</param>
    public Backdrop(string name, Lighting lighting, Vector3 figure, Vector3 tint)
    {
        (_floor, _low, _high, _fadeFrom, _fadeTo, _glow) = name switch
        {
            "gradient" => (Grey(0.46f), Grey(0.50f), Grey(0.16f), 60, 420, 0.5f),
            "studio" => (Grey(0.40f), Grey(0.36f), Grey(0.24f), 180, 380, 0.35f),
            "grid" => (Grey(0.55f), Grey(0.58f), Grey(0.50f), 500, 2400, 0f),
            "outdoor" => (new Vector3(0.30f, 0.28f, 0.18f), new Vector3(0.70f, 0.77f, 0.82f), new Vector3(0.26f, 0.44f, 0.68f), 500, 5000, 0f),
            _ => (Grey(0.60f), Grey(0.60f), Grey(0.58f), 40, 300, 0f),
        };
        _floor *= tint;
        _haze = new Vector3(0.40f, 0.43f, 0.36f) * tint;
        _low *= tint;
        _high *= tint;
        (_isGrid, _isOutdoors) = (name == "grid", name == "outdoor");
        _brightness = _isOutdoors ? MathF.Sqrt(lighting.Backdrop) : lighting.Backdrop;
        _pool = _isOutdoors ? 0 : lighting.Pool;
        _figure = figure;

        static Vector3 Grey(float value) => new(value * 1.01f, value, value * 0.98f);
    }

    /// <summary>The colour of the floor at eight points, seen from a distance, before shadows.</summary>
    public Wide3 Floor(in Wide3 p, Vector256<float> distance, float pixel, Vector256<float> aside)
    {
        var (x, z) = (p.X - Wide.Of(_figure.X), p.Z - Wide.Of(_figure.Z));
        var away = Wide.Sqrt(x * x + z * z);
        var colour = new Wide3(_floor);
        if (_isGrid)
        {
            var width = distance * Wide.Of(pixel);
            var line = Wide.Max(Line(p.X, 50, width, 0.55f), Line(p.Z, 50, width, 0.55f)) * Wide.Of(0.55f);
            line = Wide.Max(line, Wide.Max(Line(p.X, 200, width, 0.9f), Line(p.Z, 200, width, 0.9f)) * Wide.Of(0.8f));
            colour = Wide3.Mix(colour, new Wide3(_floor * 0.32f), line);
        }

        if (_isOutdoors)
        {
            // Tufts and bare patches, larger than a pixel.
            var patch = Wide.Sin(p.X * Wide.Of(0.021f) + Wide.Sin(p.Z * Wide.Of(0.017f)) * Wide.Of(2)) * Wide.Sin(p.Z * Wide.Of(0.026f) - Wide.Of(0.7f) * Wide.Sin(p.X * Wide.Of(0.011f)));
            colour = Wide3.Mix(colour, new Wide3(_floor * new Vector3(0.80f, 0.92f, 0.72f)), Wide.Of(0.5f) + Wide.Of(0.5f) * patch);
        }

        // Far away the floor runs into the wall: there is no corner between them.
        var near = colour * (Wide.Of(_brightness) * InPool(away));
        var far = _isOutdoors ? new Wide3(_haze * _brightness) : Wall(Vector256<float>.Zero, aside);
        return Wide3.Mix(near, far, Wide.Step(_fadeFrom, _fadeTo, away));
    }

    /// <summary>The colour in eight directions that meet no floor, by how steeply they rise and how far aside of the figure they point.</summary>
    public Wide3 Wall(Vector256<float> rise, Vector256<float> aside)
    {
        var share = Wide.Step(0, _isOutdoors ? 0.75f : 0.62f, rise);
        var colour = Wide3.Mix(new Wide3(_low), new Wide3(_high), share);
        if (_isOutdoors)
        {
            var ridge = Wide.Of(0.022f) + Wide.Of(0.014f) * Wide.Sin(aside * Wide.Of(5)) + Wide.Of(0.006f) * Wide.Sin(aside * Wide.Of(17));
            var hills = Vector256.LessThan(rise, ridge);
            colour = Wide3.Select(hills, new Wide3(_low * new Vector3(0.62f, 0.70f, 0.78f)), colour);
        }

        if (_glow > 0)
        {
            var from = rise - Wide.Of(0.14f);
            var spot = Vector256<float>.One / (Vector256<float>.One + (aside * aside + from * from) * Wide.Of(7));
            colour *= Wide.Of(1 - _glow * 0.45f) + spot * Wide.Of(_glow);
        }

        var dim = _pool > 0 ? Vector256<float>.One - Wide.Of(0.45f) * Wide.Step(0.1f, 0.9f, Vector256.Abs(aside) + Wide.Max(rise, Vector256<float>.Zero)) : Vector256<float>.One;
        return colour * (Wide.Of(_brightness) * dim * (_pool > 0 ? InPool(Wide.Of(_fadeTo)) : Vector256<float>.One));
    }

    private Vector256<float> InPool(Vector256<float> away)
    {
        if (_pool <= 0) return Vector256<float>.One;
        // Beyond where floor and wall meet it stays as dark as there.
        var share = Wide.Min(away, Wide.Of(_fadeTo)) * Wide.Of(1 / _pool);
        return Wide.Of(0.35f) + Wide.Of(0.95f) / (Vector256<float>.One + share * share * share);
    }

    // A line at each multiple of the spacing, of a width in centimetres but no thinner than a pixel.
    private static Vector256<float> Line(Vector256<float> at, float spacing, Vector256<float> pixel, float width)
    {
        var turns = at * Wide.Of(1 / spacing);
        var off = Vector256.Abs(turns - Vector256.Floor(turns + Wide.Of(0.5f))) * Wide.Of(spacing);
        var half = Wide.Max(Wide.Of(width), pixel);
        var cover = Wide.Clamp01((half - off) / pixel + Wide.Of(0.5f));
        // Thinner than a pixel: as much paler.
        return cover * Wide.Min(Wide.Of(width * 1.6f) / half, Vector256<float>.One);
    }
}
