using System.Diagnostics;
using System.Globalization;
using Colonnade.Mannequin;

string Opt(string name, string or) { var i = Array.IndexOf(args, "--" + name); return i < 0 ? or : args[i + 1]; }
int Int(string name, int or) => int.Parse(Opt(name, or.ToString(CultureInfo.InvariantCulture)), CultureInfo.InvariantCulture);
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
