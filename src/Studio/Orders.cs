using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Colonnade.Platform.Database;
using Colonnade.Platform.Idempotency;
using Colonnade.Platform.Jobs;
using Colonnade.Platform.Payments;
using Colonnade.Platform.RateLimits;
using Colonnade.Platform.Web;
using Colonnade.Studio.Jobs;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Colonnade.Studio;

/// <summary>/api/orders: placing and reading orders. Everybody sees their own, as customer and as provider.</summary>
public static class Orders
{
    /// <summary>The most that one answer holds.</summary>
    private const int Most = 1_000;
    private const int LongestDetails = 64 * 1024;

    private static readonly QueryChoice Role = new("role", ["any", "customer", "provider"], "any", "Only orders in which the caller is this");
    private static readonly QueryChoice Sort = new("sort", ["newest", "oldest", "amount", "-amount"], "newest", "In which order; amount is the smallest first, -amount the largest");
    private static readonly QueryWords Status = new("status", "Only orders of this status");
    private static readonly QueryWords Text = new("q", "Only orders whose service or package is called so, in part");
    private static readonly QueryWords Category = new("category", "Only orders of services of this category");

    public static void MapOrders(this IEndpointRouteBuilder api)
    {
        var orders = api.MapGroup("/orders").WithTags("Orders").RequireCustomer().Limit(StudioLimits.CallsPerCaller);
        orders.MapPost("/", Place)
            .WithSummary("Place an order").TakesIdempotencyKey()
            .Refuses(StudioErrors.NotFound("Service or package"), StudioErrors.Conflict("The order has expired before it could be paid, please place it again"), StudioErrors.Invalid("Details must be an object", "details"), StudioErrors.PaymentsAway(null));
        orders.MapGet("/", List)
            .WithSummary("List the caller's orders").Query([Role, Status, Text, Category, Sort, .. QueryReader.OfPage]);
        orders.MapGet("/{id}", Get)
            .WithSummary("Read an order").Refuses(StudioErrors.NotFound("Order"));
    }

    /// <summary>A refusal when the details are no object, too long, or hold text that cannot be stored.</summary>
    internal static ProblemHttpResult? FlawOf(JsonElement details) => details.ValueKind switch
    {
        JsonValueKind.Undefined => null,
        not JsonValueKind.Object => StudioErrors.Invalid("Details must be an object", "details"),
        _ when Encoding.UTF8.GetByteCount(details.GetRawText()) > LongestDetails => StudioErrors.Invalid("Details must have at most 64 kB", "details"),
        _ when !IsStorable(details) => StudioErrors.Invalid("Details hold text that is no text", "details"),
        _ => null,
    };

    private static async Task<Results<Created<OrderPlaced>, ReplayedAnswer, ProblemHttpResult>> Place(
        NewOrder request, Caller caller, OrderPayments payments, OrderMoves moves, Reservations reservations, ProductDatabase database, TimeProvider time,
        HttpContext http, CancellationToken stop)
    {
        if (FlawOf(request.Details) is { } flaw)
            return flaw;
        Reservation reservation;
        PaymentRow? payment;
        await using (var work = await database.Begin(stop))
        {
            (reservation, var replay) = await reservations.Begin(work, http, caller, request, Guid.CreateVersion7(time.GetUtcNow()), stop);
            if (replay is not null)
                return replay;
            if (!reservation.IsResumed)
            {
                if (await Insert(work, reservation.Subject, request, caller, stop) is not { } order)
                    return StudioErrors.NotFound("Service or package");
                await OrderPayments.Reserve(work, order, stop);
                await OrderMoves.Note(work, order.Id, "place", Mover.Customer, caller.AccountId, stop, to: order.Status);
                var timer = OrderTransitions.TimerOf(order.Status)!;
                await work.Enqueue(new RunOrderTimer(order.Id, timer.Action, order.Version), stop, new JobOptions { After = timer.After!.Value });
                await moves.Publish(work, EventTypes.Created, order, stop);
            }

            payment = await OrderPayments.Alive(work, reservation.Subject, stop);
            await work.Commit(stop);
        }

        // Begun long ago and expired since, unanswered: the key is good for another.
        if (payment is null)
        {
            await Reservations.Forget(database, reservation);
            return StudioErrors.Conflict("The order has expired before it could be paid, please place it again");
        }

        // From here on a client that hangs up stops nothing: Stripe is asked, and what it said is kept.
        var opened = await payments.Open(payment);
        if (opened is not { Intent: { } intent })
        {
            await Reservations.Release(database, reservation);
            return StudioErrors.PaymentsAway((opened.Failure as StripeFailure.Unavailable)?.RetryAfter);
        }

        await using (var work = await database.Begin(CancellationToken.None))
        {
            await OrderPayments.Record(work, payment, intent, CancellationToken.None);
            var row = (await work.One<OrderRow>($"select {OrderRow.Columns} from orders o where o.id = @OrderId", payment, CancellationToken.None))!;
            var placed = new OrderPlaced(Order.Of(row), payments.Shown(payment, intent));
            await reservations.Keep(work, reservation, StatusCodes.Status201Created, placed, $"/api/orders/{row.Id}");
            await work.Commit(CancellationToken.None);
            return TypedResults.Created($"/api/orders/{row.Id}", placed);
        }
    }

