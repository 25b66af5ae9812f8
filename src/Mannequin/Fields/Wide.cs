using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Colonnade.Mannequin.Fields;

/// <summary>
/// Eight numbers at once. Every operation works lane by lane in single precision without fused steps, so that the result does
/// not depend on the machine's vector width.
/// </summary>
internal static class Wide
{
    public const int Lanes = 8;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Of(float value) => Vector256.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Sqrt(Vector256<float> value) => Vector256.Sqrt(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Min(Vector256<float> a, Vector256<float> b) => Vector256.ConditionalSelect(Vector256.LessThan(a, b), a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Max(Vector256<float> a, Vector256<float> b) => Vector256.ConditionalSelect(Vector256.GreaterThan(a, b), a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Clamp(Vector256<float> value, float least, float greatest) => Min(Max(value, Of(least)), Of(greatest));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Clamp01(Vector256<float> value) => Min(Max(value, Vector256<float>.Zero), Vector256<float>.One);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Select(Vector256<float> mask, Vector256<float> yes, Vector256<float> no) => Vector256.ConditionalSelect(mask, yes, no);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Mix(Vector256<float> a, Vector256<float> b, Vector256<float> share) => a + (b - a) * share;

    /// <summary>0 below <paramref name="from"/>, 1 above <paramref name="to"/>, smooth between.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Step(float from, float to, Vector256<float> value)
    {
        var share = Clamp01((value - Of(from)) * Of(1 / (to - from)));
        return share * share * (Of(3) - Of(2) * share);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Any(Vector256<float> mask) => mask.ExtractMostSignificantBits() != 0;

    /// <summary>The smaller of two distances, rounded where they come within <paramref name="blend"/> of each other.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Melt(Vector256<float> a, Vector256<float> b, Vector256<float> blend, Vector256<float> inverse)
    {
        var near = Max(blend - Vector256.Abs(a - b), Vector256<float>.Zero);
        return Min(a, b) - near * near * inverse * Of(0.25f);
    }

    /// <summary>Sine, to about four digits: for folds and patterns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Sin(Vector256<float> angle)
    {
        var turns = angle * Of(1 / MathF.Tau);
        turns -= Vector256.Floor(turns + Of(0.5f));
        // A parabola through the zeroes, bent once towards the sine.
        var rough = Of(8) * turns - Of(16) * turns * Vector256.Abs(turns);
        return rough * (Of(0.775f) + Of(0.225f) * Vector256.Abs(rough));
    }
}

/// <summary>Eight points or directions.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly struct Wide3(Vector256<float> x, Vector256<float> y, Vector256<float> z)
{
    public readonly Vector256<float> X = x, Y = y, Z = z;

    public Wide3(System.Numerics.Vector3 one)
        : this(Vector256.Create(one.X), Vector256.Create(one.Y), Vector256.Create(one.Z))
    {
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Wide3 operator +(Wide3 a, Wide3 b) => new(a.X + b.X, a.Y + b.Y, a.Z + b.Z);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Wide3 operator -(Wide3 a, Wide3 b) => new(a.X - b.X, a.Y - b.Y, a.Z - b.Z);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Wide3 operator *(Wide3 a, Vector256<float> by) => new(a.X * by, a.Y * by, a.Z * by);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Wide3 operator *(Wide3 a, Wide3 b) => new(a.X * b.X, a.Y * b.Y, a.Z * b.Z);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Dot(in Wide3 a, in Wide3 b) => a.X * b.X + a.Y * b.Y + a.Z * b.Z;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector256<float> Length() => Wide.Sqrt(Dot(this, this));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Wide3 Normal() => this * (Vector256<float>.One / Wide.Max(Length(), Wide.Of(1e-12f)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Wide3 Select(Vector256<float> mask, in Wide3 yes, in Wide3 no) =>
        new(Wide.Select(mask, yes.X, no.X), Wide.Select(mask, yes.Y, no.Y), Wide.Select(mask, yes.Z, no.Z));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Wide3 Mix(in Wide3 a, in Wide3 b, Vector256<float> share) => a + (b - a) * share;
}
