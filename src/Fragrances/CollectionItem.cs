namespace Colonnade.Fragrances;

/// <summary>One fragrance of a person's collection, as every answer shows it.</summary>
public sealed record CollectionItem
{
    public required int Id { get; init; }
    public required CollectedFragrance Fragrance { get; init; }
    public required int? Rating { get; init; }
    public required string PersonalNotes { get; init; }
    public required DateOnly? PurchaseDate { get; init; }
    public required double? BottleSizeML { get; init; }
    public required double? RemainingML { get; init; }
    public required bool IsWishlist { get; init; }
    public required bool IsOwned { get; init; }
    public required int TimesWorn { get; init; }
    public required IReadOnlyList<string> Occasions { get; init; }
    public required IReadOnlyList<string> Seasons { get; init; }
    public required DateTimeOffset AddedAt { get; init; }
    public required DateTimeOffset UpdatedAt { get; init; }

    internal static CollectionItem Of(CollectionItemRow row) => new()
    {
        Id = row.Id,
        Fragrance = CollectedFragrance.Of(row),
        Rating = row.Rating,
        PersonalNotes = row.PersonalNotes,
        PurchaseDate = row.PurchaseDate,
        BottleSizeML = row.BottleSizeMl,
        RemainingML = row.RemainingMl,
        IsWishlist = row.IsWishlist,
        IsOwned = row.IsOwned,
        TimesWorn = row.TimesWorn,
        Occasions = row.Occasions,
        Seasons = row.Seasons,
        AddedAt = row.AddedAt,
        UpdatedAt = row.UpdatedAt,
    };
}

public sealed record CollectedFragrance(int Id, string Name, CollectedBrand Brand, string ImageUrl, string Concentration, string Gender)
{
    internal static CollectedFragrance Of(CollectionItemRow row) =>
        new(row.FragranceId, row.FragranceName, new CollectedBrand(row.BrandId, row.BrandName), row.ImageUrl, row.Concentration, row.Gender);
}

public sealed record CollectedBrand(int Id, string Name);

/// <summary>A row of <see cref="Columns"/>.</summary>
internal record CollectionItemRow
{
    /// <summary>Of <c>collection_items item</c>, <c>fragrances fragrance</c> and <c>brands brand</c>, joined.</summary>
    public const string Columns =
        """
        item.id, item.rating, item.personal_notes, item.purchase_date, item.bottle_size_ml, item.remaining_ml,
        item.is_wishlist, item.is_owned, item.times_worn, item.occasions, item.seasons, item.added_at, item.updated_at,
        fragrance.id as fragrance_id, fragrance.name as fragrance_name, fragrance.image_url, fragrance.concentration,
        fragrance.gender, brand.id as brand_id, brand.name as brand_name
        """;

    public int Id { get; init; }
    public int? Rating { get; init; }
    public string PersonalNotes { get; init; } = "";
    public DateOnly? PurchaseDate { get; init; }
    public double? BottleSizeMl { get; init; }
    public double? RemainingMl { get; init; }
    public bool IsWishlist { get; init; }
    public bool IsOwned { get; init; }
    public int TimesWorn { get; init; }
    public string[] Occasions { get; init; } = [];
    public string[] Seasons { get; init; } = [];
    public DateTimeOffset AddedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; init; }
    public int FragranceId { get; init; }
    public string FragranceName { get; init; } = "";
    public string ImageUrl { get; init; } = "";
    public string Concentration { get; init; } = "";
    public string Gender { get; init; } = "";
    public int BrandId { get; init; }
    public string BrandName { get; init; } = "";
}
