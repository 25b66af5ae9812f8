using System.Numerics;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Colonnade.Mannequin.Fields;

/// <summary>
/// A field sampled at the points of a box: what rays are led by until they come near the surface, and all that shadows and
/// ambient occlusion are asked of. Cells of four points a side also know which forms matter in them.
/// </summary>
internal sealed class Lattice
{
    private const int Cell = 4;

    private readonly Field _field;
    private readonly Vector3 _origin;
    private readonly int _nx, _ny, _nz, _cx, _cy, _cz;
    private readonly float[] _samples;
    private readonly Reach[] _reach;

    private Lattice(Field field, float step)
    {
        _field = field;
        Step = step;
        var size = field.Greatest - field.Least;
        _origin = field.Least;
        (_cx, _cy, _cz) = (Cells(size.X), Cells(size.Y), Cells(size.Z));
        (_nx, _ny, _nz) = (_cx * Cell + 1, _cy * Cell + 1, _cz * Cell + 1);
        _samples = GC.AllocateUninitializedArray<float>(_nx * _ny * _nz);
        _reach = GC.AllocateUninitializedArray<Reach>(_cx * _cy * _cz);
        Greatest = _origin + new Vector3(_nx - 1, _ny - 1, _nz - 1) * step;

        int Cells(float length) => Math.Max(1, (int)MathF.Ceiling(length / (step * Cell)));
    }

    public float Step { get; }

    public Vector3 Least => _origin;

    public Vector3 Greatest { get; }

