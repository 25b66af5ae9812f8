using System.Text.RegularExpressions;
using Shouldly;
using Xunit;

namespace Colonnade.Architecture.Tests;

public sealed partial class SourceTests
{
    [Fact]
    public void No_file_is_longer_than_one_thing()
    {
        var files = House.Sources("src").ToList();
        files.Count.ShouldBeGreaterThan(50);
        files.Where(file => File.ReadLines(file).Count() > 400).Select(file => Path.GetRelativePath(House.Root, file)).ShouldBeEmpty();
    }

    [Fact]
    public void Sql_asks_clock_for_the_time()
    {
        var files = House.Sources("src").Concat(House.Sources("src", "*.sql")).ToList();
        files.ShouldContain(file => File.ReadAllText(file).Contains("clock()", StringComparison.Ordinal));
        // The order of migrations, and whether another node lives, are matters of real time.
        string[] realTime = ["Migrator.cs", "LimitNodes.cs", "LimitShares.cs"];
        files.Where(file => !realTime.Contains(Path.GetFileName(file), StringComparer.Ordinal)).Where(file => NowInSql().IsMatch(File.ReadAllText(file))).Select(file => Path.GetRelativePath(House.Root, file)).ShouldBeEmpty();
    }

    [Fact]
    public void Sql_leaves_nothing_behind_in_its_connection()
    {
        // These two hold connections of their own, which are closed after them.
        string[] outsideThePool = ["Migrator.cs", "Listener.cs"];
        var files = House.Sources("src").Concat(House.Sources("src", "*.sql")).Select(file => (Name: Path.GetFileName(file), Text: File.ReadAllText(file))).ToList();
        files.Where(file => OutlivesTransaction().IsMatch(file.Text)).Select(file => file.Name).Order(StringComparer.Ordinal).ShouldBe(outsideThePool.Order(StringComparer.Ordinal));
        var temporary = files.Where(file => file.Text.Contains("create temp", StringComparison.Ordinal)).ToList();
        temporary.ShouldNotBeEmpty();
        foreach (var (name, text) in temporary)
            Regex.Count(text, "create temp", RegexOptions.None, TimeSpan.FromSeconds(1)).ShouldBe(Regex.Count(text, "on commit drop", RegexOptions.None, TimeSpan.FromSeconds(1)), name);
    }

    [Fact]
    public void Nothing_is_left_to_be_done()
    {
        var files = House.Sources("src").Concat(House.Sources("tests")).Where(file => !file.EndsWith("SourceTests.cs", StringComparison.Ordinal)).ToList();
        files.Count.ShouldBeGreaterThan(50);
        files.Where(file => Unfinished().IsMatch(File.ReadAllText(file))).Select(file => Path.GetRelativePath(House.Root, file)).ShouldBeEmpty();
    }

    [Fact]
    public void Names_say_what_a_thing_is()
    {
        var names = House.Sources("src").Select(Path.GetFileNameWithoutExtension).ToList();
        names.Count.ShouldBeGreaterThan(50);
        names.Where(name => VagueName().IsMatch(name!)).ShouldBeEmpty();
    }

    [Fact]
    public void Every_suppression_carries_its_reason()
    {
        var lines = House.Sources("src").Concat(House.Sources("tests")).SelectMany(File.ReadLines)
            .Where(line => line.TrimStart().StartsWith("#pragma warning disable", StringComparison.Ordinal)).ToList();
        lines.ShouldNotBeEmpty();
        lines.Where(line => !line.Contains("//", StringComparison.Ordinal)).ShouldBeEmpty();
    }

    [GeneratedRegex(@"(?<![\w.])(now|current_timestamp|localtimestamp)\s*\(\)|\bcurrent_timestamp\b|\bclock_timestamp\(\)(?!::timestamptz)", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex NowInSql();

    [GeneratedRegex(@"["";]\s*set\s+(session\b|role\b|[a-z_.]+\s*=|[a-z]+_[a-z_.]+\s+to\b)|set_config\([^)]*,\s*false\)|pg_(try_)?advisory_lock(_shared)?\(|""\s*(un)?listen\s", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex OutlivesTransaction();

    [GeneratedRegex(@"\b(TODO|FIXME|HACK)\b|NotImplementedException", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Unfinished();

    [GeneratedRegex("(Manager|Helper|Helpers|Util|Utils|Dto|Repository|Mapper)$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex VagueName();
}
