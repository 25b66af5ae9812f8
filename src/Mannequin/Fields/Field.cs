using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Colonnade.Mannequin.Body;

namespace Colonnade.Mannequin.Fields;

/// <summary>What a surface is made of.</summary>
internal enum Material
{
    Nothing, Skin, First, Second, Shoe, Prop,
}

/// <summary>
/// Masses that melt into one another. Groups of a layer melt where they grow out of one another (within
/// <see cref="RootRadius"/> of <see cref="Root"/>, over <see cref="RootBlend"/>) and elsewhere only touch softly; layers do not melt.
/// </summary>
internal sealed record Group(int Layer, Material Material, IReadOnlyList<Mass> Masses)
{
    public Vector3 Root { get; init; }

    public float RootRadius { get; init; } = 1;

    public float RootBlend { get; init; }

    public float Blend { get; init; } = 0.4f;

    /// <summary>Planes that end the group: what lies on the side the normal points to is cut away.</summary>
    public Plane[] Cuts { get; init; } = [];

    public Folds? Folds { get; init; }
}

/// <summary>Waves on cloth, around an axis or along it.</summary>
/// <param name="Origin">A point of the axis, the top of the cloth.</param>
/// <param name="Axis">Down the cloth, unit length.</param>
/// <param name="Around">How many waves around the axis; 0 for none.</param>
/// <param name="Along">Waves per centimetre along the axis; 0 for none.</param>
/// <param name="Depth">Half the height of a wave, in centimetres.</param>
/// <param name="From">Distance down the axis where the waves begin.</param>
/// <param name="To">Distance where they have their full depth.</param>
/// <param name="Phase">Turns the waves.</param>
internal sealed record Folds(Vector3 Origin, Vector3 Axis, float Around, float Along, float Depth, float From, float To, float Phase);

/// <summary>A box standing upright.</summary>
internal sealed record Box(Vector3 Centre, Vector3 Half, float Yaw, float Rounding)
{
    public IEnumerable<Vector3> Corners => Enumerable.Range(0, 8).Select(corner => Centre + Vector3.Transform(
        Half * new Vector3((corner & 1) * 2 - 1, (corner & 2) - 1, (corner & 4) / 2 - 1), Quaternion.CreateFromAxisAngle(Vector3.UnitY, Yaw)));
}

/// <summary>
/// The distance of any point from a posed figure with its clothes and props, negative inside: smooth unions of moved balls
/// (round cones; see Quilez, "Distance functions") stretched across, with the first-order correction of the stretch. The distance is
/// right near the surface and an estimate away from it.
/// </summary>
internal sealed class Field
{
    private const int Stride = 20;
    private const float Far = 1e4f;

    private readonly float[] _forms;
    private readonly int[] _groupOf;
    private readonly Group[] _groups;
    private readonly Box[] _boxes;

    public Field(Figure figure, IReadOnlyList<Group> groups, IReadOnlyList<Box> boxes)
    {
        (_groups, _boxes) = ([.. groups], [.. boxes]);
        Count = groups.Sum(group => group.Masses.Count);
        if (Count > Reach.Most) throw new InvalidOperationException($"A field holds {Reach.Most} forms, not {Count}.");
        _forms = new float[Count * Stride];
        _groupOf = new int[Count];
        var (least, greatest) = (new Vector3(float.MaxValue), new Vector3(float.MinValue));
        var at = 0;
        foreach (var (index, group) in groups.Index())
        {
            foreach (var mass in group.Masses)
            {
                _groupOf[at] = index;
                Fill(_forms.AsSpan(at++ * Stride, Stride), figure, mass);
                if (mass.Hollow) continue;
                var (low, high) = Bounds(figure, mass);
                least = Vector3.Min(least, low);
                greatest = Vector3.Max(greatest, high);
            }
        }

        foreach (var box in boxes)
        {
            var radius = new Vector3(MathF.Sqrt(box.Half.X * box.Half.X + box.Half.Z * box.Half.Z), box.Half.Y, 0);
            radius.Z = radius.X;
            least = Vector3.Min(least, box.Centre - radius);
            greatest = Vector3.Max(greatest, box.Centre + radius);
        }

        (Least, Greatest) = (least - new Vector3(2), greatest + new Vector3(2));
    }

    /// <summary>How many forms there are.</summary>
    public int Count { get; }

    public Vector3 Least { get; }

    public Vector3 Greatest { get; }

    /// <summary>Whether a form is there wherever it reaches: not carved away itself, and not cut by a plane.</summary>
    public bool IsWhole(int form) => _forms[form * Stride + 19] > 0 && _groups[_groupOf[form]].Cuts.Length == 0;

