using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Colonnade.Platform.Database;
using Colonnade.Platform.Idempotency;
using Colonnade.Platform.RateLimits;
using Colonnade.Platform.Web;
using Colonnade.Platform.Webhooks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Colonnade.OrderDesk;

/// <summary>/api/order, /api/order/:orderId: a service sees every order, a user those made with the own token.</summary>
public static class Orders
{
    /// <summary>How long a deleted order can be restored.</summary>
    public static readonly TimeSpan RestorableFor = TimeSpan.FromDays(30);

    public static void MapOrders(this IEndpointRouteBuilder api)
    {
        var orders = api.MapGroup("/order").WithTags("Orders");
        orders.MapPost("/", Create).RequireScope(Scopes.WriteOrders).Limit(OrderDeskLimits.OrderChangesPerCaller).Idempotent()
            .WithSummary("Create an order").TellsVersion();
        orders.MapGet("/{orderId}", Get).RequireScope(Scopes.ReadOrders).Limit(OrderDeskLimits.OrderReadsPerCaller)
            .WithSummary("Read an order").TellsVersion().Refuses(OrderDeskErrors.OrderNotFound());
        orders.MapPatch("/{orderId}", Update).RequireScope(Scopes.WriteOrders).Limit(OrderDeskLimits.OrderChangesPerCaller)
            .WithSummary("Change an order").ChecksVersion().Refuses(OrderDeskErrors.NothingToUpdate(), OrderDeskErrors.OrderNotFound(), OrderDeskErrors.Changed("Order"));
        orders.MapDelete("/{orderId}", Delete).RequireScope(Scopes.WriteOrders).Limit(OrderDeskLimits.OrderChangesPerCaller)
            .WithSummary("Delete an order; it can be restored for 30 days").ChecksVersion(isTold: false).Refuses(OrderDeskErrors.OrderNotFound(), OrderDeskErrors.Changed("Order"));
        orders.MapPost("/{orderId}/restore", Restore).RequireScope(Scopes.WriteOrders).Limit(OrderDeskLimits.OrderChangesPerCaller).Idempotent()
            .WithSummary("Restore a deleted order").TellsVersion().Refuses(OrderDeskErrors.OrderNotFound(), OrderDeskErrors.OrderNotDeleted());
    }

    private static async Task<Created<Answer<OrderData>>> Create(
        NewOrder request, Caller caller, WebhookEvents events, Work work, TimeProvider time, HttpResponse response, CancellationToken stop)
    {
        var row = (await work.One<OrderRow>(
            $"""
            with o as (
                insert into orders (id, owner_id, title, price, link, status) values (@Id, @OwnerId, @Title, @Price, @Link, @Status)
                returning *
            ), noted as (
                insert into order_changes (order_id, version, event, actor_id, by_service) values (@Id, 1, 'created', @Actor, @IsService)
            )
            select {OrderRow.Columns} from o
            """,
            new
            {
                Id = Guid.CreateVersion7(time.GetUtcNow()),
                caller.OwnerId,
                Title = request.Title!.Trim(),
                request.Price,
                request.Link,
                request.Status,
                Actor = caller.Id,
                caller.IsService,
            },
            stop))!;
        var order = OrderData.Of(row);
        await events.Publish(work, EventTypes.OrderCreated, order, stop);
        await work.Commit(stop);
        response.SetETag(row.Version);
        return TypedResults.Created($"/api/order/{row.Id}", new Answer<OrderData>(true, order, "Order created successfully"));
    }

    private static async Task<Results<Ok<Answer<OrderData>>, ProblemHttpResult, StatusCodeHttpResult>> Get(
        PathUuid orderId, Caller caller, ProductDatabase database, HttpContext http, CancellationToken stop)
    {
        var row = await database.One<OrderRow>(
            $"select {OrderRow.Columns} from orders o where id = @id and deleted_at is null", new { id = orderId.Value }, stop);
        if (row is null || (caller.OwnerId is { } owner && row.OwnerId != owner))
            return OrderDeskErrors.OrderNotFound();
        http.Response.SetETag(row.Version);
        return http.Request.IsKnown(row.Version)
            ? TypedResults.StatusCode(StatusCodes.Status304NotModified)
            : TypedResults.Ok(new Answer<OrderData>(true, OrderData.Of(row)));
    }

    private static async Task<Results<Ok<Answer<OrderData>>, ProblemHttpResult>> Update(
        PathUuid orderId, OrderChange change, Caller caller, WebhookEvents events, ProductDatabase database, HttpContext http, CancellationToken stop)
    {
        if (change is { Title.IsSet: false, Price.IsSet: false, Link.IsSet: false, Status.IsSet: false })
            return OrderDeskErrors.NothingToUpdate();

        await using var work = await database.Begin(stop);
        // Column by column, so that two updates of different fields keep both.
        var row = await work.One<OrderRow>(
            $"""
            with before as (
                select * from orders where id = @id and deleted_at is null and owner_id is not distinct from coalesce(@OwnerId, owner_id) for update
            ), o as (
                update orders o set
                    title = case when @setTitle then @title else o.title end,
                    price = case when @setPrice then @price else o.price end,
                    link = case when @setLink then @link else o.link end,
                    status = case when @setStatus then @status else o.status end,
                    updated_at = greatest(clock(), o.updated_at + interval '1 millisecond'),
                    version = o.version + 1
                from before
                where o.id = before.id and (@versions::bigint[] is null or before.version = any(@versions))
                returning o.*
            ), noted as (
                insert into order_changes (order_id, version, event, actor_id, by_service, changes)
                select o.id, o.version, 'updated', @Actor, @IsService, fields.changes
                from o join before using (id)
                cross join lateral (
                    select jsonb_object_agg(name, jsonb_build_object('from', was, 'to', becomes)) as changes
                    from (values ('title', before.title, o.title), ('price', before.price, o.price), ('link', before.link, o.link),
                        ('status', before.status, o.status)) field (name, was, becomes)
                    where was <> becomes) fields
                where fields.changes is not null
            )
            select {OrderRow.Columns} from before left join o using (id)
            """,
            new
            {
                id = orderId.Value,
                caller.OwnerId,
                setTitle = change.Title.IsSet,
                title = change.Title.Value?.Trim(),
                setPrice = change.Price.IsSet,
                price = change.Price.Value,
                setLink = change.Link.IsSet,
                link = change.Link.Value,
                setStatus = change.Status.IsSet,
                status = change.Status.Value,
                versions = http.Request.VersionsToMatch(),
                Actor = caller.Id,
                caller.IsService,
            },
            stop);
        if (row is null)
            return OrderDeskErrors.OrderNotFound();
        if (row.Version == 0)
            return OrderDeskErrors.Changed("Order");
        var order = OrderData.Of(row);
        await events.Publish(work, EventTypes.OrderUpdated, order, stop);
        await work.Commit(stop);
        http.Response.SetETag(row.Version);
        return TypedResults.Ok(new Answer<OrderData>(true, order, "Order updated successfully"));
    }

