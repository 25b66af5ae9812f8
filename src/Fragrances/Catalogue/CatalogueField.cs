using System.Collections.Frozen;

namespace Colonnade.Fragrances.Catalogue;

/// <summary>What a catalogue file can say about a fragrance. In camel case these are the keys of JSON files and of a column map.</summary>
public enum CatalogueField
{
    Name, Brand, Country, Gender, Year, Concentration, Family, PriceRange, Description, Rating, Votes, Popularity,
    Notes, TopNotes, MiddleNotes, BaseNotes, Accords, Perfumers, Longevity, Sillage, Seasons,
    ImageUrl, BottleImageUrl, Discontinued,
}

/// <summary>The spellings under which the fields are known.</summary>
internal static class CatalogueFields
{
    public static readonly int Count = Enum.GetValues<CatalogueField>().Length;

    // Folded: lower case, letters only ("Rating Value", "rating_value" and "ratingValue" are one);
    // a nested object joins the names ("notes": {"top": …} is "notestop").
    private static readonly FrozenDictionary<string, CatalogueField> Spellings = new Dictionary<string, CatalogueField>(StringComparer.Ordinal)
    {
        ["name"] = CatalogueField.Name,
        ["title"] = CatalogueField.Name,
        ["perfume"] = CatalogueField.Name,
        ["perfumename"] = CatalogueField.Name,
        ["fragrance"] = CatalogueField.Name,
        ["fragrancename"] = CatalogueField.Name,
        ["brand"] = CatalogueField.Brand,
        ["brandname"] = CatalogueField.Brand,
        ["house"] = CatalogueField.Brand,
        ["designer"] = CatalogueField.Brand,
        ["manufacturer"] = CatalogueField.Brand,
        ["country"] = CatalogueField.Country,
        ["brandcountry"] = CatalogueField.Country,
        ["gender"] = CatalogueField.Gender,
        ["sex"] = CatalogueField.Gender,
        ["year"] = CatalogueField.Year,
        ["launchyear"] = CatalogueField.Year,
        ["releaseyear"] = CatalogueField.Year,
        ["concentration"] = CatalogueField.Concentration,
        ["strength"] = CatalogueField.Concentration,
        ["family"] = CatalogueField.Family,
        ["fragrancefamily"] = CatalogueField.Family,
        ["olfactoryfamily"] = CatalogueField.Family,
        ["pricerange"] = CatalogueField.PriceRange,
        ["description"] = CatalogueField.Description,
        ["shortdescription"] = CatalogueField.Description,
        ["rating"] = CatalogueField.Rating,
        ["ratingvalue"] = CatalogueField.Rating,
        ["averagerating"] = CatalogueField.Rating,
        ["votes"] = CatalogueField.Votes,
        ["ratingcount"] = CatalogueField.Votes,
        ["reviewcount"] = CatalogueField.Votes,
        ["sephorareviewcount"] = CatalogueField.Votes,
        ["popularity"] = CatalogueField.Popularity,
        ["popularityscore"] = CatalogueField.Popularity,
        ["notes"] = CatalogueField.Notes,
        ["top"] = CatalogueField.TopNotes,
        ["topnotes"] = CatalogueField.TopNotes,
        ["notestop"] = CatalogueField.TopNotes,
        ["headnotes"] = CatalogueField.TopNotes,
        ["middle"] = CatalogueField.MiddleNotes,
        ["middlenotes"] = CatalogueField.MiddleNotes,
        ["notesmiddle"] = CatalogueField.MiddleNotes,
        ["heartnotes"] = CatalogueField.MiddleNotes,
        ["notesheart"] = CatalogueField.MiddleNotes,
        ["base"] = CatalogueField.BaseNotes,
        ["basenotes"] = CatalogueField.BaseNotes,
        ["notesbase"] = CatalogueField.BaseNotes,
        ["accords"] = CatalogueField.Accords,
        ["accord"] = CatalogueField.Accords,
        ["mainaccords"] = CatalogueField.Accords,
        ["mainaccord"] = CatalogueField.Accords,
        ["perfumers"] = CatalogueField.Perfumers,
        ["perfumer"] = CatalogueField.Perfumers,
        ["nose"] = CatalogueField.Perfumers,
        ["longevity"] = CatalogueField.Longevity,
        ["sillage"] = CatalogueField.Sillage,
        ["season"] = CatalogueField.Seasons,
        ["seasons"] = CatalogueField.Seasons,
        ["imageurl"] = CatalogueField.ImageUrl,
        ["image"] = CatalogueField.ImageUrl,
        ["bottleimageurl"] = CatalogueField.BottleImageUrl,
        ["discontinued"] = CatalogueField.Discontinued,
        ["isdiscontinued"] = CatalogueField.Discontinued,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Fields of which a row may have several values.</summary>
    public static bool IsList(CatalogueField field) => field
        is CatalogueField.Notes or CatalogueField.TopNotes or CatalogueField.MiddleNotes or CatalogueField.BaseNotes
        or CatalogueField.Accords or CatalogueField.Perfumers or CatalogueField.Seasons;

    /// <summary>The field of a column, or null for one that is not understood. Numbered columns (mainaccord1…5) are lists.</summary>
    public static CatalogueField? Find(string column)
    {
        var folded = Fold(column, digits: true);
        if (Spellings.TryGetValue(folded, out var field))
            return field;
        var letters = Fold(column, digits: false);
        return letters.Length < folded.Length && Spellings.TryGetValue(letters, out field) && IsList(field) ? field : null;
    }

    private static string Fold(string column, bool digits) => string.Create(
        column.Count(c => Kept(c, digits)), (column, digits), static (folded, from) =>
        {
            var at = 0;
            foreach (var c in from.column)
            {
                if (Kept(c, from.digits))
                    folded[at++] = char.ToLowerInvariant(c);
            }
        });

    private static bool Kept(char c, bool digits) => char.IsAsciiLetter(c) || (digits && char.IsAsciiDigit(c));
}
