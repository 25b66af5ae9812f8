using System.Numerics;
using Colonnade.Mannequin.Body;
using Colonnade.Mannequin.Clothes;
using Colonnade.Mannequin.Fields;
using Colonnade.Mannequin.Poses;
using Shouldly;
using Xunit;

namespace Colonnade.Mannequin.Tests;

public sealed class PoseTests
{
    public static TheoryData<string> Bodies => [.. Choices.Bodies];

    [Fact]
    public void There_are_at_least_forty_poses_of_all_kinds()
    {
        Choices.Poses.Count.ShouldBeGreaterThanOrEqualTo(40);
        Choices.Poses.ShouldBeUnique(StringComparer.Ordinal);
        foreach (var kind in (string[])["standing", "contrapposto", "sitting", "crouching", "kneeling", "lying", "walking", "running", "jumping", "fighting", "dancing", "reclining", "foreshortened"])
            Choices.Filters["pose"].Contains(kind, StringComparer.Ordinal).ShouldBeTrue(kind);
    }

    [Theory]
    [MemberData(nameof(Bodies))]
    public void No_joint_is_turned_further_than_joints_go(string body) => Each(body, (stance, figure, seed) =>
    {
        for (var joint = Joint.Waist; (int)joint < Joints.Count; joint++)
            Limits.Strain(joint, figure.Pose[joint]).ShouldBeLessThan(1.02f, $"{joint} of {stance.Name}, {body}, seed {seed}");
    });

    [Theory]
    [MemberData(nameof(Bodies))]
    public void Bones_keep_their_lengths_and_nothing_is_nowhere(string body) => Each(body, (stance, figure, _) =>
    {
        for (var joint = Joint.Waist; (int)joint < Joints.Count; joint++)
        {
            var length = Vector3.Distance(figure.At(joint), figure.At(joint.Parent()));
            length.ShouldBe(figure.Bones[joint].Length(), 0.01f, $"{joint} of {stance.Name}");
        }
    });

    [Theory]
    [MemberData(nameof(Bodies))]
    public void The_figure_stands_on_the_floor_and_nothing_goes_through_it(string body) => Each(body, (stance, figure, seed) =>
    {
        var lowest = figure.Lowest();
        if (stance.Support == Support.Air) lowest.ShouldBeGreaterThan(0.5f, stance.Name);
        else lowest.ShouldBeInRange(-2.2f, 0.3f, $"{stance.Name}, {body}, seed {seed}");
    });

    [Theory]
    [MemberData(nameof(Bodies))]
    public void Feet_that_are_put_on_the_floor_are_on_it(string body) => Each(body, (stance, figure, seed) =>
    {
        if (stance.Support == Support.Air) return;
        foreach (var (isLeft, leg) in ((bool, Leg)[])[(true, stance.LeftLeg), (false, stance.RightLeg)])
        {
            if (leg.Foot is null && leg.Kneels is null) continue;
            // The variation may have mirrored the stance.
            var sole = ((float[])[Off(figure, isLeft, leg), Off(figure, !isLeft, leg)]).MinBy(Math.Abs);
            sole.ShouldBeInRange(-2.2f, 2.2f, $"{stance.Name}, {body}, seed {seed}");
        }
    });

    [Theory]
    [MemberData(nameof(Bodies))]
    public void The_weight_is_over_what_bears_it(string body) => Each(body, (stance, figure, seed) =>
    {
        if (stance.Support != Support.Legs || stance.LeftLeg.Kneels is not null || stance.RightLeg.Kneels is not null) return;
        var weight = figure.CentreOfMass();
        var (left, right) = (Base(figure, true), Base(figure, false));
        var between = right - left;
        var share = between.LengthSquared() < 1 ? 0 : Math.Clamp(Vector3.Dot(weight - left, between) / between.LengthSquared(), 0, 1);
        var off = (weight - left - between * share) with { Y = 0 };
        // A foot is some 25 cm long and 9 wide: within it the figure does not fall.
        off.Length().ShouldBeLessThan(11 * figure.Bones.Scale, $"{stance.Name}, {body}, seed {seed}");
    });

    [Theory]
    [MemberData(nameof(Bodies))]
    public void Arms_do_not_go_through_the_body(string body) => Each(body, (stance, figure, seed) =>
    {
        foreach (var left in (bool[])[true, false])
        {
            var own = left ? Part.LeftArm : Part.RightArm;
            var rest = new Field(figure, [.. Dressing.Body(figure).Where(group => group.Masses[0].Part is not (Part.LeftArm or Part.RightArm))], []);
            own.ShouldNotBe(Part.Torso);
            var (push, _) = Touching.Push(figure, rest, left, comesToTouch: false);
            push.Length().ShouldBeLessThan(2.6f * figure.Bones.Scale, $"{(left ? "left" : "right")} arm of {stance.Name}, {body}, seed {seed}");
        }
    });

    [Fact]
    public void Another_seed_is_another_pose_and_the_same_seed_the_same()
    {
        foreach (var stance in Library.All)
        {
            var (one, again, other) = (Figures.Of(stance.Name, seed: 5), Figures.Of(stance.Name, seed: 5), Figures.Of(stance.Name, seed: 6));
            Enum.GetValues<Joint>().ShouldAllBe(joint => one.At(joint) == again.At(joint));
            Enum.GetValues<Joint>().ShouldContain(joint => Vector3.Distance(one.At(joint), other.At(joint)) > 0.5f, stance.Name);
        }
    }

    private static Vector3 Base(Figure figure, bool left) => Vector3.Lerp(figure.At(Joint.LeftAnkle.On(left)), figure.At(Joint.LeftToes.On(left)), 0.5f) with { Y = 0 };

    private static float Off(Figure figure, bool left, Leg leg) =>
        figure.Lowest(mass => mass.Joint.IsBelow(Joint.LeftKnee.On(left))) - leg.Height * figure.Bones.LegLength / 84.5f;

    private static void Each(string body, Action<Stance, Figure, long> check)
    {
        foreach (var stance in Library.All)
        {
            foreach (var seed in (long[])[1, 8]) check(stance, Figures.Of(stance.Name, body, seed), seed);
        }
    }
}
