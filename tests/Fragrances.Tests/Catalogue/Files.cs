using System.Text;
using Colonnade.Fragrances.Catalogue;
using Colonnade.Testing;
using Shouldly;
using Xunit;

namespace Colonnade.Fragrances.Tests.Catalogue;

/// <summary>Catalogue files made in memory, under a clock that says 2026.</summary>
internal static class Files
{
    public static readonly TimeProvider Clock = new VirtualClock(new DateTimeOffset(2026, 3, 2, 9, 30, 0, TimeSpan.Zero));

    public static CatalogueFile Of(string text, Encoding? encoding = null, string? map = null) =>
        Of((encoding ?? new UTF8Encoding(false)).GetBytes(text), map);

    public static CatalogueFile Of(byte[] bytes, string? map = null) =>
        CatalogueFile.Open(new MemoryStream(bytes), Clock, map is null ? null : ColumnMap.Parse(map));

    public static async Task<List<CatalogueRow>> Rows(CatalogueFile file)
    {
        await using (file)
        {
            var rows = new List<CatalogueRow>();
            await foreach (var row in file.Read(TestContext.Current.CancellationToken))
                rows.Add(row);
            return rows;
        }
    }

    public static Task<List<CatalogueRow>> Rows(string text) => Rows(Of(text));

    /// <summary>The only fragrance of a file with one row.</summary>
    public static async Task<FragranceDraft> Only(string text)
    {
        var row = (await Rows(text)).ShouldHaveSingleItem();
        return row.Fragrance.ShouldNotBeNull(row.Rejection);
    }

    /// <summary>A JSON object of name "Testament", brand "House" and more members.</summary>
    public static Task<FragranceDraft> With(string members) => Only($$"""[{"name": "Testament", "brand": "House", {{members}}}]""");

    /// <summary>Why such an object is refused.</summary>
    public static async Task<string?> Refusal(string members) =>
        (await Rows($$"""[{"name": "Testament", "brand": "House", {{members}}}]""")).ShouldHaveSingleItem().Rejection;
}
