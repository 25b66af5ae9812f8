using System.Diagnostics;
using System.Globalization;
using Colonnade.Mannequin;

// dev: sheet of poses: start count body lighting clothing background seed
var names = Choices.Poses;
string Arg(int i, string or) => args.Length > i ? args[i] : or;
var wanted = Arg(0, "0-60");
var list = wanted.Contains('-') ? names.Skip(int.Parse(wanted.Split('-')[0], CultureInfo.InvariantCulture)).Take(int.Parse(wanted.Split('-')[1], CultureInfo.InvariantCulture)).ToArray() : wanted.Split(',');
var size = int.Parse(Arg(7, "384"), CultureInfo.InvariantCulture);
foreach (var (index, name) in list.Index())
{
    var watch = Stopwatch.StartNew();
    var from = Scene.From(new Dictionary<string, string> { ["pose"] = name }, "", long.Parse(Arg(5, "1"), CultureInfo.InvariantCulture));
    var camera = args.Length > 6 && args[6] != "-" ? new Camera { View = double.Parse(args[6], CultureInfo.InvariantCulture) } : from.Camera;
    var picture = Renderer.Render(new Scene { Pose = name, Body = Arg(1, "average"), Lighting = Arg(2, "three_point"), Clothing = Arg(3, "nude"), Background = Arg(4, "simple"), Seed = long.Parse(Arg(5, "1"), CultureInfo.InvariantCulture), Camera = camera, Width = size, Height = size * 4 / 3 }, threads: 2);
    using var file = File.Create($"/tmp/p{index:00}.png");
    picture.WritePng(file);
    Console.WriteLine($"{name} {watch.ElapsedMilliseconds} ms {file.Length}");
}
