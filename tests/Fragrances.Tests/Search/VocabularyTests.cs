using Colonnade.Fragrances.Search;
using Shouldly;
using Xunit;

namespace Colonnade.Fragrances.Tests.Search;

public sealed class VocabularyTests
{
    [Theory]
    [InlineData(1, 0, false)]
    [InlineData(2, 1, false)]
    [InlineData(3, 1, true)]
    [InlineData(4, 2, false)]
    [InlineData(5, 2, true)]
    [InlineData(6, 0, true)]
    public void Lookup_finds_what_comparing_with_every_word_finds(int seed, int typos, bool prefix)
    {
        var random = new Random(seed);
        var terms = Enumerable.Range(0, 1500).Select(_ => Word(random, 1, 9)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToArray();
        var vocabulary = new Vocabulary(terms);
        var found = 0;
        for (var round = 0; round < 200; round++)
        {
            var word = round % 3 == 0 ? Word(random, 1, 10) : Mistyped(terms[random.Next(terms.Length)], random);
            var matches = new List<TermMatch>();
            vocabulary.Lookup(word, typos, prefix, matches);

            var actual = new Dictionary<string, (int Typos, bool Prefix)>(StringComparer.Ordinal);
            foreach (var match in matches)
                for (var term = match.First; term < match.End; term++)
                    actual.Add(vocabulary.Term(term).ToString(), (match.Typos, match.Prefix));

            var expected = new Dictionary<string, (int Typos, bool Prefix)>(StringComparer.Ordinal);
            foreach (var term in terms)
            {
                var whole = Distance(word, term);
                var beginning = prefix ? Enumerable.Range(1, term.Length - 1).Select(length => Distance(word, term[..length])).DefaultIfEmpty(int.MaxValue).Min() : int.MaxValue;
                if (Math.Min(whole, beginning) <= typos) expected[term] = (Math.Min(whole, beginning), beginning < whole);
            }
            actual.OrderBy(pair => pair.Key, StringComparer.Ordinal).ShouldBe(expected.OrderBy(pair => pair.Key, StringComparer.Ordinal), word);
            found += actual.Count;
        }
        found.ShouldBeGreaterThan(50);
    }

    [Fact]
    public void Every_word_is_found_again_and_no_other()
    {
        var random = new Random(11);
        var terms = Enumerable.Range(0, 500).Select(_ => Word(random, 1, 6)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToArray();
        var vocabulary = new Vocabulary(terms);
        for (var i = 0; i < terms.Length; i++)
        {
            vocabulary.Find(terms[i]).ShouldBe(i);
            vocabulary.Term(i).ToString().ShouldBe(terms[i]);
            var (first, end) = vocabulary.Beginning(terms[i]);
            terms[first..end].ShouldBe(terms.Where(term => term.StartsWith(terms[i], StringComparison.Ordinal)));
        }
        vocabulary.Find("zzzzzzzz").ShouldBe(-1);
        vocabulary.Find("").ShouldBe(-1);
    }

    [Theory]
    [InlineData("oud", 0)]
    [InlineData("dior", 1)]
    [InlineData("sauvage", 1)]
    [InlineData("baccarat", 2)]
    [InlineData("1966", 0)]
    public void Longer_words_are_forgiven_more_and_numbers_nothing(string word, int typos) =>
        Vocabulary.Forgiven(word).ShouldBe(typos);

    private static string Word(Random random, int least, int most) =>
        new([.. Enumerable.Range(0, random.Next(least, most + 1)).Select(_ => "abcde"[random.Next(5)])]);

    private static string Mistyped(string word, Random random)
    {
        for (var times = random.Next(3); times > 0 && word.Length > 1; times--)
        {
            var at = random.Next(word.Length - 1);
            word = random.Next(4) switch
            {
                0 => word.Remove(at, 1),
                1 => word.Insert(at, "x"),
                2 => $"{word[..at]}{word[at + 1]}{word[at]}{word[(at + 2)..]}",
                _ => $"{word[..at]}q{word[(at + 1)..]}",
            };
        }
        return word;
    }

    // Damerau-Levenshtein (optimal string alignment), straight from its definition.
    private static int Distance(string a, string b)
    {
        var d = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++) d[i, 0] = i;
        for (var j = 0; j <= b.Length; j++) d[0, j] = j;
        for (var i = 1; i <= a.Length; i++)
            for (var j = 1; j <= b.Length; j++)
            {
                d[i, j] = Math.Min(Math.Min(d[i - 1, j], d[i, j - 1]) + 1, d[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1));
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) d[i, j] = Math.Min(d[i, j], d[i - 2, j - 2] + 1);
            }
        return d[a.Length, b.Length];
    }
}
