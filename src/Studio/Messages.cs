using System.ComponentModel.DataAnnotations;
using Colonnade.Platform.Database;
using Colonnade.Platform.Idempotency;
using Colonnade.Platform.Jobs;
using Colonnade.Platform.RateLimits;
using Colonnade.Platform.Web;
using Colonnade.Studio.Jobs;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Colonnade.Studio;

/// <summary>/api/orders/:id/messages: what customer and provider write to each other, with files uploaded before.</summary>
public static class Messages
{
    private const string Select =
        """
        select m.id, m.author_id, p.name as author_name, m.text, m.at as created_at,
               array(select c.file_id from contents c where c.message_id = m.id order by c.file_id) as content_ids
        from messages m left join profiles p on p.account_id = m.author_id
        """;

    public static void MapMessages(this IEndpointRouteBuilder api)
    {
        var messages = api.MapGroup("/orders/{id}/messages").WithTags("Messages").RequireCustomer().Limit(StudioLimits.CallsPerCaller);
        messages.MapGet("/", List)
            .WithSummary("Read the messages of an order").Query(QueryReader.OfPage).Refuses(StudioErrors.NotFound("Order"));
        messages.MapPost("/", Write).Idempotent()
            .WithSummary("Write a message").Refuses(StudioErrors.NotFound("Order"), StudioErrors.NotFound("Content"), StudioErrors.Invalid("A message has a text or files", "text"));
    }

    private static async Task<Results<Ok<MessageList>, ProblemHttpResult>> List(PathUuid id, HttpRequest request, Caller caller, ProductDatabase database, CancellationToken stop)
    {
        var query = new QueryReader(request);
        var page = query.Page(1_000);
        if (query.Refusal is { } refusal)
            return refusal;
        if (await database.One<OrderRow>($"select {OrderRow.Columns} from orders o where o.id = @Value", id, stop) is not { } row || !OrderMoves.RolesIn(row, caller).Any())
            return StudioErrors.NotFound("Order");
        var total = await database.One<long>("select count(*) from messages where order_id = @Value", id, stop);
        return TypedResults.Ok(new MessageList(
            await database.List<Message>($"{Select} where m.order_id = @Value order by m.id desc limit @Limit offset @Offset", new { id.Value, page.Limit, page.Offset }, stop),
            page.Over(total)));
    }

    private static async Task<Results<Created<Message>, ProblemHttpResult>> Write(
        PathUuid id, NewMessage message, Caller caller, OrderMoves moves, Work work, TimeProvider time, CancellationToken stop)
    {
        if (await OrderMoves.Lock(work, id.Value, stop) is not { } order || OrderMoves.RolesIn(order, caller).Cast<Mover?>().FirstOrDefault() is not { } by)
            return StudioErrors.NotFound("Order");
        var attached = message.ContentIds?.Distinct().ToArray() ?? [];
        var text = message.Text?.Trim() ?? "";
        if (text.Length == 0 && attached.Length == 0)
            return StudioErrors.Invalid("A message has a text or files", "text");
        var messageId = Guid.CreateVersion7(time.GetUtcNow());
        await work.Execute("insert into messages (id, order_id, author_id, text) values (@messageId, @Id, @AccountId, @text)", new { messageId, order.Id, caller.AccountId, text }, stop);
        // Only files of this order that the author uploaded and has not attached yet.
        var taken = await work.Execute(
            """
            update contents set message_id = @messageId
            where file_id = any(@attached) and order_id = @Id and uploaded_by = @AccountId and message_id is null and (type <> 'deliverable' or delivery is not null or uploaded_by = @CustomerId)
            """, new { messageId, attached, order.Id, caller.AccountId, order.CustomerId }, stop);
        if (taken != attached.Length)
            return StudioErrors.NotFound("Content");
        await OrderMoves.Note(work, order.Id, "message", by, caller.AccountId, stop, data: new { messageId });
        foreach (var reader in ((Guid[])[order.CustomerId, order.ProviderId]).Where(reader => reader != caller.AccountId).Distinct())
            await work.Enqueue(new MailOrderNews(order.Id, reader, MailOrderNews.Message), stop, new JobOptions { UniqueKey = $"message {order.Id} {reader}" });
        await moves.Publish(work, EventTypes.MessageSent, order, stop);
        var written = (await work.One<Message>($"{Select} where m.id = @messageId", new { messageId }, stop))!;
        await work.Commit(stop);
        return TypedResults.Created($"/api/orders/{order.Id}/messages", written);
    }
}

public sealed record NewMessage
{
    [MaxLength(5000, ErrorMessage = "Text must have at most 5000 characters")]
    public string? Text { get; init; }

    /// <summary>Of files uploaded for this order.</summary>
    [MaxLength(20, ErrorMessage = "A message has at most 20 files")]
    public IReadOnlyList<Guid>? ContentIds { get; init; }
}

/// <param name="Messages">Newest first.</param>
/// <param name="Pagination">Where it was asked for.</param>
public sealed record MessageList(
    IReadOnlyList<Message> Messages,
    [property: System.Text.Json.Serialization.JsonIgnore(Condition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull)] Pagination? Pagination);

public sealed record Message
{
    public Guid Id { get; init; }
    public Guid AuthorId { get; init; }
    public string? AuthorName { get; init; }
    public string Text { get; init; } = "";
    public Guid[] ContentIds { get; init; } = [];
    public DateTimeOffset CreatedAt { get; init; }
}
