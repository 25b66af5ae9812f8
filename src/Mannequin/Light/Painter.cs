using System.Numerics;
using System.Runtime.Intrinsics;
using Colonnade.Mannequin.Drawing;
using Colonnade.Mannequin.Fields;

namespace Colonnade.Mannequin.Light;

/// <summary>Follows eight rays at a time into the scene and says what colour they bring. One for each thread.</summary>
internal sealed class Painter(Set set)
{
    private const float Miss = 1e6f;
    private const int MostSteps = 200;

    private readonly Field _field = set.Field;
    private readonly Lattice _lattice = set.Lattice;
    private readonly Eye _eye = set.Eye;
    private readonly ushort[] _forms = new ushort[Reach.Most];
    private readonly Vector3 _least = set.Lattice.Least;
    private readonly Vector3 _greatest = set.Lattice.Greatest;
    private Reach _reach;
    private int _count = -1;

    /// <summary>The colours of eight points of the picture, linear, in pixels from its upper left corner.</summary>
    public Wide3 Paint(Vector256<float> x, Vector256<float> y, out Vector256<float> material)
    {
        var ray = Ray(x, y);
        var origin = new Wide3(_eye.At);
        var reached = Follow(origin, ray, out var distance);
        var seen = Vector256<float>.Zero;
        material = Vector256<float>.Zero;
        var colour = default(Wide3);
        if (Wide.Any(reached))
        {
            var at = origin + ray * distance;
            var normal = Normal(at, reached, out material);
            material = Wide.Select(reached, material, Vector256<float>.Zero);
            colour = Surface(at, normal, ray, material);
            seen = reached;
        }

        if (seen.ExtractMostSignificantBits() == 0xFF) return colour;
        var behind = Behind(origin, ray);
        return Wide3.Select(seen, colour, behind);
    }

    private Wide3 Ray(Vector256<float> x, Vector256<float> y)
    {
        // Affine in the pixel: three corners say all.
        var corner = _eye.Ray(0, 0);
        var across = _eye.Ray(1, 0) - corner;
        var down = _eye.Ray(0, 1) - corner;
        return (new Wide3(corner) + new Wide3(across) * x + new Wide3(down) * y).Normal();
    }

    /// <summary>Which of eight rays meet the figure, and how far away.</summary>
    private Vector256<float> Follow(in Wide3 origin, in Wide3 ray, out Vector256<float> distance)
    {
        Slab(origin, ray, 0, out var enter, out var leave);
        distance = Wide.Max(enter, Wide.Of(1));
        var going = Vector256.LessThan(distance, leave);
        var reached = Vector256<float>.Zero;
        var close = Wide.Of(_lattice.Step * 1.6f);
        // Nearer than a sixth of a pixel is there.
        var fine = Wide.Of(_eye.Pixel * 0.16f);
        var last = Wide.Of(Miss);
        for (var step = 0; step < MostSteps && Wide.Any(going); step++)
        {
            var at = origin + ray * distance;
            var sampled = _lattice.Distance(at);
            var near = going & Vector256.LessThan(sampled, close);
            var forward = Wide.Max(sampled - close * Wide.Of(0.6f), Wide.Of(0.2f));
            if (Wide.Any(near))
            {
                Prepare(at, near);
                var exact = _field.Distance(at, _forms.AsSpan(0, _count), out _);
                forward = Wide.Select(near, exact * Wide.Of(0.92f), forward);
                last = Wide.Select(near, exact, last);
                var there = near & Vector256.LessThan(exact, Wide.Max(fine * distance, Wide.Of(0.01f)));
                reached |= there;
                going = Vector256.AndNot(going, there);
            }

            distance = Wide.Select(going, distance + Wide.Max(forward, fine * distance), distance);
            going &= Vector256.LessThan(distance, leave);
        }

        // A ray that grazed to the last step counts where it is as good as there.
        reached |= going & Vector256.LessThan(last, fine * distance * Wide.Of(4));
        return reached;
    }

    private Wide3 Normal(in Wide3 at, Vector256<float> lanes, out Vector256<float> material)
    {
        Prepare(at, lanes);
        var forms = _forms.AsSpan(0, _count);
        _field.Distance(at, forms, out material);
        const float Off = 0.09f;
        var (plus, minus) = (Wide.Of(Off), Wide.Of(-Off));
        var a = _field.Distance(at + new Wide3(plus, minus, minus), forms, out _);
        var b = _field.Distance(at + new Wide3(minus, minus, plus), forms, out _);
        var c = _field.Distance(at + new Wide3(minus, plus, minus), forms, out _);
        var d = _field.Distance(at + new Wide3(plus, plus, plus), forms, out _);
        return new Wide3(a - b - c + d, c + d - a - b, b + d - a - c).Normal();
    }

