using System.Text;
using Colonnade.Fragrances.Search;
using Shouldly;
using Xunit;

namespace Colonnade.Fragrances.Tests.Search;

public sealed class TextFoldingTests
{
    [Theory]
    [InlineData("Hermès", "hermes")]
    [InlineData("Œillet Sublime", "oeillet sublime")]
    [InlineData("GROẞE STRAßE", "grosse strasse")]
    [InlineData("Ærø Łódź", "aero lodz")]
    [InlineData("№5", "no 5")]
    [InlineData("N°5", "no 5")]
    [InlineData("Nº 5", "no 5")]
    [InlineData("No. 5", "no 5")]
    [InlineData("n5", "no 5")]
    [InlineData("Number 5", "no 5")]
    [InlineData("L'Eau d'Issey", "leau dissey")]
    [InlineData("L’Eau d’Issey", "leau dissey")]
    [InlineData("L`EAU D´ISSEY", "leau dissey")]
    [InlineData("l eau d issey", "leau dissey")]
    [InlineData("D&G", "dg")]
    [InlineData("Y.S.L.", "ysl")]
    [InlineData("Dolce & Gabbana", "dolce gabbana")]
    [InlineData("212VIP", "212 vip")]
    [InlineData("９PM", "9 pm")]
    [InlineData("𝐂𝐡𝐚𝐧𝐞𝐥", "chanel")]
    [InlineData("Sauvage™", "sauvage")]
    [InlineData("so\u00ADft", "soft")]
    [InlineData("e\u0301toile", "etoile")]
    [InlineData("  many   spaces ", "many spaces")]
    [InlineData("Шанель", "шанель")]
    [InlineData("?!", "?!")]
    public void Spellings_that_mean_the_same_have_one_key(string text, string key) =>
        TextFolding.Key(text).ShouldBe(key);

    [Fact]
    public void However_long_two_names_are_they_have_two_keys()
    {
        var name = string.Concat(Enumerable.Repeat("𝐀", 60));
        string.Equals(TextFolding.Key(name + "1"), TextFolding.Key(name + "b 1"), StringComparison.Ordinal).ShouldBeFalse();
        TextFolding.Key(new string('x', 5000)).ShouldBe(new string('x', 5000));
    }

    [Theory]
    [InlineData("\uD800")]
    [InlineData("a\uDC00b\uD800")]
    [InlineData("\0\u0001\uFFFE\uFFFF")]
    [InlineData("")]
    public void Broken_text_is_folded_without_complaint(string text) =>
        Should.NotThrow(() => TextFolding.Key(text));

    [Fact]
    public void Every_character_of_the_basic_plane_folds_to_letters_and_digits_or_to_nothing()
    {
        var tokens = new TokenList();
        var words = 0;
        for (var character = 0; character <= char.MaxValue; character++)
        {
            tokens.Read($"a{(char)character}b", TokenForm.Text);
            words += tokens.Count;
            for (var i = 0; i < tokens.Count; i++) tokens.Letters(i).ToString().EnumerateRunes().All(Rune.IsLetterOrDigit).ShouldBeTrue($"U+{character:X4}");
        }
        words.ShouldBeGreaterThan(65536);
    }

    [Fact]
    public void A_query_has_ten_words_of_512_characters_at_most()
    {
        var tokens = new TokenList();
        tokens.Read("a b c d e f g h i j k l", TokenForm.Query);
        tokens.Count.ShouldBe(10);
        tokens.Read(new string(' ', 510) + "ab cd", TokenForm.Query);
        tokens.Count.ShouldBe(1);
        tokens.Letters(0).ToString().ShouldBe("ab");
    }

    [Fact]
    public void A_text_has_the_parts_of_an_elided_word_and_the_whole()
    {
        var tokens = new TokenList();
        tokens.Read("L'Eau", TokenForm.Text);
        Enumerable.Range(0, tokens.Count).Select(i => tokens.Letters(i).ToString()).ShouldBe(["l", "eau", "leau"]);
        tokens[2].Wide.ShouldBeTrue();
        (tokens[2].SourceStart, tokens[2].SourceEnd).ShouldBe((0, 5));
    }

    [Fact]
    public void An_endless_word_is_cut()
    {
        var tokens = new TokenList();
        tokens.Read(new string('x', 100_000), TokenForm.Text);
        tokens.Count.ShouldBe(1);
        tokens.Letters(0).Length.ShouldBe(TokenList.LongestWord);
        tokens[0].SourceEnd.ShouldBe(100_000);
    }
}
