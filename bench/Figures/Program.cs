using System.Diagnostics;
using System.Globalization;
using Colonnade.Mannequin;

string Opt(string name, string or) { var i = Array.IndexOf(args, "--" + name); return i < 0 ? or : args[i + 1]; }
int Int(string name, int or) => int.Parse(Opt(name, or.ToString(CultureInfo.InvariantCulture)), CultureInfo.InvariantCulture);
if (args is ["sheet", var to]) { await Colonnade.Bench.Mannequin.ContactSheet.Write(to, default); return; }
if (args is ["sweep", ..])
{
    var (nn, worst, cut, bad, strained, worstAngle, sumAngle, floor) = (0, 0f, 0, 0, 0, 0f, 0.0, 0); using var me = Process.GetCurrentProcess();
    foreach (var file in (string[])["poses-1023.json", "walk.bvh", "jumping-jacks.bvh"])
    {
        var filed = PoseFile.Read(File.ReadAllBytes("/work/shared/data/poses/" + file));
        foreach (var shift in (int[])[0, 3]) for (var i = 0; i < filed.Count; i++)
        {
            var scene = new Scene { Captured = filed[i], Width = 96, Height = 128, Body = Choices.Bodies[(i + shift) % 6], Build = (Build)(i % 3), Seed = i + shift, Camera = new Camera { View = i * 37 % 360, Height = 60 + i % 5 * 40 }, Clothing = Choices.Clothes[shift == 0 ? 0 : i % 6] };
            var stage = Stage.Of(scene);
            for (var j = Colonnade.Mannequin.Body.Joint.Waist; (int)j < Colonnade.Mannequin.Body.Joints.Count; j++)
            {
                worst = Math.Max(worst, Math.Abs(System.Numerics.Vector3.Distance(stage.Figure.At(j), stage.Figure.At(Colonnade.Mannequin.Body.Joints.Parent(j))) - stage.Figure.Bones[j].Length()));
                if (!float.IsFinite(stage.Figure.At(j).X + stage.Figure.At(j).Y)) bad++;
                if (Colonnade.Mannequin.Poses.Limits.Strain(j, stage.Figure.Pose[j]) > 1.02f) strained++;
            }
            if (stage.Figure.Lowest() < -0.1f) floor++;
            var (a, b) = (filed[i].At[Colonnade.Mannequin.Poses.Landmark.Spot.LeftElbow] - filed[i].At[Colonnade.Mannequin.Poses.Landmark.Spot.LeftShoulder], stage.Figure.Direction(Colonnade.Mannequin.Body.Joint.LeftShoulder, -System.Numerics.Vector3.UnitY));
            var angle = MathF.Acos(Math.Clamp(System.Numerics.Vector3.Dot(System.Numerics.Vector3.Normalize(a), b), -1, 1)) * 180 / MathF.PI; worstAngle = Math.Max(worstAngle, angle); sumAngle += angle;
            foreach (var m in stage.Figure.Masses) { var q = stage.Eye.Project(stage.Figure.Extent(m, stage.Eye.Up)); var r = stage.Eye.Project(stage.Figure.Extent(m, -stage.Eye.Right)); if (q.Y < 0.5f || r.X < 0.5f || q.Y > 127.5f || r.X > 95.5f) { cut++; break; } }
            var pic = Renderer.Render(scene, threads: 1); nn++;
            var lo = pic.Pixels.Min(); var hi = pic.Pixels.Max(); if (hi - lo < 30) bad++;
        }
        me.Refresh();
        Console.WriteLine($"{file} {filed.Count}: so far {nn} frames, bones off by {worst:0.0000} cm, cut {cut}, bad {bad}, strained {strained}, below floor {floor}, upper arm off mean {sumAngle / nn:0.0} max {worstAngle:0} degrees, {me.TotalProcessorTime.TotalMilliseconds / nn:0.0} ms CPU each");
    }
    return;
}
if (args is ["time", ..])
{
    foreach (var scene in Colonnade.Bench.Mannequin.Scenes.All) Renderer.Render(scene with { Width = 192, Height = 256 }, threads: 1);
    var used = new List<(double, double, double, string)>();
    foreach (var scene in Colonnade.Bench.Mannequin.Scenes.All)
    {
        using var self = Process.GetCurrentProcess();
        var b = self.TotalProcessorTime; var al = GC.GetTotalAllocatedBytes(true);
        var pic = Renderer.Render(scene, threads: 1);
        self.Refresh(); var r = self.TotalProcessorTime - b; var png = pic.ToPng(); self.Refresh(); used.Add((r.TotalMilliseconds, (self.TotalProcessorTime - b - r).TotalMilliseconds, (GC.GetTotalAllocatedBytes(true) - al) / 1e6, scene.Pose + " " + scene.Clothing + " " + png.Length));
    }
    foreach (var u in used.OrderBy(u => u.Item1)) Console.WriteLine($"{u.Item1:0} + {u.Item2:0} ms {u.Item3:0} MB {u.Item4}");
    return;
}
var poses = Opt("pose", "standing").Split(',');
if (poses is ["all"]) poses = [.. Choices.Poses];
poses = [.. poses.Skip(Int("skip", 0)).Take(Int("take", 100))];
var bodies = Opt("body", "average").Split(','); if (bodies is ["all"]) bodies = [.. Choices.Bodies];
var lights = Opt("light", "three_point").Split(','); if (lights is ["all"]) lights = [.. Choices.Lightings];
var clothes = Opt("cloth", "nude").Split(','); if (clothes is ["all"]) clothes = [.. Choices.Clothes];
var grounds = Opt("bg", "simple").Split(','); if (grounds is ["all"]) grounds = [.. Choices.Backgrounds];
var builds = Opt("build", "AsTheBody").Split(',');
var seeds = Opt("seed", "1").Split(',');
var views = Opt("view", "-").Split(',');
var size = Int("size", 288);
var n = 0; var times = new List<double>();
foreach (var pose in poses) foreach (var body in bodies) foreach (var build in builds) foreach (var light in lights) foreach (var cloth in clothes) foreach (var bg in grounds) foreach (var seed in seeds) foreach (var view in views)
{
    var s = long.Parse(seed, CultureInfo.InvariantCulture);
    var from = Scene.From(new Dictionary<string, string> { ["pose"] = pose }, "", s);
    var camera = view == "-" ? from.Camera : new Camera { View = double.Parse(view, CultureInfo.InvariantCulture), Height = Int("h", 125), FocalLength = Int("lens", 60) };
    var scene = new Scene { Pose = pose, Body = body, Build = Enum.Parse<Build>(build), Lighting = light, Clothing = cloth, Background = bg, Seed = s, Camera = camera, Width = size, Height = size * 4 / 3, Construction = Enum.Parse<Construction>(Opt("con", "None")) };
    var watch = Stopwatch.StartNew();
    var picture = Renderer.Render(scene, threads: Int("threads", 2));
    times.Add(watch.Elapsed.TotalMilliseconds);
    using var file = File.Create($"/tmp/p{n++:000}.png");
    picture.WritePng(file);
}
times.Sort();
Console.WriteLine($"{n} median {times[n / 2]:0} max {times[^1]:0}");