    private Wide3 Surface(in Wide3 at, in Wide3 normal, in Wide3 ray, Vector256<float> material)
    {
        var palette = set.Palette;
        var albedo = new Wide3(palette[(int)Material.Skin]);
        for (var kind = (int)Material.First; kind <= (int)Material.Prop; kind++)
            albedo = Wide3.Select(Vector256.Equals(material, Wide.Of(kind)), new Wide3(palette[kind]), albedo);
        var isSkin = Vector256.Equals(material, Wide.Of((float)Material.Skin));
        var shine = Wide.Select(isSkin, Wide.Of(0.16f), Wide.Of(0.03f));
        // A little light goes on below skin where it ends on the surface, and comes out redder.
        var wrap = Wide.Select(isSkin, Wide.Of(0.1f), Wide.Of(0.04f));

        var colour = albedo * Ambient(at, normal);
        var start = at + normal * Wide.Of(_lattice.Step * 1.1f);
        foreach (var lamp in set.Lamps)
        {
            var (towards, strength) = lamp.At(at);
            var facing = Wide3.Dot(normal, towards);
            var lit = Wide.Max((facing + wrap) / (Vector256<float>.One + wrap), Vector256<float>.Zero);
            var some = Vector256.GreaterThan(lit, Vector256<float>.Zero);
            if (!Wide.Any(some)) continue;
            var open = lamp.Shadows ? Open(start, towards, lamp.Size, some) : Vector256<float>.One;
            strength *= open;
            var half = (towards - ray).Normal();
            var gleam = Wide.Max(Wide3.Dot(normal, half), Vector256<float>.Zero);
            gleam *= gleam;
            gleam *= gleam;
            gleam *= gleam;
            gleam *= gleam * gleam * shine * Wide.Clamp01(facing * Wide.Of(4));
            var edge = Wide.Select(isSkin, Wide.Clamp01(Vector256<float>.One - Vector256.Abs(facing) * Wide.Of(4)) * lit, Vector256<float>.Zero);
            var tint = new Wide3(Vector256<float>.One + edge * Wide.Of(0.55f), Vector256<float>.One + edge * Wide.Of(0.02f), Vector256<float>.One - edge * Wide.Of(0.12f));
            colour += (albedo * tint * lit + new Wide3(gleam, gleam, gleam)) * (new Wide3(lamp.Colour) * strength);
        }

        return colour;
    }

    /// <summary>What reaches a surface from sky and floor past the figure: six cones around the normal.</summary>
    private Wide3 Ambient(in Wide3 at, in Wide3 normal)
    {
        // A frame around the normal without a seam (Duff et al., "Building an Orthonormal Basis, Revisited").
        var sign = Wide.Select(Vector256.LessThan(normal.Z, Vector256<float>.Zero), Wide.Of(-1), Vector256<float>.One);
        var a = Wide.Of(-1) / (sign + normal.Z);
        var b = normal.X * normal.Y * a;
        var tangent = new Wide3(Vector256<float>.One + sign * normal.X * normal.X * a, sign * b, -sign * normal.X);
        var across = new Wide3(b, sign + normal.Y * normal.Y * a, -normal.Y);

        var sum = default(Wide3);
        var ground = new Wide3(set.Lighting.Ground) * (Wide.Of(0.45f) + Wide.Of(0.55f) * Wide.Step(0, 28, at.Y));
        for (var cone = 0; cone < 6; cone++)
        {
            var (sin, cos) = MathF.SinCos(cone * MathF.Tau / 5 + 0.6f);
            var (lean, rise, share) = cone == 5 ? (0f, 1f, 0.25f) : (0.82f, 0.572f, 0.15f);
            var towards = normal * Wide.Of(rise) + tangent * Wide.Of(lean * sin) + across * Wide.Of(lean * cos);
            var open = Vector256<float>.One;
            foreach (var way in (ReadOnlySpan<float>)[2.2f, 5, 11, 24])
            {
                var free = _lattice.Distance(at + towards * Wide.Of(way)) * Wide.Of(1 / (way * 0.57f));
                open = Wide.Min(open, free);
            }

            open = Wide.Clamp01(open);
            var up = Wide.Of(0.5f) + Wide.Of(0.5f) * towards.Y;
            sum += Wide3.Mix(ground, new Wide3(set.Lighting.Sky), Wide.Step(0.1f, 0.9f, up)) * (open * Wide.Of(share));
        }

        return sum;
    }

