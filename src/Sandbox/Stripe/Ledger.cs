using System.Text.Json.Nodes;
using Colonnade.Platform.Database;
using Colonnade.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Colonnade.Sandbox.Stripe;

/// <summary>
/// What moved, append-only: <c>GET /stripe/ledger</c> as JSON, and to the API <c>/v1/balance</c> and <c>/v1/balance_transactions</c>.
/// </summary>
internal static class Ledger
{
    public static void MapLedger(this IEndpointRouteBuilder app) => app.MapGet("/stripe/ledger", Show).AllowAnyone();

    public static void MapBalance(this IEndpointRouteBuilder v1)
    {
        v1.Read("/balance", Balance);
        v1.Read("/balance_transactions", static call => call.Objects.Page("balance_transaction", "/v1/balance_transactions", Like(call), call.Given));
        v1.Read("/balance_transactions/{id}", static call => call.Objects.Find("balance_transaction", call.Id));
    }

    /// <summary>The entry's id. A second charge of the same intent breaks a unique index.</summary>
    public static Task<string> Charge(StripeCall call, JsonObject intent, JsonObject charge) => Enter(call, "charge", charge, (string)intent["id"]!, (long)intent["amount"]!);

    /// <inheritdoc cref="Charge"/>
    public static Task<string> Refund(StripeCall call, JsonObject charge, JsonObject refund)
    {
        refund["metadata"]!["product"] ??= charge["metadata"]?["product"]?.DeepClone();
        if (refund["metadata"]!["product"] is null)
            ((JsonObject)refund["metadata"]!).Remove("product");
        return Enter(call, "refund", refund, (string)charge["payment_intent"]!, -(long)refund["amount"]!);
    }

    /// <summary>The newest thousand entries, and what they all come to.</summary>
    public static async Task<LedgerPage> Read(ProductDatabase database, CancellationToken stop) => new()
    {
        Totals = await database.List<LedgerTotal>(
            """
            select currency, coalesce(sum(amount) filter (where kind = 'charge'), 0)::bigint as charged,
                   coalesce(-sum(amount) filter (where kind = 'refund'), 0)::bigint as refunded, sum(amount)::bigint as balance
            from stripe_ledger group by currency order by currency
            """, null, stop),
        Entries = await database.List<LedgerEntry>(
            """
            select id, kind, source, payment_intent, amount, currency, product, description, created_at
            from stripe_ledger order by number desc limit 1000
            """, null, stop),
    };

    private static async Task<IResult> Show(ProductDatabase database, CancellationToken stop) => TypedResults.Ok(await Read(database, stop));

    private static async Task<string> Enter(StripeCall call, string kind, JsonObject source, string intent, long amount)
    {
        var id = Objects.NewId("txn");
        await call.Work.Execute(
            """
            insert into stripe_ledger (id, kind, source, payment_intent, amount, currency, product, description)
            values (@id, @kind, @Source, @intent, @amount, @Currency, @Product, @Description)
            """,
            new
            {
                id,
                kind,
                Source = (string)source["id"]!,
                intent,
                amount,
                Currency = (string)source["currency"]!,
                Product = (string?)source["metadata"]?["product"],
                Description = (string?)source["description"],
            }, CancellationToken.None);
        await call.Objects.Add(new JsonObject
        {
            ["id"] = id,
            ["object"] = "balance_transaction",
            ["amount"] = amount,
            ["available_on"] = call.Seconds,
            ["balance_type"] = "payments",
            ["created"] = call.Seconds,
            ["currency"] = (string)source["currency"]!,
            ["description"] = (string?)source["description"],
            ["exchange_rate"] = null,
            ["fee"] = 0,
            ["fee_details"] = new JsonArray(),
            ["net"] = amount,
            ["reporting_category"] = kind,
            ["source"] = (string)source["id"]!,
            ["status"] = "available",
            ["type"] = kind,
        });
        return id;
    }

    private static async Task<JsonObject> Balance(StripeCall call)
    {
        var sums = await call.Work.List<LedgerTotal>("select currency, sum(amount)::bigint as balance from stripe_ledger group by currency order by currency", null, CancellationToken.None);
        return new JsonObject
        {
            ["object"] = "balance",
            ["available"] = new JsonArray([.. sums.Select(sum => Amount(sum.Currency, sum.Balance))]),
            ["connect_reserved"] = new JsonArray([.. sums.Select(sum => new JsonObject { ["amount"] = 0, ["currency"] = sum.Currency })]),
            ["livemode"] = false,
            ["pending"] = new JsonArray([.. sums.Select(sum => Amount(sum.Currency, 0))]),
        };
    }

    private static JsonObject Amount(string currency, long amount) => new()
    {
        ["amount"] = amount,
        ["currency"] = currency,
        ["source_types"] = new JsonObject { ["card"] = amount },
    };

    private static JsonObject Like(StripeCall call)
    {
        var like = new JsonObject();
        foreach (var name in (string[])["source", "type", "currency"])
        {
            if (call.Given.Filled(name) is { } value)
                like[name] = value;
        }

        return like;
    }
}

/// <summary>The ledger: charged less refunded is the balance, in each currency.</summary>
public sealed record LedgerPage
{
    public IReadOnlyList<LedgerTotal> Totals { get; init; } = [];
    public IReadOnlyList<LedgerEntry> Entries { get; init; } = [];
}

public sealed record LedgerTotal
{
    public string Currency { get; init; } = "";
    public long Charged { get; init; }
    public long Refunded { get; init; }
    public long Balance { get; init; }
}

/// <summary>One movement; refunds are negative.</summary>
public sealed record LedgerEntry
{
    public string Id { get; init; } = "";
    public string Kind { get; init; } = "";
    public string Source { get; init; } = "";
    public string PaymentIntent { get; init; } = "";
    public long Amount { get; init; }
    public string Currency { get; init; } = "";
    public string? Product { get; init; }
    public string? Description { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
}
