using System.Buffers;
using Colonnade.Fragrances.Search;

namespace Colonnade.Fragrances.Catalogue;

/// <summary>All brands in the order of their names, each with its wire form ready.</summary>
public sealed class BrandShelf
{
    private readonly IReadOnlyList<ShelvedBrand> _byName;
    private readonly ReadOnlyMemory<byte> _first;

    public BrandShelf(IReadOnlyList<ShelvedBrand> byName)
    {
        _byName = byName;
        _first = Write(byName.Take(Brands.DefaultLimit));
    }

    public static BrandShelf Empty { get; } = new([]);

    /// <summary>A <see cref="BrandList"/> of the first <paramref name="limit"/> whose folded name holds the folded <paramref name="search"/>.</summary>
    public ReadOnlyMemory<byte> Page(string? search, bool? active, int limit)
    {
        // What nearly every client asks for lies ready.
        if (search is null && active is null && limit == Brands.DefaultLimit)
            return _first;
        var key = search is null ? "" : TextFolding.Key(search);
        return Write(_byName.Where(brand => (active is null || brand.IsActive == active) && brand.NameKey.Contains(key, StringComparison.Ordinal)).Take(limit));
    }

    private static ReadOnlyMemory<byte> Write(IEnumerable<ShelvedBrand> brands)
    {
        var body = new ArrayBufferWriter<byte>(16 * 1024);
        body.Write("{\"brands\":["u8);
        var before = body.WrittenCount;
        foreach (var brand in brands)
        {
            if (body.WrittenCount > before)
                body.Write(","u8);
            body.Write(brand.Json.Span);
        }

        body.Write("]}"u8);
        return body.WrittenMemory;
    }
}

/// <param name="NameKey">Folded.</param>
/// <param name="IsActive">Whether it still makes fragrances.</param>
/// <param name="Json">A <see cref="BrandListItem"/> in UTF-8.</param>
public sealed record ShelvedBrand(string NameKey, bool IsActive, ReadOnlyMemory<byte> Json);