    /// <summary>How far a form's melting reaches.</summary>
    public float BlendOf(int form)
    {
        var group = _groups[_groupOf[form]];
        return Math.Max(_forms[form * Stride + 17], group.RootBlend) + 2 * (group.Folds?.Depth ?? 0);
    }

    /// <summary>The distance of eight points from one form.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector256<float> DistanceOf(int form, in Wide3 p)
    {
        ref var f = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_forms), form * Stride);
        var x = p.X * At(ref f, 0) + p.Y * At(ref f, 1) + p.Z * At(ref f, 2) + At(ref f, 3);
        var y = p.X * At(ref f, 4) + p.Y * At(ref f, 5) + p.Z * At(ref f, 6) + At(ref f, 7);
        var z = p.X * At(ref f, 8) + p.Y * At(ref f, 9) + p.Z * At(ref f, 10) + At(ref f, 11);
        var flat = x * x + z * z;
        var t = Wide.Min(Wide.Max(y - At(ref f, 14) * Wide.Sqrt(flat), Vector256<float>.Zero), At(ref f, 12));
        y -= t;
        var length = Wide.Sqrt(Wide.Max(flat + y * y, Wide.Of(1e-8f)));
        x *= At(ref f, 15);
        z *= At(ref f, 16);
        var steep = Wide.Sqrt(Wide.Max(x * x + y * y + z * z, Wide.Of(1e-12f)));
        return (length - (At(ref f, 18) - At(ref f, 13) * t)) * length / steep;
    }

    /// <summary>The distance of eight points, of the forms listed.</summary>
    /// <param name="p">The points.</param>
    /// <param name="forms">In rising order.</param>
    /// <param name="material">What is nearest to each point.</param>
    public Vector256<float> Distance(in Wide3 p, ReadOnlySpan<ushort> forms, out Vector256<float> material)
    {
        var total = Wide.Of(Far);
        material = Vector256<float>.Zero;
        var layer = Wide.Of(Far);
        var own = Wide.Of(Far);
        Group? group = null;
        var current = -1;
        foreach (var form in forms)
        {
            if (_groupOf[form] != current)
            {
                if (group is not null) Join(p, group, own, ref layer);
                var next = _groups[_groupOf[form]];
                if (group is not null && next.Layer != group.Layer) Cover(group, ref layer, ref total, ref material);
                (group, current, own) = (next, _groupOf[form], Wide.Of(Far));
            }

            var distance = DistanceOf(form, p);
            ref var f = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_forms), form * Stride);
            var blend = Math.Max(Unsafe.Add(ref f, 17), 0.01f);
            own = Unsafe.Add(ref f, 19) > 0
                ? Wide.Melt(own, distance, Wide.Of(blend), Wide.Of(1 / blend))
                : -Wide.Melt(-own, distance, Wide.Of(blend), Wide.Of(1 / blend));
        }

        if (group is not null)
        {
            Join(p, group, own, ref layer);
            Cover(group, ref layer, ref total, ref material);
        }

        foreach (var box in _boxes)
        {
            var distance = DistanceOf(box, p);
            var nearer = Vector256.LessThan(distance, total);
            total = Wide.Select(nearer, distance, total);
            material = Wide.Select(nearer, Wide.Of((float)Material.Prop), material);
        }

        return total;
    }

    private static void Join(in Wide3 p, Group group, Vector256<float> own, ref Vector256<float> layer)
    {
        if (group.Folds is { } folds) own -= Waves(p, folds);
        foreach (var cut in group.Cuts)
            own = Wide.Max(own, p.X * Wide.Of(cut.Normal.X) + p.Y * Wide.Of(cut.Normal.Y) + p.Z * Wide.Of(cut.Normal.Z) + Wide.Of(cut.D));
        var blend = Wide.Of(group.Blend);
        if (group.RootBlend > 0)
        {
            var away = (p - new Wide3(group.Root)).Length();
            blend += (Vector256<float>.One - Wide.Step(group.RootRadius * 0.5f, group.RootRadius, away)) * Wide.Of(group.RootBlend - group.Blend);
        }

        layer = Wide.Melt(layer, own, blend, Vector256<float>.One / blend);
    }

    private static void Cover(Group group, ref Vector256<float> layer, ref Vector256<float> total, ref Vector256<float> material)
    {
        var nearer = Vector256.LessThan(layer, total);
        total = Wide.Select(nearer, layer, total);
        material = Wide.Select(nearer, Wide.Of((float)group.Material), material);
        layer = Wide.Of(Far);
    }

    private static Vector256<float> Waves(in Wide3 p, Folds folds)
    {
        var from = p - new Wide3(folds.Origin);
        var axis = new Wide3(folds.Axis);
        var down = Wide3.Dot(from, axis);
        var grown = Wide.Step(folds.From, folds.To, down) * Wide.Of(folds.Depth);
        // Two directions square to the axis; the angle's tangent is enough to place waves.
        var side = Vector3.Normalize(Vector3.Cross(folds.Axis, Math.Abs(folds.Axis.Z) < 0.9f ? Vector3.UnitZ : Vector3.UnitX));
        var x = Wide3.Dot(from, new Wide3(side));
        var z = Wide3.Dot(from, new Wide3(Vector3.Cross(side, folds.Axis)));
        var wave = Vector256<float>.Zero;
        if (folds.Around > 0)
        {
            var angle = Angle(x, z);
            // Waves that meet at the axis would be spikes.
            grown *= Wide.Step(16, 120, x * x + z * z);
            wave += Wide.Sin(angle * Wide.Of(folds.Around) + down * Wide.Of(0.03f) + Wide.Of(folds.Phase))
                + Wide.Of(0.5f) * Wide.Sin(angle * Wide.Of(MathF.Round(folds.Around * 0.6f)) - down * Wide.Of(0.05f) + Wide.Of(folds.Phase * 2.3f));
        }

        if (folds.Along > 0) wave += Wide.Sin(down * Wide.Of(folds.Along) + x * Wide.Of(0.25f) - z * Wide.Of(0.18f) + Wide.Of(folds.Phase));
        return wave * grown;
    }

    // The angle of a direction, to a few thousandths of a turn.
    private static Vector256<float> Angle(Vector256<float> x, Vector256<float> z)
    {
        var sum = Vector256.Abs(x) + Vector256.Abs(z) + Wide.Of(1e-6f);
        var quarter = Vector256.Abs(z) / sum;
        var angle = quarter * (Wide.Of(MathF.PI / 2) + (Vector256<float>.One - quarter) * (Wide.Of(2) * quarter - Vector256<float>.One) * Wide.Of(-0.43f));
        angle = Wide.Select(Vector256.LessThan(x, Vector256<float>.Zero), Wide.Of(MathF.PI) - angle, angle);
        return Wide.Select(Vector256.LessThan(z, Vector256<float>.Zero), -angle, angle);
    }

    private static Vector256<float> DistanceOf(Box box, in Wide3 p)
    {
        var (sin, cos) = MathF.SinCos(box.Yaw);
        var from = p - new Wide3(box.Centre);
        var x = Vector256.Abs(from.X * Wide.Of(cos) - from.Z * Wide.Of(sin)) - Wide.Of(box.Half.X - box.Rounding);
        var y = Vector256.Abs(from.Y) - Wide.Of(box.Half.Y - box.Rounding);
        var z = Vector256.Abs(from.X * Wide.Of(sin) + from.Z * Wide.Of(cos)) - Wide.Of(box.Half.Z - box.Rounding);
        var zero = Vector256<float>.Zero;
        var outside = new Wide3(Wide.Max(x, zero), Wide.Max(y, zero), Wide.Max(z, zero)).Length();
        return outside + Wide.Min(Wide.Max(x, Wide.Max(y, z)), zero) - Wide.Of(box.Rounding);
    }

    private static void Fill(Span<float> form, Figure figure, Mass mass)
    {
        var start = figure.At(mass.Joint, mass.Start);
        Row(form, figure.Direction(mass.Joint, mass.Side) / mass.Wide);
        Row(form[4..], figure.Direction(mass.Joint, mass.Along));
        Row(form[8..], figure.Direction(mass.Joint, mass.Depth) / mass.Deep);
        form[12] = mass.Length;
        // A ball that holds the other is all there is to see.
        var slope = mass.Length > 1e-4f ? Math.Clamp((mass.StartRadius - mass.EndRadius) / mass.Length, -0.98f, 0.98f) : 0;
        form[13] = slope;
        form[14] = slope / MathF.Sqrt(1 - slope * slope);
        form[15] = 1 / mass.Wide;
        form[16] = 1 / mass.Deep;
        form[17] = mass.Blend;
        form[18] = mass.StartRadius;
        form[19] = mass.Hollow ? -1 : 1;

        void Row(Span<float> row, Vector3 direction) =>
            (row[0], row[1], row[2], row[3]) = (direction.X, direction.Y, direction.Z, -Vector3.Dot(direction, start));
    }

    private static (Vector3 Least, Vector3 Greatest) Bounds(Figure figure, Mass mass) => (
        new(figure.Extent(mass, -Vector3.UnitX).X, figure.Extent(mass, -Vector3.UnitY).Y, figure.Extent(mass, -Vector3.UnitZ).Z),
        new(figure.Extent(mass, Vector3.UnitX).X, figure.Extent(mass, Vector3.UnitY).Y, figure.Extent(mass, Vector3.UnitZ).Z));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> At(ref float form, int index) => Vector256.Create(Unsafe.Add(ref form, index));
}
