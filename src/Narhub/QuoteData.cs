using System.ComponentModel.DataAnnotations;
using Colonnade.Platform.Database;
using Dapper;

namespace Colonnade.Narhub;

public static class QuoteStatus
{
    public const string Requested = "requested";
    public const string Offered = "offered";
    public const string Refused = "refused";
    public const string Accepted = "accepted";
    public const string Withdrawn = "withdrawn";

    /// <summary>An offer whose time is over.</summary>
    public const string Expired = "expired";
}

/// <summary>A request for a quote, and the answer to it.</summary>
public sealed record QuoteData
{
    /// <summary>An offer that has expired says so by itself; no job has to run for it.</summary>
    internal const string Columns =
        """
        q.id, q.user_id, case when q.status = 'offered' and q.expires_at <= clock() then 'expired' else q.status end as status, q.currency, q.notes, q.message,
        q.total_amount, q.expires_at, q.order_id, q.created_at, q.updated_at, q.version
        """;

    public Guid Id { get; init; }
    public Guid UserId { get; init; }

    [AllowedValues(QuoteStatus.Requested, QuoteStatus.Offered, QuoteStatus.Refused, QuoteStatus.Accepted, QuoteStatus.Withdrawn, QuoteStatus.Expired)]
    public string Status { get; init; } = "";
    public string Currency { get; init; } = "";
    public string? Notes { get; init; }

    /// <summary>The seller's words with the answer.</summary>
    public string? Message { get; init; }

    /// <summary>Minor units, with tax; null until there is an offer.</summary>
    public long? TotalAmount { get; init; }
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>What it became.</summary>
    public Guid? OrderId { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; init; }
    public long Version { get; init; }
    public IReadOnlyList<QuoteItemData> Items { get; init; } = [];
}

public sealed record QuoteItemData
{
    internal const string Columns = "id, quote_id, product_slug, product_name, product_icon, price_min, price_max, final_price, quantity";

    public Guid Id { get; init; }
    public Guid QuoteId { get; init; }
    public string ProductSlug { get; init; } = "";
    public string ProductName { get; init; } = "";
    public string? ProductIcon { get; init; }
    public long PriceMin { get; init; }
    public long PriceMax { get; init; }

    /// <summary>Null until there is an offer.</summary>
    public long? FinalPrice { get; init; }
    public int Quantity { get; init; }
}

/// <summary>Reads quotes with their items.</summary>
internal static class QuoteReading
{
    public static async Task<QuoteData?> Whole(ProductDatabase database, Guid id, CancellationToken stop) =>
        (await Page(database, "q.id = @id", new { id, limit = 1, offset = 0 }, stop)) is [var quote] ? quote : null;

    /// <summary>Nobody else changes it until <paramref name="work"/> ends.</summary>
    public static async Task<QuoteData?> Locked(Work work, Guid id, CancellationToken stop)
    {
        var quote = await work.One<QuoteData>($"select {QuoteData.Columns} from quotes q where q.id = @id for update", new { id }, stop);
        return quote is null ? null : quote with { Items = await Items(work, id, stop) };
    }

    public static Task<List<QuoteItemData>> Items(Work work, Guid id, CancellationToken stop) =>
        work.List<QuoteItemData>($"select {QuoteItemData.Columns} from quote_items where quote_id = @id order by position", new { id }, stop);

    /// <summary>Newest first.</summary>
    /// <param name="database">Where.</param>
    /// <param name="condition">On <c>q</c>; SQL of our own.</param>
    /// <param name="parameters">Of the condition; and <c>limit</c>, <c>offset</c>.</param>
    /// <param name="stop">Cancels.</param>
    public static async Task<IReadOnlyList<QuoteData>> Page(ProductDatabase database, string condition, object parameters, CancellationToken stop)
    {
        var page = $"select q.* from quotes q where {condition} order by q.created_at desc, q.id desc limit @limit offset @offset";
        await using var connection = await database.Source.OpenConnectionAsync(stop);
        await using var results = await connection.QueryMultipleAsync(new CommandDefinition(
            $"""
            select {QuoteData.Columns} from ({page}) q order by q.created_at desc, q.id desc;
            select {QuoteItemData.Columns} from quote_items where quote_id in (select id from ({page}) q) order by quote_id, position
            """, parameters, cancellationToken: stop));
        var quotes = await results.ReadAsync<QuoteData>();
        var items = (await results.ReadAsync<QuoteItemData>()).ToLookup(item => item.QuoteId);
        return [.. quotes.Select(quote => quote with { Items = [.. items[quote.Id]] })];
    }
}