    private static async Task<Results<Ok<OrderList>, ProblemHttpResult>> List(HttpRequest request, Caller caller, ProductDatabase database, CancellationToken stop)
    {
        var query = new QueryReader(request);
        var (role, sort) = (query.Choice(Role), query.Choice(Sort));
        var (status, words, category) = (query.Words(Status), query.Words(Text)?.Trim(), query.Words(Category));
        var page = query.Page(Most);
        if (query.Refusal is { } refusal)
            return refusal;
        const string Mine =
            """
            o.id in (
                select id from orders where customer_id = @AccountId and @role <> 'provider'
                union select id from orders where provider_id = @AccountId and @role <> 'customer')
              and (@status::text is null or o.status = @status)
              and (@words::text is null or position(lower(@words) in lower(o.title || ' ' || o.package_name)) > 0)
              and (@category::text is null or exists (select from services s where s.id = o.service_id and s.category = lower(@category)))
            """;
        var order = sort switch
        {
            "oldest" => "o.id",
            "amount" => "o.amount, o.id desc",
            "-amount" => "o.amount desc, o.id desc",
            _ => "o.id desc",
        };
        var wish = new { caller.AccountId, role, status, words, category, page.Limit, page.Offset };
        var rows = await database.List<OrderRow>($"select {OrderRow.Columns} from orders o where {Mine} order by {order} limit @Limit offset @Offset", wish, stop);
        var total = page.IsAsked ? await database.One<long>($"select count(*) from orders o where {Mine}", wish, stop) : 0;
        return TypedResults.Ok(new OrderList(rows.ConvertAll(Order.Of), page.Over(total)));
    }

    private static async Task<Results<Ok<OrderAnswer>, ProblemHttpResult>> Get(PathUuid id, Caller caller, ProductDatabase database, CancellationToken stop) =>
        await database.One<OrderRow>($"select {OrderRow.Columns} from orders o where o.id = @Value", id, stop) is { } row && OrderMoves.RolesIn(row, caller).Any()
            ? TypedResults.Ok(OrderAnswer.Of(row))
            : StudioErrors.NotFound("Order");

    /// <summary>The price is the package's, whatever a client says; null when there is no such package of that service.</summary>
    private static async Task<OrderRow?> Insert(Work work, Guid id, NewOrder request, Caller caller, CancellationToken stop) => await work.One<OrderRow>(
        $"""
        insert into orders as o (id, customer_id, provider_id, service_id, package_id, title, package_name, amount, currency, delivery_days, revisions_allowed, details, status, due_at)
        select @id, @AccountId, s.provider_id, s.id, p.id, s.title, p.name, p.price, p.currency, p.delivery_days, p.revisions, @Details::json, @Status, clock() + @After
        from services s join packages p on p.service_id = s.id
        where s.id = @ServiceId and p.id = @PackageId and s.retired_at is null and p.retired_at is null
        returning {OrderRow.Columns}
        """,
        new
        {
            id,
            caller.AccountId,
            ServiceId = IdOf(request.ServiceId),
            PackageId = IdOf(request.PackageId),
            Details = request.Details.ValueKind == JsonValueKind.Object ? request.Details.GetRawText() : "{}",
            Status = OrderStatus.PendingPayment,
            OrderTransitions.TimerOf(OrderStatus.PendingPayment)!.After,
        },
        stop);

    /// <summary>Ids are opaque to clients: what is none of ours is nobody's.</summary>
    private static Guid IdOf(string? text) => Guid.TryParseExact(text, "D", out var id) ? id : Guid.Empty;

    private static bool IsStorable(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => value.EnumerateObject().All(member => IsStorable(() => member.Name) && IsStorable(member.Value)),
        JsonValueKind.Array => value.EnumerateArray().All(IsStorable),
        JsonValueKind.String => IsStorable(() => value.GetString()!),
        _ => true,
    };

    private static bool IsStorable(Func<string> text)
    {
        try
        {
            return WireText.IsStorable(text());
        }
        catch (InvalidOperationException)
        {
            // Half a character, written as an escape.
            return false;
        }
    }
}

public sealed record NewOrder
{
    [System.ComponentModel.DataAnnotations.Required(ErrorMessage = "serviceId is required")]
    public string? ServiceId { get; init; }

    [System.ComponentModel.DataAnnotations.Required(ErrorMessage = "packageId is required")]
    public string? PackageId { get; init; }

    /// <summary>Whatever the service needs to know; it may come later.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public JsonElement Details { get; init; }
}

public sealed record OrderList(
    IReadOnlyList<Order> Orders, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Pagination? Pagination = null);
