using System.Numerics;
using System.Runtime.Intrinsics;
using Colonnade.Mannequin.Body;
using Colonnade.Mannequin.Fields;

namespace Colonnade.Mannequin.Poses;

/// <summary>How far an arm is inside of the rest of the body, or short of touching it.</summary>
internal static class Touching
{
    /// <summary>How far a hand is pulled towards what it should touch, at most, in centimetres.</summary>
    private const float MostPull = 5;

    // Points down the arm with the thickness around each, in centimetres of the reference figure; the palm's centre is the third.
    private static readonly (Joint Joint, Vector3 Point, float Radius)[] Probes =
    [
        (Joint.LeftElbow, new(0, -9, 0), 3.1f), (Joint.LeftWrist, new(0, -0.5f, 0), 2), (Joint.LeftWrist, new(0, -6, 0.3f), 1.8f), (Joint.LeftIndex2, new(0, -0.5f, 0), 0.9f),
        (Joint.LeftLittle2, new(0, -0.5f, 0), 0.8f), (Joint.LeftMiddle3, new(0, -1.6f, 0), 0.7f), (Joint.LeftThumb3, new(0, -1.5f, 0), 0.8f), (Joint.LeftElbow, default, 3),
    ];

    /// <summary>The way out of the body for the point of an arm that is deepest in it, and that point.</summary>
    /// <param name="figure">Whose arm.</param>
    /// <param name="body">The rest of the body.</param>
    /// <param name="left">Which arm.</param>
    /// <param name="comesToTouch">Whether a palm that touches nothing is pulled to what is near.</param>
    public static (Vector3 Push, Vector3 At) Push(Figure figure, Field body, bool left, bool comesToTouch)
    {
        var scale = figure.Bones.Scale;
        var all = All(body);
        Span<float> x = stackalloc float[8], y = stackalloc float[8], z = stackalloc float[8];
        for (var probe = 0; probe < 8; probe++)
        {
            var at = At(probe);
            (x[probe], y[probe], z[probe]) = (at.X, at.Y, at.Z);
        }

        var distances = body.Distance(new Wide3(Vector256.Create<float>(x), Vector256.Create<float>(y), Vector256.Create<float>(z)), all, out _);
        var (worst, deepest) = (-1, 0f);
        for (var probe = 0; probe < 8; probe++)
        {
            var inside = Probes[probe].Radius * scale - distances[probe];
            if (inside > deepest) (worst, deepest) = (probe, inside);
        }

        if (worst < 0 && comesToTouch)
        {
            worst = 2;
            deepest = Math.Max(Probes[2].Radius * scale - distances[2], -MostPull);
        }

        if (worst < 0) return default;
        return (Outwards(body, all, At(worst)) * deepest, At(worst));

        Vector3 At(int probe) => figure.At(Probes[probe].Joint.On(left), (left ? Probes[probe].Point : Probes[probe].Point with { X = -Probes[probe].Point.X }) * scale);
    }

    /// <summary>Every form of a field.</summary>
    public static ushort[] All(Field field) => [.. Enumerable.Range(0, field.Count).Select(form => (ushort)form)];

    private static Vector3 Outwards(Field body, ushort[] all, Vector3 at)
    {
        var off = Vector256.Create(1f, -1, 0, 0, 0, 0, 0, 0);
        var (x, y, z) = (off, Vector256.Create(0f, 0, 1, -1, 0, 0, 0, 0), Vector256.Create(0f, 0, 0, 0, 1, -1, 0, 0));
        var around = body.Distance(new Wide3(at) + new Wide3(x, y, z), all, out _);
        var slope = new Vector3(around[0] - around[1], around[2] - around[3], around[4] - around[5]);
        return slope.LengthSquared() > 1e-8f ? Vector3.Normalize(slope) : Vector3.UnitX;
    }
}
