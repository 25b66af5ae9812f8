using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Colonnade.Platform.Database;
using Colonnade.Platform.RateLimits;
using Colonnade.Platform.Web;
using Dapper;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Colonnade.Narhub;

/// <summary>/api/admin/orders: an operator finds orders and moves them on.</summary>
public static class AdminOrders
{

    private static readonly QuerySeveral Status = new("status", "Only of these statuses") { Choices = [.. OrderStatus.All] };
    private static readonly QueryWords Search = new("q", "Only with this in reference, names, addresses or products");
    private static readonly QueryWords From = new("from", "Only placed on this day or later") { Format = "date" };
    private static readonly QueryWords To = new("to", "Only placed on this day or earlier") { Format = "date" };
    private static readonly QueryWords OfUser = new("user_id", "Only of this user") { Format = "uuid" };
    private static readonly QueryWords OfCurrency = new("currency", "Only in this currency");

    public static void MapAdminOrders(this IEndpointRouteBuilder api)
    {
        var orders = api.MapGroup("/admin/orders").WithTags("Admin: orders").RequireOperator().Limit(NarhubLimits.OthersPerCaller);
        orders.MapGet("/", List)
            .WithSummary("List and search orders").Query([Status, Search, From, To, OfUser, OfCurrency, .. OrderQuery.OfPage]);
        orders.MapGet("/{orderId}", Get)
            .WithSummary("Read an order with its payments and history").Refuses(NarhubErrors.NotFound("Order"));
        orders.MapPatch("/{orderId}/status", ChangeStatus)
            .WithSummary("Change an order's status").Refuses(NarhubErrors.NotFound("Order"), NarhubErrors.Conflict("The order is completed already"));
    }

    /// <summary>Filters: status, currency, user_id, q (in reference, address of the customer, company, own number), from and to by day.</summary>
    private static async Task<Results<Ok<AdminOrderList>, ProblemHttpResult>> List(HttpRequest request, ProductDatabase database, CancellationToken stop)
    {
        var query = new OrderQuery(request);
        var status = query.Several(Status);
        var words = query.Words(Search)?.Trim();
        var (from, to) = (query.Day(From), query.Day(To));
        var user = query.Id(OfUser);
        var currency = query.Words(OfCurrency)?.ToUpperInvariant();
        var limit = query.Whole(OrderQuery.Limit) ?? OrderQuery.UsualLimit;
        var offset = query.Whole(OrderQuery.Offset) ?? 0;
        if (query.Refusal is { } refusal)
            return refusal;

        const string Condition =
            """
            (@statuses::text[] is null or o.status = any (@statuses))
            and (@currency::text is null or o.currency = @currency)
            and (@user::uuid is null or o.user_id = @user)
            and (@from::date is null or o.created_at >= @from::date at time zone 'UTC')
            and (@to::date is null or o.created_at < (@to::date + 1) at time zone 'UTC')
            and (@words::text is null
                or o.payment_reference = upper(@words)
                or strpos(lower(concat_ws(chr(10), o.billing_company, o.billing_name, o.purchase_order_number)), lower(@words)) > 0
                or o.user_id in (select id from accounts where email_key = lower(@words)))
            """;
        var parameters = new DynamicParameters(new { statuses = status?.ToArray(), currency, user, from, to, words = string.IsNullOrEmpty(words) ? null : words, limit, offset });
        var orders = await OrderReading.Page(database, Condition, parameters, stop);
        var total = await database.One<long>($"select count(*) from orders o where {Condition}", parameters, stop);
        return TypedResults.Ok(new AdminOrderList(orders, total));
    }

    private static async Task<Results<Ok<AdminOrder>, ProblemHttpResult>> Get(
        PathUuid orderId, ProductDatabase database, Seller seller, PublicUrl url, CancellationToken stop)
    {
        if (await OrderReading.Whole(database, orderId.Value, stop) is not { } order)
            return NarhubErrors.NotFound("Order");
        var customer = await database.One<Customer>(
            "select a.id, a.email, u.name, u.company, a.deleted_at is not null as is_erased from accounts a left join users u using (id) where a.id = @UserId", new { order.Row.UserId }, stop);
        return TypedResults.Ok(new AdminOrder(
            order.Data with { PaymentInstructions = PaymentInstructions.Of(order.Row, seller, url) },
            customer,
            await AdminPayments.Of(database, order.Row.Id, stop),
            await database.List<OrderChange>("select status, at, actor_id, reason from order_changes where order_id = @Id order by version", new { order.Row.Id }, stop)));
    }

    private static async Task<Results<Ok<OrderAnswer>, ProblemHttpResult>> ChangeStatus(
        PathUuid orderId, StatusWish wish, OrderStates states, ProductDatabase database, ClientFacts client, CancellationToken stop)
    {
        await using var work = await database.Begin(stop);
        if (await OrderReading.Locked(work, orderId.Value, stop) is not { } order)
            return NarhubErrors.NotFound("Order");
        var status = wish.Status!;
        if (!OrderStatus.Next(order.Status).Contains(status, StringComparer.Ordinal))
        {
            var next = OrderStatus.Next(order.Status);
            return NarhubErrors.Conflict(order.Status == status
                ? $"The order is {status} already"
                : $"The order is {order.Status} and cannot become {status}; {(next.Count == 0 ? "nothing follows" : "next: " + string.Join(", ", next))}");
        }

        if (status == OrderStatus.Processing && order.Due > 0)
            return NarhubErrors.Conflict($"{order.Printed(order.Due)} of the order is not paid; record the payment, and the order goes on by itself");
        var changed = await states.Change(work, order, status, client, wish.Reason, stop);
        await work.Commit(stop);
        return TypedResults.Ok(new OrderAnswer(changed));
    }
}

public sealed record StatusWish
{
    [Required(ErrorMessage = "Status is required")]
    [AllowedValues(null, OrderStatus.Pending, OrderStatus.Processing, OrderStatus.Completed, OrderStatus.Cancelled, OrderStatus.Refunded,
        ErrorMessage = "Status must be pending, processing, completed, cancelled or refunded")]
    public string? Status { get; init; }

    /// <summary>Told to the customer.</summary>
    [MaxLength(500, ErrorMessage = "Reason is too long")]
    public string? Reason { get; init; }
}

public sealed record AdminOrderList(IReadOnlyList<OrderData> Orders, long Total);

public sealed record AdminOrder(OrderData Order, Customer? Customer, IReadOnlyList<PaymentData> Payments, IReadOnlyList<OrderChange> History);

/// <summary>Who ordered.</summary>
public sealed record Customer
{
    public Guid Id { get; init; }
    public string Email { get; init; } = "";
    public string? Name { get; init; }
    public string? Company { get; init; }
    public bool IsErased { get; init; }
}

/// <summary>A status the order got.</summary>
public sealed record OrderChange
{
    public string Status { get; init; } = "";
    public DateTimeOffset At { get; init; }

    /// <summary>Null where it followed from a payment or from time.</summary>
    public Guid? ActorId { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Reason { get; init; }
}
