using System.Text.RegularExpressions;

namespace Colonnade.Fragrances.Catalogue;

/// <summary>
/// Some exports hold the last part of an address instead of a name: accento-overdose-pride-edition.
/// Whether a column does so is told by its first rows: all are slugs, and one of them has a hyphen.
/// </summary>
internal sealed partial class SlugColumns
{
    private Column _names;
    private Column _brands;

    /// <summary>Takes one more of the first rows into account.</summary>
    public void LookAt(SourceRow row)
    {
        _names.LookAt(row.Text(CatalogueField.Name));
        _brands.LookAt(row.Text(CatalogueField.Brand));
    }

    public string Name(string text) => Read(text, _names, _brands);

    public string Brand(string text) => Read(text, _brands, _names);

    /// <summary>"l-eau-d-issey-2024" → "L'Eau d'Issey 2024".</summary>
    public static string Unslug(string slug)
    {
        var words = Elision().Replace(Possessive().Replace(slug, "'s"), "${letter}'").Replace('-', ' ');
        // After an elision the word begins in the middle of what title case takes for one: d'issey, l'eau.
        return AfterElision().Replace(Texts.InTitleCase(words), found => found.Value.ToUpperInvariant()).Replace("'S", "'s", StringComparison.Ordinal);
    }

    private static string Read(string text, Column own, Column other) =>
        own.AllSlugs && (own.Hyphens || other is { AllSlugs: true, Hyphens: true }) && Slug().IsMatch(text) ? Unslug(text) : text;

    private struct Column
    {
        private bool _otherThanSlugs;
        private bool _any;

        public bool Hyphens { get; private set; }

        public readonly bool AllSlugs => _any && !_otherThanSlugs;

        public void LookAt(string text)
        {
            if (text.Length == 0)
                return;
            _any = true;
            _otherThanSlugs |= !Slug().IsMatch(text);
            Hyphens |= text.Contains('-', StringComparison.Ordinal) && text.Any(char.IsLetter);
        }
    }

    [GeneratedRegex(@"^[\p{Ll}\p{Nd}]+(-[\p{Ll}\p{Nd}]+)*$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 10_000)]
    private static partial Regex Slug();

    [GeneratedRegex(@"(?<![\p{L}\p{N}])(?<letter>[ldjcnmst]|qu)-(?=[aeiouyhéèêâàôî])", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 10_000)]
    private static partial Regex Elision();

    [GeneratedRegex(@"(?<=[\p{L}\p{N}]{2})-s(?=-|$)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 10_000)]
    private static partial Regex Possessive();

    [GeneratedRegex(@"(?<=')\p{Ll}", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 10_000)]
    private static partial Regex AfterElision();
}
