using System.Globalization;
using Colonnade.Fragrances.Search;

namespace Colonnade.Fragrances.Catalogue;

/// <summary>
/// A fragrance as one row describes it, cleaned and in the catalogue's words; what the row does not say is "", null or empty.
/// </summary>
public sealed class FragranceDraft
{
    public required string Name { get; init; }

    /// <summary>The folded name without words of strength: together with brand and concentration the identity.</summary>
    public required string NameKey { get; init; }

    public required string Brand { get; init; }

    public required string BrandKey { get; init; }

    public required string Concentration { get; init; }

    public required string ConcentrationKey { get; init; }

    public string Country { get; init; } = "";

    public string Description { get; init; } = "";

    public int? LaunchYear { get; init; }

    public string Gender { get; init; } = "";

    /// <summary>The stated family; the one that follows from the accords is <see cref="FamilyOfAccords"/>.</summary>
    public string Family { get; init; } = "";

    public string FamilyOfAccords { get; init; } = "";

    public string PriceRange { get; init; } = "";

    public float? Rating { get; init; }

    public int? Votes { get; init; }

    /// <summary>A stated score; the one that follows from rating and votes is the table's.</summary>
    public float? Popularity { get; init; }

    public string[] TopNotes { get; init; } = [];

    /// <summary>
    /// The heart; also the place of a list without a pyramid, since it claims neither the first impression nor what remains.
    /// </summary>
    public string[] MiddleNotes { get; init; } = [];

    public string[] BaseNotes { get; init; } = [];

    public string[] Accords { get; init; } = [];

    public string[] Perfumers { get; init; } = [];

    public string Longevity { get; init; } = "";

    public string Sillage { get; init; } = "";

    public string[] Seasons { get; init; } = [];

    public string ImageUrl { get; init; } = "";

    public string BottleImageUrl { get; init; } = "";

    public bool? IsDiscontinued { get; init; }

    /// <summary>The draft of a row, or why the row is refused.</summary>
    internal static (FragranceDraft? Draft, string? Rejection) From(SourceRow row, SlugColumns slugs, int latestYear)
    {
        try
        {
            return (Draft(row, slugs, latestYear), null);
        }
        catch (FormatException refused)
        {
            return (null, refused.Message);
        }
    }

    private static FragranceDraft Draft(SourceRow row, SlugColumns slugs, int latestYear)
    {
        var name = Named(slugs.Name(Texts.Name(row.Text(CatalogueField.Name))), "name");
        var brand = Named(slugs.Brand(Texts.Name(row.Text(CatalogueField.Brand))), "brand");
        var stated = Short(row, CatalogueField.Concentration);
        var (concentration, nameKey) = Strengths.Of(name, stated);
        var accords = Few(Texts.Terms(row.List(CatalogueField.Accords)), "accords");
        var middle = Texts.Notes(row.List(CatalogueField.MiddleNotes));
        var draft = new FragranceDraft
        {
            Name = name,
            NameKey = Key(nameKey, "name"),
            Brand = brand,
            BrandKey = Key(TextFolding.Key(brand), "brand"),
            Concentration = concentration,
            ConcentrationKey = concentration.Length == 0 ? "" : Key(TextFolding.Key(concentration), "concentration"),
            Country = Short(row, CatalogueField.Country),
            Description = Texts.Paragraphs(row.Text(CatalogueField.Description)),
            LaunchYear = Numbers.Year(Texts.Line(row.Text(CatalogueField.Year)), latestYear),
            Gender = ClosedSets.Gender(Texts.Line(row.Text(CatalogueField.Gender))),
            Family = Texts.InTitleCase(Short(row, CatalogueField.Family)),
            FamilyOfAccords = Families.OfAccords(accords),
            PriceRange = ClosedSets.PriceRange(Texts.Line(row.Text(CatalogueField.PriceRange))),
            Rating = Numbers.Decimal(Texts.Line(row.Text(CatalogueField.Rating)), "rating", 5) is var rating and not 0 ? rating : null,
            Votes = Numbers.Count(Texts.Line(row.Text(CatalogueField.Votes)), "votes"),
            Popularity = Numbers.Decimal(Texts.Line(row.Text(CatalogueField.Popularity)), "popularity", 100),
            TopNotes = Few(Texts.Notes(row.List(CatalogueField.TopNotes)), "top notes"),
            MiddleNotes = Few(middle.Length > 0 ? middle : Texts.Notes(row.List(CatalogueField.Notes)), "notes"),
            BaseNotes = Few(Texts.Notes(row.List(CatalogueField.BaseNotes)), "base notes"),
            Accords = accords,
            Perfumers = Few(Texts.Persons(row.List(CatalogueField.Perfumers)), "perfumers"),
            Longevity = ClosedSets.Longevity(Texts.Line(row.Text(CatalogueField.Longevity))),
            Sillage = ClosedSets.Sillage(Texts.Line(row.Text(CatalogueField.Sillage))),
            Seasons = ClosedSets.Seasons(Texts.Terms(row.List(CatalogueField.Seasons))),
            ImageUrl = Texts.Url(row.Text(CatalogueField.ImageUrl)),
            BottleImageUrl = Texts.Url(row.Text(CatalogueField.BottleImageUrl)),
            IsDiscontinued = ClosedSets.YesOrNo(Texts.Line(row.Text(CatalogueField.Discontinued))),
        };
        return draft.Description.Length <= 10_000 ? draft : throw new FormatException("the description is longer than 10,000 characters");
    }

    private static string Named(string text, string what) => text.Length switch
    {
        0 => throw new FormatException($"{what} is missing"),
        > 200 => throw new FormatException($"{what} is longer than 200 characters"),
        _ => text,
    };

    // A sign may fold to many letters; an index entry is limited.
    private static string Key(string key, string what) =>
        key.Length <= 500 ? key : throw new FormatException($"{what} is too long when written out");

    private static string Short(SourceRow row, CatalogueField field)
    {
        var text = Texts.Line(row.Text(field));
        return text.Length <= 100 ? text : throw new FormatException($"{ColumnMap.Camel(field.ToString())} is longer than 100 characters");
    }

    private static string[] Few(string[] list, string what) =>
        list.Length <= 100 ? list : throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"{list.Length} {what}, more than 100"));
}
