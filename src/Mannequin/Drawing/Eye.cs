using System.Numerics;

namespace Colonnade.Mannequin.Drawing;

/// <summary>A camera in its place: turns pixels into rays and points into pixels.</summary>
internal sealed class Eye
{
    private readonly float _width, _height, _scale, _shiftX, _shiftY;

    private Eye(Vector3 at, Vector3 forward, float width, float height, float scale, float shiftX, float shiftY)
    {
        (At, Forward) = (at, forward);
        Right = Vector3.Normalize(Vector3.Cross(forward, Vector3.UnitY));
        Up = Vector3.Cross(Right, forward);
        (_width, _height, _scale, _shiftX, _shiftY) = (width, height, scale, shiftX, shiftY);
    }

    public Vector3 At { get; }

    public Vector3 Forward { get; }

    public Vector3 Right { get; }

    public Vector3 Up { get; }

    /// <summary>How many centimetres a pixel covers at a distance of one.</summary>
    public float Pixel => 1 / _scale;

    /// <summary>Stands where <paramref name="extent"/>, the outermost points for four directions across the view, fills the frame.</summary>
    /// <param name="camera">What to stand by.</param>
    /// <param name="centre">The middle of the figure.</param>
    /// <param name="extent">Outermost points of the figure for the directions right and up of a view.</param>
    /// <param name="width">Of the frame, in pixels.</param>
    /// <param name="height">Of the frame, in pixels.</param>
    public static Eye Framing(Camera camera, Vector3 centre, Func<Vector3, Vector3, IReadOnlyList<Vector3>> extent, int width, int height)
    {
        var (sin, cos) = MathF.SinCos((float)camera.View * MathF.PI / 180);
        var towards = new Vector3(sin, 0, cos);
        // The longer side of the picture is the longer side of the film.
        var scale = (float)camera.FocalLength / 36 * Math.Max(width, height);
        // The nearest distance at which it fits: guessed from how much too large or small it is, between what is known of both.
        var (tooNear, fits, distance) = (40f, float.PositiveInfinity, 400f);
        var eye = Stand(distance);
        for (var attempt = 0; attempt < 24; attempt++)
        {
            var (least, greatest) = eye.Frame(extent(eye.Right, eye.Up));
            // What the margins leave of the frame is what the figure may take.
            var taken = Math.Max((greatest.X - least.X) / (width * 0.86f), (greatest.Y - least.Y) / (height * 0.88f));
            if (taken <= 1) fits = Math.Min(fits, distance);
            else tooNear = Math.Max(tooNear, distance);
            if (taken is <= 1 and > 0.99f || fits < tooNear * 1.003f) break;
            var guess = distance * Math.Clamp(taken * 1.003f, 0.5f, 2.5f);
            distance = guess > tooNear && guess < fits ? guess : float.IsFinite(fits) ? (tooNear + fits) / 2 : tooNear * 1.6f;
            eye = Stand(distance);
        }

        if (float.IsFinite(fits)) eye = Stand(fits);
        // The film is shifted rather than the camera turned, so that what stands upright looks upright.
        var (low, high) = eye.Frame(extent(eye.Right, eye.Up));
        return new Eye(eye.At, eye.Forward, width, height, scale, width / 2f - (low.X + high.X) / 2, height / 2f - (low.Y + high.Y) / 2);

        Eye Stand(float distance)
        {
            var rise = Math.Clamp((float)camera.Height - centre.Y, -0.94f * distance, 0.94f * distance);
            var at = centre + towards * MathF.Sqrt(distance * distance - rise * rise) + new Vector3(0, rise, 0);
            at.Y = Math.Max(at.Y, 4);
            return new Eye(at, Vector3.Normalize(centre - at), width, height, scale, 0, 0);
        }
    }

    /// <summary>The direction of a pixel's ray, of length 1 along <see cref="Forward"/>.</summary>
    public Vector3 Ray(float x, float y) => Forward + Right * Across(x) + Up * Above(y);

    /// <summary>How far right of the middle a pixel looks, in units of the distance.</summary>
    public float Across(float x) => (x - _width / 2 - _shiftX) / _scale;

    /// <summary>How far above the middle a pixel looks, in units of the distance.</summary>
    public float Above(float y) => (_height / 2 + _shiftY - y) / _scale;

    /// <summary>Where a point is seen, in pixels, and how far away it is along the view.</summary>
    public Vector3 Project(Vector3 point)
    {
        var from = point - At;
        var depth = Math.Max(Vector3.Dot(from, Forward), 1);
        return new Vector3(
            _width / 2 + _shiftX + Vector3.Dot(from, Right) / depth * _scale,
            _height / 2 + _shiftY - Vector3.Dot(from, Up) / depth * _scale,
            depth);
    }

    private (Vector2 Least, Vector2 Greatest) Frame(IReadOnlyList<Vector3> points)
    {
        var (least, greatest) = (new Vector2(float.MaxValue), new Vector2(float.MinValue));
        foreach (var point in points)
        {
            var seen = Project(point);
            least = Vector2.Min(least, new Vector2(seen.X, seen.Y));
            greatest = Vector2.Max(greatest, new Vector2(seen.X, seen.Y));
        }

        return (least, greatest);
    }
}
