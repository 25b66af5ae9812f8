using System.Numerics;
using System.Text;
using Colonnade.Mannequin.Body;
using Colonnade.Mannequin.Poses;
using Shouldly;
using Xunit;

namespace Colonnade.Mannequin.Tests;

public sealed class PoseFileTests
{
    private static readonly (Joint Joint, Landmark.Spot From, Landmark.Spot To)[] Bones =
    [
        (Joint.LeftShoulder, Landmark.Spot.LeftShoulder, Landmark.Spot.LeftElbow), (Joint.RightShoulder, Landmark.Spot.RightShoulder, Landmark.Spot.RightElbow),
        (Joint.LeftElbow, Landmark.Spot.LeftElbow, Landmark.Spot.LeftWrist), (Joint.RightElbow, Landmark.Spot.RightElbow, Landmark.Spot.RightWrist),
        (Joint.LeftHip, Landmark.Spot.LeftHip, Landmark.Spot.LeftKnee), (Joint.RightHip, Landmark.Spot.RightHip, Landmark.Spot.RightKnee),
        (Joint.LeftKnee, Landmark.Spot.LeftKnee, Landmark.Spot.LeftAnkle), (Joint.RightKnee, Landmark.Spot.RightKnee, Landmark.Spot.RightAnkle),
    ];

    [Theory]
    [InlineData("poses.json")]
    [InlineData("wave.bvh")]
    public void Limbs_point_where_they_point_in_the_file(string file)
    {
        var poses = Read(file);
        poses.Count.ShouldBeGreaterThan(2);
        for (var at = 0; at < poses.Count; at++)
        {
            foreach (var body in Choices.Bodies)
            {
                var figure = Stage.Of(new Scene { Captured = poses[at], Body = body }).Figure;
                foreach (var (joint, from, to) in Bones)
                {
                    var wanted = Vector3.Normalize(poses[at].At[to] - poses[at].At[from]);
                    var shown = figure.Direction(joint, -Vector3.UnitY);
                    Vector3.Dot(wanted, shown).ShouldBeGreaterThan(MathF.Cos(20 * MathF.PI / 180), $"{joint} of {at} on {body}");
                }
            }
        }
    }

    [Theory]
    [InlineData("poses.json")]
    [InlineData("wave.bvh")]
    public void Bodies_of_a_file_are_whole_and_in_the_frame(string file)
    {
        var poses = Read(file);
        for (var at = 0; at < poses.Count; at++)
        {
            var stage = Stage.Of(new Scene { Captured = poses[at], Body = Choices.Bodies[at % Choices.Bodies.Count], Seed = at });
            for (var joint = Joint.Waist; (int)joint < Joints.Count; joint++)
            {
                Vector3.Distance(stage.Figure.At(joint), stage.Figure.At(joint.Parent())).ShouldBe(stage.Figure.Bones[joint].Length(), 0.01f);
                Limits.Strain(joint, stage.Figure.Pose[joint]).ShouldBeLessThan(1.02f, $"{joint}");
            }

            stage.Figure.Lowest().ShouldBeInRange(-0.1f, 80);
            foreach (var mass in stage.Figure.Masses.Where(mass => !mass.Hollow))
            {
                var seen = stage.Eye.Project(stage.Figure.Extent(mass, stage.Eye.Up));
                seen.Y.ShouldBeInRange(1, 1023);
            }
        }
    }

    [Fact]
    public void A_motion_tells_its_pace_and_is_drawn_from_any_frame()
    {
        var motion = Read("wave.bvh");
        motion.FramesPerSecond!.Value.ShouldBe(30, 0.1);
        Read("poses.json").FramesPerSecond.ShouldBeNull();
        var pictures = Enumerable.Range(0, motion.Count).Select(frame => Convert.ToHexString(
            Renderer.Render(new Scene { Captured = motion[frame], Width = 48, Height = 64 }, stop: TestContext.Current.CancellationToken).Pixels)).ToList();
        pictures.ShouldBeUnique(StringComparer.Ordinal);
    }