    private static async Task<Results<Ok<Done>, ProblemHttpResult>> Delete(
        PathUuid orderId, Caller caller, WebhookEvents events, ProductDatabase database, HttpContext http, CancellationToken stop)
    {
        await using var work = await database.Begin(stop);
        var row = await work.One<OrderRow>(
            $"""
            with before as (
                select * from orders where id = @id and deleted_at is null and owner_id is not distinct from coalesce(@OwnerId, owner_id) for update
            ), o as (
                update orders o set deleted_at = clock(), version = o.version + 1
                from before
                where o.id = before.id and (@versions::bigint[] is null or before.version = any(@versions))
                returning o.*
            ), noted as (
                insert into order_changes (order_id, version, event, actor_id, by_service) select id, version, 'deleted', @Actor, @IsService from o
            )
            select {OrderRow.Columns} from before left join o using (id)
            """, new { id = orderId.Value, caller.OwnerId, versions = http.Request.VersionsToMatch(), Actor = caller.Id, caller.IsService }, stop);
        if (row is null)
            return OrderDeskErrors.OrderNotFound();
        if (row.Version == 0)
            return OrderDeskErrors.Changed("Order");
        await events.Publish(work, EventTypes.OrderDeleted, OrderData.Of(row), stop);
        await work.Commit(stop);
        return TypedResults.Ok(new Done(true, "Order deleted successfully"));
    }

    private static async Task<Results<Ok<Answer<OrderData>>, ProblemHttpResult>> Restore(
        PathUuid orderId, Caller caller, WebhookEvents events, Work work, HttpResponse response, CancellationToken stop)
    {
        var row = await work.One<OrderRow>(
            $"""
            with before as (
                select * from orders where id = @id and coalesce(deleted_at > clock() - @RestorableFor, true)
                    and owner_id is not distinct from coalesce(@OwnerId, owner_id) for update
            ), o as (
                update orders o set deleted_at = null, updated_at = greatest(clock(), o.updated_at + interval '1 millisecond'), version = o.version + 1
                from before
                where o.id = before.id and before.deleted_at is not null
                returning o.*
            ), noted as (
                insert into order_changes (order_id, version, event, actor_id, by_service) select id, version, 'restored', @Actor, @IsService from o
            )
            select {OrderRow.Columns} from before left join o using (id)
            """, new { id = orderId.Value, RestorableFor, caller.OwnerId, Actor = caller.Id, caller.IsService }, stop);
        if (row is null)
            return OrderDeskErrors.OrderNotFound();
        if (row.Version == 0)
            return OrderDeskErrors.OrderNotDeleted();
        var order = OrderData.Of(row);
        await events.Publish(work, EventTypes.OrderRestored, order, stop);
        await work.Commit(stop);
        response.SetETag(row.Version);
        return TypedResults.Ok(new Answer<OrderData>(true, order, "Order restored successfully"));
    }
}

/// <summary>An order as it is stored; of no version where a condition kept it from being written.</summary>
internal sealed record OrderRow
{
    public const string Columns = "id, o.owner_id, o.title, o.price, o.link, o.status, coalesce(o.version, 0) as version, o.created_at, o.updated_at";

    public Guid Id { get; init; }
    public Guid? OwnerId { get; init; }
    public string Title { get; init; } = "";
    public string Price { get; init; } = "";
    public string Link { get; init; } = "";
    public string Status { get; init; } = "";
    public long Version { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; init; }
}

public sealed record OrderData(
    Guid OrderId,
    string Title,
    string Price,
    string Link,
    [property: AllowedValues("active", "draft")] string Status,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Guid? OwnerId)
{
    internal static OrderData Of(OrderRow row) => new(row.Id, row.Title, row.Price, row.Link, row.Status, row.CreatedAt, row.UpdatedAt, row.OwnerId);
}

public sealed record NewOrder
{
    [TitleRule]
    public string? Title { get; init; }

    [PriceRule, JsonConverter(typeof(PriceConverter))]
    public string? Price { get; init; }

    [LinkRule]
    public string? Link { get; init; }

    [StatusRule]
    public string? Status { get; init; }
}

public sealed record OrderChange
{
    [TitleRule]
    public Change<string> Title { get; init; }

    [PriceRule, JsonConverter(typeof(ChangedPriceConverter))]
    public Change<string> Price { get; init; }

    [LinkRule]
    public Change<string> Link { get; init; }

    [StatusRule]
    public Change<string> Status { get; init; }
}
