using System.Diagnostics;
using System.Text;
using Colonnade.Fragrances.Search;
using Shouldly;
using Xunit;

namespace Colonnade.Fragrances.Tests.Search;

public sealed class HostileQueryTests
{
    private static readonly SearchIndex Index = Large();

    public static TheoryData<string> Hostile =>
    [
        new string('*', 1024), new string('%', 1024), new string('a', 1024), new string('\'', 600),
        string.Concat(Enumerable.Repeat("a*", 512)), string.Concat(Enumerable.Repeat("a'", 256)), string.Concat(Enumerable.Repeat("l ", 256)),
        string.Join(' ', Enumerable.Range(0, 10).Select(i => new string((char)('b' + i), 50))),
        string.Join(' ', Enumerable.Range(0, 10).Select(i => "abababababababab"[i..])),
        "'; drop table fragrances; --", "<script>alert(1)</script>", "../../../etc/passwd", "%00", "\0", "\uD83D", "\uDC00\uD800", "\uFFFE\uFFFF",
        "Ṱ̺̺̕o͞ ̷i̲̬͇̪͙n̝̗͕v̟̜̘̦͟o̶̙̰̠kè͚̮̺̪̹̱̤", "ﷺ ﷺ ﷺ", "👩‍👩‍👧‍👦 🏳️‍🌈", "田中さんにあげて下さい", "ﾟ･✿ヾ╲(｡◕‿◕｡)╱✿･ﾟ", "الكل في المجمو عة", "\u202Etest\u202C", "½ ² ① Ⅷ ㎏", "𝓣𝓱𝓮 ｑｕｉｃｋ", "İıſK", "ΑΓΙΟΣ ς",
    ];

    [Theory]
    [MemberData(nameof(Hostile))]
    public void Hostile_text_is_answered_in_good_time(string text)
    {
        var query = new SearchQuery { Text = text, Highlight = true, Facets = SearchFacets.All };
        Index.Search(query);
        var started = Stopwatch.GetTimestamp();
        var result = Index.Search(query);
        Index.Suggest(text);
        // Some two hundred times what it takes: only work that grows beyond measure is that slow.
        Stopwatch.GetElapsedTime(started).ShouldBeLessThan(TimeSpan.FromSeconds(1));
        result.Total.ShouldBeInRange(0, Index.Count);
        result.Ordinals.Count.ShouldBe(Math.Min(20, result.Total));
        if (result.Matches is { } matches) new Highlighter(matches, text).Mark(text).ShouldNotContain("<script");
    }

    [Fact]
    public void Hostile_catalogues_are_indexed_and_found()
    {
        var texts = Hostile.Select(row => row.Data).ToArray();
        var index = Shelf.IndexOf(texts.Select((text, i) => new CatalogueEntry
        {
            Id = i + 1,
            Name = text,
            BrandId = i,
            BrandName = text,
            TopNotes = [text, "", text],
            Description = string.Concat(Enumerable.Repeat(text + " ", 40)),
            Gender = text,
            LaunchYear = int.MaxValue,
            PopularityScore = double.NaN,
            Json = Encoding.UTF8.GetBytes("{}"),
        }));
        index.Count.ShouldBe(texts.Length);
        index.Names(new SearchQuery { Text = "passwd" }).ShouldBe(["../../../etc/passwd"]);
        index.Search(new SearchQuery { Facets = SearchFacets.All }).Total.ShouldBe(texts.Length);
        for (var id = 1; id <= texts.Length; id++) index.Similar(id);
    }

    [Fact]
    public async Task Searches_side_by_side_answer_as_one_after_the_other()
    {
        string[] texts = ["rose", "musk oud", "rosa nigth", "e", "velvet garden of", "xqxq rose", "", "mskroes", "gardn"];
        var alone = texts.Select(Answer).ToArray();
        alone.Distinct(StringComparer.Ordinal).Count().ShouldBe(texts.Length);
        await Parallel.ForAsync(0, 400, TestContext.Current.CancellationToken, (i, _) =>
        {
            Answer(texts[i % texts.Length]).ShouldBe(alone[i % texts.Length]);
            return ValueTask.CompletedTask;
        });

        static string Answer(string text)
        {
            var result = Index.Search(new SearchQuery { Text = text, Facets = SearchFacets.Brand, Limit = 50, Highlight = true });
            var suggestions = Index.Suggest(text);
            return $"{text}: {result.Total} {result.Relaxed} {string.Join(' ', result.Ordinals)} | {string.Join(' ', result.Facets[0].Values)} | {string.Join(' ', suggestions)}";
        }
    }

    private static SearchIndex Large()
    {
        var random = new Random(3);
        string[] words = ["Rose", "Musk", "Night", "Oud", "Garden", "Velvet", "Sea", "Nose", "Must", "Rosa", "Abab", "Baba", "Ababab", "Babababa"];
        string Some(int count) => string.Join(' ', Enumerable.Range(0, count).Select(_ => words[random.Next(words.Length)]));
        var shelf = new Shelf();
        for (var i = 0; i < 8000; i++)
            shelf.Put(Some(1 + random.Next(3)), $"House of {Some(1)}", [Some(1), Some(2)], Some(20), random.Next(100), year: 1990 + random.Next(30));
        return shelf.Index();
    }
}
