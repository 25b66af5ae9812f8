using System.Buffers;
using System.Collections.Concurrent;
using Colonnade.Fragrances.Search;

namespace Colonnade.Fragrances.Catalogue;

/// <summary>All brands in the order of their names, each with its wire form ready.</summary>
public sealed class BrandShelf(IReadOnlyList<ShelvedBrand> byName)
{
    public static BrandShelf Empty { get; } = new([]);

    private readonly ConcurrentDictionary<int, byte[]> _first = new();

    /// <summary>A <c>BrandList</c> of the first <paramref name="limit"/> of all, in UTF-8; what most callers ask for is written once.</summary>
    public ReadOnlyMemory<byte> First(int limit) => _first.GetOrAdd(limit, static (limit, shelf) => Written(shelf.Find(null, null, limit)), this);

    /// <summary>A <c>BrandList</c> in UTF-8.</summary>
    public static byte[] Written(IEnumerable<ShelvedBrand> brands)
    {
        var bytes = new ArrayBufferWriter<byte>(8 * 1024);
        bytes.Write("{\"brands\":["u8);
        var first = true;
        foreach (var brand in brands)
        {
            if (!first)
                bytes.Write(","u8);
            first = false;
            bytes.Write(brand.Json.Span);
        }

        bytes.Write("]}"u8);
        return bytes.WrittenSpan.ToArray();
    }

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