    /// <summary>How much of a lamp is seen past the figure, 0 to 1 (after Quilez, "Soft shadows in raymarched SDFs").</summary>
    private Vector256<float> Open(in Wide3 start, in Wide3 towards, float size, Vector256<float> lanes)
    {
        Slab(start, towards, Math.Clamp(200 * size, 12, 120), out var enter, out var leave);
        var distance = Wide.Max(enter, Wide.Of(0.5f));
        var going = lanes & Vector256.LessThan(distance, leave);
        var open = Vector256<float>.One;
        for (var step = 0; step < 64 && Wide.Any(going); step++)
        {
            var free = _lattice.Distance(start + towards * distance);
            open = Wide.Select(going, Wide.Min(open, free / (distance * Wide.Of(size))), open);
            distance += Wide.Clamp(free * Wide.Of(0.5f), 0.8f, 22);
            going &= Vector256.LessThan(distance, leave) & Vector256.GreaterThan(open, Wide.Of(-1));
        }

        open = Wide.Max(open, Wide.Of(-1));
        var share = Vector256<float>.One + open;
        return Wide.Of(0.25f) * share * share * (Wide.Of(2) - open);
    }

    private Wide3 Behind(in Wide3 origin, in Wide3 ray)
    {
        var falls = Vector256.LessThan(ray.Y, Wide.Of(-0.002f));
        var aside = Wide3.Dot(ray, new Wide3(_eye.Right));
        var wall = set.Backdrop.Wall(ray.Y, aside);
        if (!Wide.Any(falls)) return wall;
        var distance = Wide.Select(falls, -origin.Y / ray.Y, Wide.Of(1e5f));
        var at = origin + ray * distance;
        at = new Wide3(at.X, Vector256<float>.Zero, at.Z);
        var colour = set.Backdrop.Floor(at, distance, _eye.Pixel, aside);

        var least = new Vector3(_least.X - 90, 0, _least.Z - 90);
        var most = new Vector3(_greatest.X + 90, 0, _greatest.Z + 90);
        var beside = falls & Vector256.GreaterThan(at.X, Wide.Of(least.X)) & Vector256.LessThan(at.X, Wide.Of(most.X))
            & Vector256.GreaterThan(at.Z, Wide.Of(least.Z)) & Vector256.LessThan(at.Z, Wide.Of(most.Z));
        var up = new Wide3(Vector3.UnitY);
        var all = new Wide3(set.Lighting.Sky) * Wide.Of(1.15f);
        var some = Wide.Any(beside) ? Wide3.Select(beside, Ambient(at, up) * Wide.Of(1.15f), all) : all;
        foreach (var lamp in set.Lamps)
        {
            var (towards, strength) = lamp.At(at);
            var lit = new Wide3(lamp.Colour) * (strength * Wide.Max(towards.Y, Vector256<float>.Zero));
            all += lit;
            some += lamp.Shadows ? lit * Open(at, towards, lamp.Size, falls) : lit;
        }

        // The floor's colour is given as it looks in the light; what is kept from it darkens it.
        var kept = new Wide3(some.X / Wide.Max(all.X, Wide.Of(1e-6f)), some.Y / Wide.Max(all.Y, Wide.Of(1e-6f)), some.Z / Wide.Max(all.Z, Wide.Of(1e-6f)));
        return Wide3.Select(falls, colour * kept, wall);
    }

    private void Slab(in Wide3 origin, in Wide3 ray, float margin, out Vector256<float> enter, out Vector256<float> leave)
    {
        var least = new Wide3(_least - new Vector3(margin)) - origin;
        var most = new Wide3(_greatest + new Vector3(margin)) - origin;
        var (ix, iy, iz) = (Inverse(ray.X), Inverse(ray.Y), Inverse(ray.Z));
        var (ax, bx, ay, by, az, bz) = (least.X * ix, most.X * ix, least.Y * iy, most.Y * iy, least.Z * iz, most.Z * iz);
        enter = Wide.Max(Wide.Max(Wide.Min(ax, bx), Wide.Min(ay, by)), Wide.Min(az, bz));
        leave = Wide.Min(Wide.Min(Wide.Max(ax, bx), Wide.Max(ay, by)), Wide.Max(az, bz));

        static Vector256<float> Inverse(Vector256<float> of) =>
            Vector256<float>.One / Wide.Select(Vector256.LessThan(Vector256.Abs(of), Wide.Of(1e-7f)), Wide.Of(1e-7f), of);
    }

    // The forms that matter at the points of some lanes; neighbours mostly ask for the same.
    private void Prepare(in Wide3 at, Vector256<float> lanes)
    {
        var reach = default(Reach);
        _lattice.AddReach(at, lanes, ref reach);
        if (_count >= 0 && reach.Same(_reach)) return;
        _reach = reach;
        _count = reach.List(_forms);
    }
}
