using Colonnade.Fragrances.Search;

namespace Colonnade.Fragrances.Catalogue;

/// <summary>All brands in the order of their names, each with its wire form ready.</summary>
public sealed class BrandShelf(IReadOnlyList<ShelvedBrand> byName)
{
    public static BrandShelf Empty { get; } = new([]);

    /// <summary>The first <paramref name="limit"/> whose folded name holds the folded <paramref name="search"/>.</summary>
    public IEnumerable<ShelvedBrand> Find(string? search, bool? active, int limit)
    {
        var key = search is null ? "" : TextFolding.Key(search);
        return byName.Where(brand => (active is null || brand.IsActive == active) && brand.NameKey.Contains(key, StringComparison.Ordinal)).Take(limit);
    }
}

/// <param name="NameKey">Folded.</param>
/// <param name="IsActive">Whether it still makes fragrances.</param>
/// <param name="Json">A <c>BrandListItem</c> in UTF-8.</param>
public sealed record ShelvedBrand(string NameKey, bool IsActive, ReadOnlyMemory<byte> Json);