    /// <summary>Samples <paramref name="field"/> on <paramref name="threads"/> threads; wider apart than <paramref name="step"/> where the box would hold more than two million points.</summary>
    public static Lattice Of(Field field, float step, int threads, CancellationToken stop)
    {
        var size = field.Greatest - field.Least;
        var lattice = new Lattice(field, Math.Max(step, MathF.Cbrt(size.X * size.Y * size.Z / 2e6f)));
        Parallel.For(0, (lattice._cy + 1) / 2, new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = stop }, lattice.SampleSlab);
        return lattice;
    }

    /// <summary>The sampled distance of eight points; outside the box, of the nearest point of it and the way there.</summary>
    public unsafe Vector256<float> Distance(in Wide3 p)
    {
        var scale = Wide.Of(1 / Step);
        var x = (p.X - Wide.Of(_origin.X)) * scale;
        var y = (p.Y - Wide.Of(_origin.Y)) * scale;
        var z = (p.Z - Wide.Of(_origin.Z)) * scale;
        var cx = Wide.Clamp(x, 0, _nx - 1.001f);
        var cy = Wide.Clamp(y, 0, _ny - 1.001f);
        var cz = Wide.Clamp(z, 0, _nz - 1.001f);
        var away = new Wide3(x - cx, y - cy, z - cz);
        var (ix, iy, iz) = (Vector256.ConvertToInt32(cx), Vector256.ConvertToInt32(cy), Vector256.ConvertToInt32(cz));
        cx -= Vector256.ConvertToSingle(ix);
        cy -= Vector256.ConvertToSingle(iy);
        cz -= Vector256.ConvertToSingle(iz);
        var at = (iy * Vector256.Create(_nz) + iz) * Vector256.Create(_nx) + ix;
        var up = _nz * _nx;
        Vector256<float> low, high;
        fixed (float* samples = _samples)
        {
            low = Wide.Mix(Row(samples, at, cx), Row(samples + _nx, at, cx), cz);
            high = Wide.Mix(Row(samples + up, at, cx), Row(samples + up + _nx, at, cx), cz);
        }

        return Wide.Mix(low, high, cy) + away.Length() * Wide.Of(Step);

        static Vector256<float> Row(float* samples, Vector256<int> at, Vector256<float> share)
        {
            var a = Gather(samples, at);
            return a + (Gather(samples + 1, at) - a) * share;
        }
    }

    /// <summary>Adds the forms that matter at each of eight points for which <paramref name="lanes"/> is set.</summary>
    public void AddReach(in Wide3 p, Vector256<float> lanes, ref Reach reach)
    {
        var scale = Wide.Of(1 / (Step * Cell));
        var x = Vector256.ConvertToInt32(Wide.Clamp((p.X - Wide.Of(_origin.X)) * scale, 0, _cx - 0.5f));
        var y = Vector256.ConvertToInt32(Wide.Clamp((p.Y - Wide.Of(_origin.Y)) * scale, 0, _cy - 0.5f));
        var z = Vector256.ConvertToInt32(Wide.Clamp((p.Z - Wide.Of(_origin.Z)) * scale, 0, _cz - 0.5f));
        var at = (y * Vector256.Create(_cz) + z) * Vector256.Create(_cx) + x;
        var last = -1;
        for (var set = lanes.ExtractMostSignificantBits(); set != 0; set &= set - 1)
        {
            var cell = at[BitOperations.TrailingZeroCount(set)];
            if (cell != last) reach.Add(_reach[cell]);
            last = cell;
        }
    }

    // Two rows of cells: blocks of eight points a side are judged first.
    private void SampleSlab(int slab)
    {
        var all = Enumerable.Range(0, _field.Count).Select(form => (ushort)form).ToArray();
        var near = new ushort[_field.Count];
        var nearer = new ushort[_field.Count];
        for (var z = 0; z < _cz; z += 2)
        {
            for (var x = 0; x < _cx; x += 2)
            {
                var count = Near(new Vector3(x + 1, slab * 2 + 1, z + 1) * Cell, Cell, all, near);
                for (var cell = 0; cell < 8; cell++)
                {
                    var (cx, cy, cz) = (x + (cell & 1), slab * 2 + ((cell >> 1) & 1), z + (cell >> 2));
                    if (cx < _cx && cy < _cy && cz < _cz) SampleCell(cx, cy, cz, near.AsSpan(0, count), nearer);
                }
            }
        }
    }

    private void SampleCell(int x, int y, int z, ReadOnlySpan<ushort> near, Span<ushort> nearer)
    {
        var count = Near(new Vector3(x + 0.5f, y + 0.5f, z + 0.5f) * Cell, Cell / 2, near, nearer);
        var reach = default(Reach);
        for (var form = 0; form < count; form++) reach.Add(nearer[form]);
        _reach[(y * _cz + z) * _cx + x] = reach;

        // A cell owns its least corner's points; the last one also the points beyond.
        var (wide, high, deep) = (x == _cx - 1 ? Cell + 1 : Cell, y == _cy - 1 ? Cell + 1 : Cell, z == _cz - 1 ? Cell + 1 : Cell);
        var centre = _origin + new Vector3(x + 0.5f, y + 0.5f, z + 0.5f) * (Cell * Step);
        var radius = Cell * Step * 0.87f;
        var middle = _field.Distance(new Wide3(centre), nearer[..count], out _)[0];
        var isFar = middle > radius * 3;
        Span<float> corners = stackalloc float[Wide.Lanes];
        if (isFar)
        {
            var corner = Vector256.Create(0f, Cell, 0, Cell, 0, Cell, 0, Cell) * Wide.Of(Step);
            var cornerY = Vector256.Create(0f, 0, Cell, Cell, 0, 0, Cell, Cell) * Wide.Of(Step);
            var cornerZ = Vector256.Create(0f, 0, 0, 0, Cell, Cell, Cell, Cell) * Wide.Of(Step);
            var least = new Wide3(_origin + new Vector3(x, y, z) * (Cell * Step));
            _field.Distance(least + new Wide3(corner, cornerY, cornerZ), nearer[..count], out _).CopyTo(corners);
        }

        var points = wide * high * deep;
        Span<float> px = stackalloc float[Wide.Lanes], py = stackalloc float[Wide.Lanes], pz = stackalloc float[Wide.Lanes];
        Span<int> to = stackalloc int[Wide.Lanes];
        for (var first = 0; first < points; first += Wide.Lanes)
        {
            for (var lane = 0; lane < Wide.Lanes; lane++)
            {
                var point = Math.Min(first + lane, points - 1);
                var (i, j, k) = (point % wide, point / wide % high, point / (wide * high));
                to[lane] = ((y * Cell + j) * _nz + z * Cell + k) * _nx + x * Cell + i;
                (px[lane], py[lane], pz[lane]) = (i, j, k);
            }

            var (sx, sy, sz) = (Vector256.Create<float>(px), Vector256.Create<float>(py), Vector256.Create<float>(pz));
            Vector256<float> distance;
            if (isFar)
            {
                var (u, v, w) = (sx * Wide.Of(1f / Cell), sy * Wide.Of(1f / Cell), sz * Wide.Of(1f / Cell));
                distance = Wide.Mix(
                    Wide.Mix(Wide.Mix(Wide.Of(corners[0]), Wide.Of(corners[1]), u), Wide.Mix(Wide.Of(corners[2]), Wide.Of(corners[3]), u), v),
                    Wide.Mix(Wide.Mix(Wide.Of(corners[4]), Wide.Of(corners[5]), u), Wide.Mix(Wide.Of(corners[6]), Wide.Of(corners[7]), u), v), w);
            }
            else
            {
                var p = new Wide3(_origin + new Vector3(x, y, z) * (Cell * Step)) + new Wide3(sx, sy, sz) * Wide.Of(Step);
                distance = _field.Distance(p, nearer[..count], out _);
            }

            for (var lane = 0; lane < Wide.Lanes; lane++) _samples[to[lane]] = distance[lane];
        }
    }

    /// <summary>Of <paramref name="forms"/> those that can be the nearest, or melt into it, within <paramref name="half"/> points of <paramref name="centre"/>.</summary>
    private int Near(Vector3 centre, int half, ReadOnlySpan<ushort> forms, Span<ushort> near)
    {
        Span<float> distances = stackalloc float[Reach.Most];
        var p = _origin + centre * Step;
        // Half the diagonal, and some more since distances are estimates.
        var radius = half * Step * 1.7321f * 1.15f;
        var least = float.MaxValue;
        for (var first = 0; first < forms.Length; first++)
        {
            distances[first] = _field.DistanceOf(forms[first], new Wide3(p))[0];
            if (_field.IsWhole(forms[first])) least = Math.Min(least, distances[first]);
        }

        var count = 0;
        for (var at = 0; at < forms.Length; at++)
        {
            var form = forms[at];
            if (distances[at] < Math.Max(least, 0) * 1.1f + 2 * radius + _field.BlendOf(form)) near[count++] = form;
        }

        return count;
    }

    private static unsafe Vector256<float> Gather(float* samples, Vector256<int> at) => Avx2.IsSupported
        ? Avx2.GatherVector256(samples, at, sizeof(float))
        : Vector256.Create(samples[at[0]], samples[at[1]], samples[at[2]], samples[at[3]], samples[at[4]], samples[at[5]], samples[at[6]], samples[at[7]]);
}
