using System.Globalization;
using System.Runtime.CompilerServices;
using Colonnade.Platform.Database;
using Colonnade.Platform.RateLimits;
using Colonnade.Platform.Web;
using CsvHelper;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Colonnade.Fragrances;

/// <summary>/user/collection/export: the whole collection, owned and wished for, as a file that the import takes back.</summary>
public static class CollectionExport
{
    private const int RowsAtOnce = 500;
    private static readonly QueryChoice Format = new("format", ["json", "csv"], "json", "What kind of file");

    public static void MapCollectionExport(this IEndpointRouteBuilder api) =>
        api.MapGet("/user/collection/export", Export).WithTags("Import and export").RequireCustomer().Limit(FragrancesLimits.ExportsPerCaller)
            .WithSummary("Take the collection along as a file").Query(Format).Sends("text/csv");

    private static Results<Ok<CollectionDocument>, PushStreamHttpResult, ProblemHttpResult> Export(
        HttpRequest request, HttpResponse response, Caller caller, ProductDatabase db, CancellationToken stop)
    {
        var query = new QueryReader(request);
        var format = query.Choice(Format);
        if (query.Refusal is { } refusal)
            return refusal;

        response.Headers.ContentDisposition = $"attachment; filename=\"collection.{format}\"";
        var items = Items(db, caller.AccountId, stop);
        return format == "csv"
            ? TypedResults.Stream(body => WriteCsv(body, items, stop), "text/csv; charset=utf-8")
            : TypedResults.Ok(new CollectionDocument(items));
    }

    /// <summary>A connection is held for each few rows and not for the whole: how fast a client reads must not use up the pool.</summary>
    private static async IAsyncEnumerable<ExportedItem> Items(ProductDatabase db, Guid account, [EnumeratorCancellation] CancellationToken stop)
    {
        var after = 0;
        List<ExportedRow> rows;
        do
        {
            rows = await db.List<ExportedRow>(
                """
                select fragrance.id, fragrance.name, brand.name as brand, fragrance.concentration, item.rating, item.personal_notes, item.purchase_date,
                    item.bottle_size_ml, item.is_owned, item.is_wishlist, item.times_worn, item.occasions, item.seasons, item.updated_at
                from collection_items item
                join fragrances fragrance on fragrance.id = item.fragrance_id
                join brands brand on brand.id = fragrance.brand_id
                where item.account_id = @account and item.fragrance_id > @after
                order by item.fragrance_id
                limit @limit
                """, new { account, after, limit = RowsAtOnce }, stop);
            foreach (var row in rows)
                yield return ExportedItem.Of(row);
            after = rows is [.., var last] ? last.Id : after;
        }
        while (rows.Count == RowsAtOnce);
    }

    private static async Task WriteCsv(Stream body, IAsyncEnumerable<ExportedItem> items, CancellationToken stop)
    {
        // Excel takes UTF-8 for what it is only with a byte order mark.
        await using var csv = CsvWriter.Create(body, new CsvWriterOptions { WriteByteOrderMark = true }, leaveOpen: true);
        await csv.WriteRecordAsync(Array.ConvertAll(Enum.GetValues<CollectionColumn>(), CollectionFileRow.Spelled), stop);
        await foreach (var item in items)
        {
            await csv.WriteRecordAsync(
            [
                SafeCell.Write(item.Name),
                SafeCell.Write(item.Brand),
                SafeCell.Write(item.Concentration),
                item.Rating?.ToString(CultureInfo.InvariantCulture),
                SafeCell.Write(item.Notes),
                item.PurchaseDate?.ToString("O", CultureInfo.InvariantCulture),
                item.BottleSizeML?.ToString(CultureInfo.InvariantCulture),
                item.Owned ? "true" : "false",
                item.Wishlist ? "true" : "false",
                item.TimesWorn.ToString(CultureInfo.InvariantCulture),
                SafeCell.Write(ListCell.Write(item.Occasions)),
                SafeCell.Write(ListCell.Write(item.Seasons)),
                WireTime.Of(item.UpdatedAt),
            ], stop);
        }
    }

    internal sealed record ExportedRow
    {
        public int Id { get; init; }
        public string Name { get; init; } = "";
        public string Brand { get; init; } = "";
        public string Concentration { get; init; } = "";
        public int? Rating { get; init; }
        public string PersonalNotes { get; init; } = "";
        public DateOnly? PurchaseDate { get; init; }
        public double? BottleSizeMl { get; init; }
        public bool IsOwned { get; init; }
        public bool IsWishlist { get; init; }
        public int TimesWorn { get; init; }
        public string[] Occasions { get; init; } = [];
        public string[] Seasons { get; init; } = [];
        public DateTimeOffset UpdatedAt { get; init; }
    }
}

public sealed record CollectionDocument(IAsyncEnumerable<ExportedItem> Collection);

public sealed record ExportedItem(
    string Name,
    string Brand,
    string Concentration,
    int? Rating,
    string Notes,
    DateOnly? PurchaseDate,
    double? BottleSizeML,
    bool Owned,
    bool Wishlist,
    int TimesWorn,
    IReadOnlyList<string> Occasions,
    IReadOnlyList<string> Seasons,
    DateTimeOffset UpdatedAt)
{
    internal static ExportedItem Of(CollectionExport.ExportedRow row) => new(
        row.Name, row.Brand, row.Concentration, row.Rating, row.PersonalNotes, row.PurchaseDate, row.BottleSizeMl,
        row.IsOwned, row.IsWishlist, row.TimesWorn, row.Occasions, row.Seasons, row.UpdatedAt);
}
