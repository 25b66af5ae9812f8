using Colonnade.Fragrances.Search;
using Shouldly;
using Xunit;

namespace Colonnade.Fragrances.Tests.Search;

public sealed class HighlighterTests
{
    private static readonly SearchIndex Classics = Shelf.OfClassics().Index();

    [Theory]
    [InlineData("sauvage", "Eau Sauvage", "Eau <em>Sauvage</em>")]
    [InlineData("savage", "Eau Sauvage", "Eau <em>Sauvage</em>")]
    [InlineData("sau", "Eau Sauvage", "Eau <em>Sauvage</em>")]
    [InlineData("hermes", "Hermès", "<em>Hermès</em>")]
    [InlineData("leau", "L'Eau d'Issey", "<em>L&#39;Eau</em> d&#39;Issey")]
    [InlineData("eau", "L'Eau d'Issey", "L&#39;<em>Eau</em> d&#39;Issey")]
    [InlineData("no 5", "N°5", "<em>N°5</em>")]
    [InlineData("edp", "Eau de Parfum", "<em>Eau de Parfum</em>")]
    [InlineData("hugoboss", "Hugo Boss", "<em>Hugo Boss</em>")]
    [InlineData("ar mani", "Giorgio Armani", "Giorgio <em>Armani</em>")]
    [InlineData("oud", "Rosewood", "Rosewood")]
    public void The_word_that_was_met_is_marked(string query, string text, string html) =>
        Marker(query, text).Mark(text).ShouldBe(html);

    [Fact]
    public void Text_is_escaped() =>
        Marker("sauvage", "x").Mark("<script>\"Sauvage\" & 'co'</script>")
            .ShouldBe("&lt;script&gt;&quot;<em>Sauvage</em>&quot; &amp; &#39;co&#39;&lt;/script&gt;");

    [Fact]
    public void Mistyped_relatives_stay_unmarked_where_the_word_itself_is_there()
    {
        var index = new Shelf().Put("Rose", "A", description: "A nose for it").Put("Nose", "B").Index();
        var matches = index.Search(new SearchQuery { Text = "rose", Highlight = true }).Matches!;
        new Highlighter(matches, "Rose", "A nose for it").Mark("A nose for it").ShouldBe("A nose for it");
        new Highlighter(matches, "Nose").Mark("Nose").ShouldBe("<em>Nose</em>");
    }

    [Fact]
    public void Words_that_say_nothing_are_not_marked() =>
        Marker("sauvage by dior", "x").Mark("Sauvage by Dior").ShouldBe("<em>Sauvage</em> by <em>Dior</em>");

    [Fact]
    public void A_long_text_is_cropped_around_what_was_met()
    {
        var text = string.Join(' ', Enumerable.Range(0, 50).Select(i => $"word{(char)('a' + i % 26)}")) + " sauvage dior "
            + string.Join(' ', Enumerable.Range(0, 50).Select(i => $"more{(char)('a' + i % 26)}"));
        var cropped = Marker("sauvage dior", text).Crop(text, 6);
        cropped.ShouldBe("…wordw wordx <em>sauvage</em> <em>dior</em> morea moreb…");
        Marker("sauvage", text).Crop("short and sauvage", 6).ShouldBe("short and <em>sauvage</em>");
        Marker("chanel", text).Crop(text, 2).ShouldBe("worda wordb…");
    }

    [Fact]
    public void The_words_met_are_told_fewest_typos_first()
    {
        var matches = Classics.Search(new SearchQuery { Text = "Savage", Highlight = true }).Matches.ShouldNotBeNull();
        matches.Words.ShouldBe(["savage"]);
        matches.Terms(0).ShouldBe(["sauvage"]);
        Classics.Search(new SearchQuery { Text = "Savage" }).Matches.ShouldBeNull();
        Classics.Search(new SearchQuery { Highlight = true }).Matches.ShouldBeNull();
    }

    private static Highlighter Marker(string query, params string[] texts) =>
        new(Classics.Search(new SearchQuery { Text = query, Highlight = true }).Matches!, texts);
}
