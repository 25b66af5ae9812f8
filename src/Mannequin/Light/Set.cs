using System.Numerics;
using System.Runtime.Intrinsics;
using Colonnade.Mannequin.Drawing;
using Colonnade.Mannequin.Fields;

namespace Colonnade.Mannequin.Light;

/// <summary>Everything a painter looks at, in place.</summary>
internal sealed record Set(Field Field, Lattice Lattice, Eye Eye, Lighting Lighting, PlacedLamp[] Lamps, Backdrop Backdrop, Vector3[] Palette);

/// <summary>A lamp in the world.</summary>
internal sealed class PlacedLamp
{
    private readonly Vector3 _towards, _centre;
    private readonly float _distance;

    /// <param name="lamp">What to place.</param>
    /// <param name="eye">What it is placed beside.</param>
    /// <param name="centre">The middle of the figure.</param>
    public PlacedLamp(Lamp lamp, Eye eye, Vector3 centre)
    {
        var (sin, cos) = MathF.SinCos(lamp.Azimuth * MathF.PI / 180);
        var (rise, flat) = MathF.SinCos(lamp.Elevation * MathF.PI / 180);
        var towardsEye = Vector3.Normalize((eye.At - centre) with { Y = 0 } + new Vector3(0, 0, 1e-6f));
        _towards = flat * (cos * towardsEye + sin * eye.Right) + rise * Vector3.UnitY;
        (_centre, _distance, Colour, Size, Shadows) = (centre, lamp.Distance, lamp.Colour, lamp.Size, lamp.Shadows);
    }

    public Vector3 Colour { get; }

    public float Size { get; }

    public bool Shadows { get; }

    /// <summary>The direction to the lamp from eight points, and how strong it is there.</summary>
    public (Wide3 Towards, Vector256<float> Strength) At(in Wide3 p)
    {
        if (_distance <= 0) return (new Wide3(_towards), Vector256<float>.One);
        var to = new Wide3(_centre + _towards * _distance) - p;
        var square = Wide.Max(Wide3.Dot(to, to), Wide.Of(100));
        return (to * (Vector256<float>.One / Wide.Sqrt(square)), Wide.Of(_distance * _distance) / square);
    }
}