    [Fact]
    public void A_jump_is_above_the_floor()
    {
        var motion = Read("wave.bvh");
        Stage.Of(new Scene { Captured = motion[0] }).Figure.Lowest().ShouldBe(0, 0.1f);
        Stage.Of(new Scene { Captured = motion[^1] }).Figure.Lowest().ShouldBeGreaterThan(10);
    }

    [Fact]
    public void Joints_go_no_further_than_they_can_whatever_a_file_says()
    {
        // Knees that bend forwards, and elbows backwards.
        var json = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Files", "broken.json"));
        var figure = Stage.Of(new Scene { Captured = PoseFile.Read(Encoding.UTF8.GetBytes(json))[0] }).Figure;
        for (var joint = Joint.Waist; (int)joint < Joints.Count; joint++) Limits.Strain(joint, figure.Pose[joint]).ShouldBeLessThan(1.02f, $"{joint}");
    }

    [Theory]
    [InlineData("", "neither")]
    [InlineData("[]", "no pose")]
    [InlineData("[1]", "no object")]
    [InlineData("{\"Hips\":[0,1]}", "not [x, y, z]")]
    [InlineData("{\"Hips\":[0,1,\"2\"]}", "neither")]
    [InlineData("{\"Hips\":[0,1,2]}", "No joint")]
    [InlineData("{\"Hips\":[0,1e39,2]}", "nowhere")]
    [InlineData("HIERARCHY", "too early")]
    [InlineData("HIERARCHY ROOT a { OFFSET 0 0 0 CHANNELS 7", "channels")]
    [InlineData("HIERARCHY ROOT a { OFFSET 0 x 0 }", "no number")]
    [InlineData("HIERARCHY ROOT a { OFFSET 0 0 0 } MOTION Frames: 0 Frame Time: 0.1", "no frames")]
    [InlineData("HIERARCHY ROOT a { OFFSET 0 0 0 CHANNELS 3 Xposition Yposition Zposition } MOTION Frames: 9000000 Frame Time: 0.1", "at most")]
    [InlineData("HIERARCHY ROOT a { OFFSET 0 0 0 CHANNELS 1 Wposition } MOTION Frames: 1 Frame Time: 0.1 3", "no channel")]
    public void A_file_that_is_none_says_why(string content, string why) =>
        Should.Throw<FormatException>(() => PoseFile.Read(Encoding.UTF8.GetBytes(content))).Message.ShouldContain(why);

    [Fact]
    public void A_skeleton_too_deep_is_refused_without_harm()
    {
        var deep = "HIERARCHY ROOT a { OFFSET 0 0 0 " + string.Concat(Enumerable.Range(0, 100_000).Select(at => $"JOINT b{at} {{ OFFSET 0 0 0 "));
        Should.Throw<FormatException>(() => PoseFile.Read(Encoding.UTF8.GetBytes(deep))).Message.ShouldContain("deep");
    }

    [Theory]
    [InlineData("mixamorig:LeftUpLeg")]
    [InlineData("l_thigh")]
    [InlineData("UpLeg.L")]
    [InlineData("lThigh")]
    [InlineData("LeftHip")]
    public void Joints_are_known_by_the_names_programs_give_them(string name)
    {
        string[] others = ["LeftLeg", "LeftFoot", "LeftArm", "LeftForeArm", "LeftHand", "RightUpLeg", "RightLeg", "RightFoot", "RightArm", "RightForeArm", "RightHand"];
        var joints = others.Select((other, at) => new KeyValuePair<string, Vector3>(other, new Vector3(at, at, 0))).Append(new(name, new Vector3(5, 5, 5))).ToList();
        Landmark.Find(joints)[Landmark.Spot.LeftHip].ShouldBe(new Vector3(5, 5, 5));
    }

    private static PoseFile Read(string file) => PoseFile.Read(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Files", file)));
}
