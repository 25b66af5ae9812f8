using System.ComponentModel.DataAnnotations;
using Colonnade.Platform.Database;
using Colonnade.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Colonnade.Sandbox.Mailbox;

/// <summary>/mail/messages: what the products sent, as JSON.</summary>
public static class Messages
{
    private const int LongestMail = 2 * 1024 * 1024;

    public static void MapMessages(this IEndpointRouteBuilder app)
    {
        var messages = app.MapGroup("/mail/messages").AllowAnyone();
        messages.MapPost("/", Deliver).WithMetadata(new RequestSizeLimitAttribute(LongestMail));
        messages.MapGet("/", List);
        messages.MapGet("/{id:long}", Read);
        messages.MapDelete("/", Clear);
    }

    internal static Task<Mail?> Find(ProductDatabase database, long id, CancellationToken stop) => database.One<Mail>(
        """
        select id, recipient as "to", sender as "from", subject, text, html, sent_at from mails where id = @id
        """, new { id }, stop);

    private static async Task<Created<Mail>> Deliver(NewMail mail, ProductDatabase database, CancellationToken stop)
    {
        await using var work = await database.Begin(stop);
        var kept = await work.One<Mail>(
            """
            insert into mails (message_id, sender, recipient, subject, text, html)
            values (@MessageId, @From, @To, @Subject, @Text, @Html)
            on conflict (message_id) do update set message_id = excluded.message_id
            returning id, recipient as "to", sender as "from", subject, text, html, sent_at
            """, mail, stop);
        await work.Execute("delete from mails where id <= (select id from mails order by id desc offset 1000 limit 1)", null, stop);
        await work.Commit(stop);
        return TypedResults.Created($"/mail/messages/{kept!.Id}", kept);
    }

    private static async Task<Ok<List<Mail>>> List(ProductDatabase database, CancellationToken stop, string? to = null) =>
        TypedResults.Ok(await database.List<Mail>(
            """
            select id, recipient as "to", sender as "from", subject, text, html, sent_at from mails
            where @to::text is null or lower(recipient) = lower(@to)
            order by id desc limit 1000
            """, new { to = string.IsNullOrWhiteSpace(to) ? null : to.Trim() }, stop));

    private static async Task<Results<Ok<Mail>, ProblemHttpResult>> Read(long id, ProductDatabase database, CancellationToken stop) =>
        await Find(database, id, stop) is { } mail ? TypedResults.Ok(mail) : SandboxErrors.UnknownMail.AsResult();

    private static async Task<NoContent> Clear(ProductDatabase database, CancellationToken stop)
    {
        await database.Execute("delete from mails", null, stop);
        return TypedResults.NoContent();
    }
}

/// <summary>A mail on its way in, as the platform sends it.</summary>
public sealed record NewMail
{
    [Required, StringLength(998, MinimumLength = 1)]
    public required string MessageId { get; init; }

    [Required, StringLength(998, MinimumLength = 1)]
    public required string From { get; init; }

    [Required, StringLength(998, MinimumLength = 1)]
    public required string To { get; init; }

    [Required, StringLength(998, MinimumLength = 1)]
    public required string Subject { get; init; }

    [Required(AllowEmptyStrings = true)]
    public required string Text { get; init; }

    [Required(AllowEmptyStrings = true)]
    public required string Html { get; init; }
}

/// <summary>A mail in the mailbox.</summary>
public sealed record Mail
{
    public long Id { get; init; }
    public string To { get; init; } = "";
    public string From { get; init; } = "";
    public string Subject { get; init; } = "";
    public string Text { get; init; } = "";
    public string Html { get; init; } = "";
    public DateTimeOffset SentAt { get; init; }
}
