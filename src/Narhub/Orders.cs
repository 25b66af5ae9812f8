using System.ComponentModel.DataAnnotations;
using Colonnade.Platform.Database;
using Colonnade.Platform.Idempotency;
using Colonnade.Platform.RateLimits;
using Colonnade.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Colonnade.Narhub;

/// <summary>/api/orders: a customer places orders, follows them, and cancels what is not paid.</summary>
public static class Orders
{
    public static void MapOrders(this IEndpointRouteBuilder api)
    {
        var orders = api.MapGroup("/orders").WithTags("Orders").RequireCustomer().Limit(NarhubLimits.OthersPerCaller);
        orders.MapGet("/", OrderList.List)
            .WithSummary("Read the order history").Query(OrderList.Asked).Sends("text/csv");
        orders.MapPost("/", Place).Idempotent()
            .WithSummary("Place an order")
            .Refuses(NarhubErrors.NoLongerSold(), NarhubErrors.WrongTotal((3_000_000, 5_000_000)), NarhubErrors.Invalid("VIGIL AI is sold in EUR", "currency"));
        orders.MapGet("/{orderId}", Get)
            .WithSummary("Read an order").Refuses(NarhubErrors.NotFound("Order"));
        orders.MapPost("/{orderId}/cancel", Cancel).Idempotent()
            .WithSummary("Cancel an order that is not paid").Refuses(NarhubErrors.NotFound("Order"), NarhubErrors.Conflict("The order is completed and can no longer be cancelled; please ask us"));
        orders.MapGet("/{orderId}/qr.png", QrCode)
            .WithSummary("Read the QR code that fills in the bank transfer").Sends("image/png").Refuses(NarhubErrors.NotFound("Order"), NarhubErrors.NotFound("QR code"));
    }

    private static async Task<Results<Created<OrderPlaced>, ProblemHttpResult>> Place(
        OrderWish wish, Caller caller, OrderPlacement placement, OrderRules rules, Seller seller, PublicUrl url, Work work, CancellationToken stop)
    {
        if (placement.FlawOfDueDate(wish) is { } late)
            return late;
        var digest = wish.Digest();
        if (rules.DuplicateWindow > TimeSpan.Zero && await Repeated(work, caller.AccountId, digest, rules.DuplicateWindow, stop) is { } first)
            return Created(first);

        // As asked, which mostly is as the catalogue has it: that is found out while the order is written.
        var (order, _) = await Try(OrderLines.AsAsked(wish.Items!));
        while (order is null)
        {
            var (lines, other) = await OrderLines.OfCatalogue(wish.Items!, wish.CurrencyCode, work, stop);
            if (other is not null)
                return other;
            (order, var refusal) = await Try(lines);
            if (refusal is not null)
                return refusal;
        }

        await work.Commit(stop);
        return Created(order);

        async Task<(OrderRow? Order, ProblemHttpResult? Refusal)> Try(IReadOnlyList<OrderLine> lines)
        {
            if (OrderLines.FlawOfPrices(lines) is { } flaw)
                return (null, flaw);
            var tax = placement.TaxOf(wish);
            return OrderPricing.Price(lines, wish.TotalAmount!.Value, tax) is { } priced
                ? (await placement.Place(work, new OrderDraft(caller.AccountId, wish, wish.CurrencyCode, wish.TotalAmount.Value, tax, priced, digest), stop), null)
                : (null, NarhubErrors.WrongTotal(OrderPricing.Range(lines)));
        }

        Created<OrderPlaced> Created(OrderRow row) =>
            TypedResults.Created($"/api/orders/{row.Id}", new OrderPlaced("Order created successfully", PlacedOrder.Of(row, seller, url)));
    }

    private static async Task<Results<Ok<OrderAnswer>, ProblemHttpResult>> Get(
        PathUuid orderId, Caller caller, ProductDatabase database, Seller seller, PublicUrl url, CancellationToken stop)
    {
        var order = await OrderReading.Whole(database, orderId.Value, stop);
        return order is not null && order.Row.UserId == caller.AccountId
            ? TypedResults.Ok(new OrderAnswer(order.Data with { PaymentInstructions = PaymentInstructions.Of(order.Row, seller, url) }))
            : NarhubErrors.NotFound("Order");
    }

    private static async Task<Results<Ok<OrderDone>, ProblemHttpResult>> Cancel(
        PathUuid orderId, Caller caller, OrderStates states, ClientFacts client, Work work, CancellationToken stop)
    {
        var order = await OrderReading.Locked(work, orderId.Value, stop);
        if (order is null || order.UserId != caller.AccountId)
            return NarhubErrors.NotFound("Order");
        if (order.Status != OrderStatus.Pending)
            return NarhubErrors.Conflict($"The order is {order.Status} and can no longer be cancelled; please ask us");
        if (order.PaidAmount > 0)
            return NarhubErrors.Conflict($"{order.Printed(order.PaidAmount)} has been paid already; please ask us to cancel and return it");
        var changed = await states.Change(work, order, OrderStatus.Cancelled, client, reason: null, stop);
        await work.Commit(stop);
        return TypedResults.Ok(new OrderDone("Order cancelled successfully", changed));
    }

    private static async Task<Results<FileContentHttpResult, ProblemHttpResult>> QrCode(
        PathUuid orderId, Caller caller, ProductDatabase database, Seller seller, PublicUrl url, CancellationToken stop)
    {
        var order = await OrderReading.Row(database, orderId.Value, stop);
        if (order is null || order.UserId != caller.AccountId)
            return NarhubErrors.NotFound("Order");
        return PaymentInstructions.Of(order, seller, url)?.EpcQrPayload is { } payload
            ? TypedResults.Bytes(Banking.QrImage.Png(payload), "image/png")
            : NarhubErrors.NotFound("QR code");
    }

    /// <summary>The order of the same wish within the window. Equal wishes of one customer wait for each other here.</summary>
    private static async Task<OrderRow?> Repeated(Work work, Guid userId, byte[] digest, TimeSpan window, CancellationToken stop)
    {
        await work.Execute("select pg_advisory_xact_lock(hashtextextended('order.' || @userId || encode(@digest, 'hex'), 0))", new { userId, digest }, stop);
        return await work.One<OrderRow>(
            $"""
            select {OrderRow.Columns} from orders o
            where user_id = @userId and wish = @digest and created_at > clock() - @window
            order by created_at, id limit 1
            """, new { userId, digest, window }, stop);
    }
}

public sealed record OrderPlaced(string Message, PlacedOrder Order);

/// <summary>What the answer to an order says of it: the document's six members, and how to pay.</summary>
public sealed record PlacedOrder(
    Guid Id,
    string PaymentReference,
    [property: AllowedValues(OrderStatus.Pending, OrderStatus.Processing, OrderStatus.Completed, OrderStatus.Cancelled, OrderStatus.Refunded)] string Status,
    long TotalAmount,
    string Currency,
    DateTimeOffset CreatedAt,
    [property: System.Text.Json.Serialization.JsonIgnore(Condition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull)] PaymentInstructions? PaymentInstructions)
{
    internal static PlacedOrder Of(OrderRow row, Seller seller, PublicUrl url) => new(
        row.Id, row.PaymentReference, row.Status, row.TotalAmount, row.Currency, row.CreatedAt, PaymentInstructions.Of(row, seller, url));
}

public sealed record OrderAnswer(OrderData Order);

public sealed record OrderDone(string Message, OrderData Order);
