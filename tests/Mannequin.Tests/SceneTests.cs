using Colonnade.Mannequin.Poses;
using Shouldly;
using Xunit;

namespace Colonnade.Mannequin.Tests;

public sealed class SceneTests
{
    [Fact]
    public void Filters_say_what_is_drawn()
    {
        var scene = From("a dancer at night", ("body_type", "athletic"), ("pose", "standing"), ("lighting", "dramatic"), ("clothing", "casual"), ("background", "simple"));
        (scene.Body, scene.Pose, scene.Lighting, scene.Clothing, scene.Background).ShouldBe(("athletic", "standing", "dramatic", "casual", "simple"));
    }

    [Fact]
    public void Every_known_value_of_every_filter_is_taken()
    {
        Choices.Filters.Keys.ShouldBe(["body_type", "pose", "lighting", "clothing", "background", "view", "construction"]);
        foreach (var body in Choices.Bodies) From("", ("body_type", body)).Body.ShouldBe(body);
        foreach (var pose in Choices.Poses) From("", ("pose", pose)).Pose.ShouldBe(pose);
        foreach (var lighting in Choices.Lightings) From("", ("lighting", lighting)).Lighting.ShouldBe(lighting);
        foreach (var clothing in Choices.Clothes) From("", ("clothing", clothing)).Clothing.ShouldBe(clothing);
        foreach (var background in Choices.Backgrounds) From("", ("background", background)).Background.ShouldBe(background);
        foreach (var group in Choices.PoseGroups) Library.ByName[From("", ("pose", group)).Pose].ShouldSatisfyAllConditions(stance => (stance.Name == group || stance.Group == group).ShouldBeTrue());
    }

    [Theory]
    [InlineData("a muscular man running through the rain, chiaroscuro", "running", "muscular", "chiaroscuro")]
    [InlineData("Contrapposto study, slim figure, Window Light", "contrapposto", "slim", "window")]
    [InlineData("a heavy woman lying on her side, high key", "lying_side", "heavy", "high_key")]
    [InlineData("petite ballerina in arabesque, backlit", "arabesque", "petite", "rim")]
    [InlineData("The average knight on one knee under a spotlight", "kneeling_one_knee", "average", "dramatic")]
    public void A_prompts_words_choose_what_filters_leave_open(string prompt, string pose, string body, string lighting)
    {
        var scene = From(prompt);
        (scene.Pose, scene.Body, scene.Lighting).ShouldBe((pose, body, lighting));
    }

    [Fact]
    public void Words_count_whole_and_the_longest_wins()
    {
        From("a start in the startled crowd", ("lighting", "flat")).Lighting.ShouldBe("flat");
        From("sitting on the floor, leaning back").Pose.ShouldBe("sitting_floor");
        From("understanding").Pose.ShouldBe(From("").Pose);
    }

    [Fact]
    public void An_unknown_value_is_read_as_words_and_one_without_meaning_as_nothing()
    {
        From("", ("pose", "dynamic-jumping")).Pose.ShouldBe("jumping");
        From("", ("lighting", "soft_window_light")).Lighting.ShouldBe("window");
        From("", ("pose", "xyzzy")).ShouldBe(From(""));
        From("squatting", ("pose", "xyzzy")).Pose.ShouldBe("squatting");
    }

    [Fact]
    public void A_word_for_many_poses_leaves_the_choice_to_the_seed()
    {
        var chosen = Enumerable.Range(0, 60).Select(seed => Scene.From(Filters(("pose", "action")), "", seed).Pose).ToHashSet(StringComparer.Ordinal);
        chosen.Count.ShouldBeGreaterThan(2);
        chosen.ShouldAllBe(pose => Library.ByName[pose].Group == "action");
    }

    [Fact]
    public void Views_and_lines_are_filters_too()
    {
        Math.Abs(From("", ("pose", "standing"), ("view", "back")).Camera.View).ShouldBeInRange(150, 210);
        From("seen from below", ("pose", "standing")).Camera.Height.ShouldBeLessThan(40);
        From("", ("construction", "boxes")).Construction.ShouldBe(Construction.Boxes);
        From("with construction lines").Construction.ShouldBe(Construction.All);
        From("").Construction.ShouldBe(Construction.None);
    }

    [Fact]
    public void A_pose_is_seen_from_where_it_shows_also_when_the_seed_mirrors_it()
    {
        var mirrored = 0;
        for (var seed = 0; seed < 40; seed++)
        {
            var scene = Scene.From(Filters(("pose", "kicking")), "", seed);
            var isMirrored = Stance.IsMirrored(new Dice(seed));
            mirrored += isMirrored ? 1 : 0;
            var view = isMirrored ? -scene.Camera.View : scene.Camera.View;
            Library.ByName["kicking"].Views.ShouldContain(shows => Math.Abs(shows - view) < 13, $"seed {seed}");
        }

        mirrored.ShouldBeInRange(8, 32);
    }

    [Fact]
    public void The_same_wish_is_the_same_scene_and_every_scene_can_be_drawn()
    {
        for (var seed = 0L; seed < 200; seed++)
        {
            var scene = Scene.From(Filters(), "", seed * 7919);
            scene.ShouldBe(Scene.From(Filters(), "", seed * 7919));
            Should.NotThrow(() => Stage.Of(scene));
        }
    }

    [Fact]
    public void Women_and_men_are_told_apart_and_all_are_adults()
    {
        From("a woman standing").Build.ShouldBe(Build.Woman);
        From("a man standing").Build.ShouldBe(Build.Man);
        foreach (var body in Choices.Bodies)
        {
            foreach (var build in Enum.GetValues<Build>())
            {
                var figure = Stage.Of(new Scene { Body = body, Build = build, Pose = "t_pose" }).Figure;
                var height = figure.Masses.Where(mass => mass.Joint == Body.Joint.Head).Max(mass => figure.Extent(mass, System.Numerics.Vector3.UnitY).Y);
                var chin = figure.At(Body.Joint.Head, new System.Numerics.Vector3(0, -3.1f, 0) * figure.Bones.HeadScale).Y;
                (height / (height - chin)).ShouldBeInRange(7, 8.2f, $"heads of {body} as {build}");
                height.ShouldBeInRange(147, 200);
            }
        }
    }

    private static Scene From(string prompt, params (string Filter, string Value)[] filters) => Scene.From(Filters(filters), prompt, 11);

    private static Dictionary<string, string> Filters(params (string Filter, string Value)[] filters) => filters.ToDictionary(filter => filter.Filter, filter => filter.Value, StringComparer.Ordinal);
}
