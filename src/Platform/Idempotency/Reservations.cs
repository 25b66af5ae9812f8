using System.Security.Cryptography;
using System.Text.Json;
using Colonnade.Platform.Database;
using Colonnade.Platform.Errors;
using Colonnade.Platform.Keys;
using Colonnade.Platform.Web;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Validation;

namespace Colonnade.Platform.Idempotency;

/// <summary>
/// An <c>Idempotency-Key</c> for handlers that call a provider, or read their body themselves: what
/// <see cref="IdempotentRoutes.Idempotent{T}"/> does in one transaction is done here in two, with the call between them.
/// <code>
/// var (reserved, replay) = await reservations.Begin(work, http, caller, request, orderId, stop);
/// if (replay is not null) return replay;
/// … insert the order under reserved.Subject, unless reserved.IsResumed; await work.Commit(stop);
/// … call the provider, with keys made of the subject …
/// … await reservations.Keep(work, reserved, 201, answer, location); await work.Commit(CancellationToken.None);
/// </code>
/// </summary>
/// <remarks>
/// A reservation that was committed and never answered (a process was killed, the provider was away) can be taken up again after
/// 90 s, or at once after <see cref="Release"/>: under the same subject, so that what was begun is gone on with. Until then the
/// key is refused with <see cref="PlatformFailure.IdempotencyRunning"/>, another body with <see cref="PlatformFailure.IdempotencyKeyReused"/>.
/// After <see cref="Forget"/> it is as if the key had never come. Without a key nothing is stored.
/// </remarks>
[SkipValidation]
public sealed class Reservations(Seal seal, IOptions<JsonOptions> json)
{
    private static readonly TimeSpan Life = TimeSpan.FromHours(24);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    /// <summary>Reserves the request's key, if it has one, in <paramref name="work"/>.</summary>
    /// <param name="work">What begins the effect.</param>
    /// <param name="http">The request.</param>
    /// <param name="caller">Whose key it is.</param>
    /// <param name="body">What was asked for: the wire record, or a hash of a file. Another one under the same key is refused.</param>
    /// <param name="subject">The id of what will be made, unless it was begun before.</param>
    /// <param name="stop">Cancels.</param>
    /// <exception cref="PlatformFailureException">The key is malformed, was used with another body, or its first request is running.</exception>
    public async Task<(Reservation Reservation, ReplayedAnswer? Replay)> Begin<T>(
        Work work, HttpContext http, Caller caller, T body, Guid subject, CancellationToken stop)
    {
        var fingerprint = SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(body, json.Value.SerializerOptions));
        if (IdempotentRequest.Scope(http, caller) is not { } id)
            return (new Reservation(subject, false, null), null);
        var request = new IdempotentRequest(caller.Id, id, fingerprint);
        // A second request waits here for the first one's transaction, and then finds what it reserved.
        var taken = await work.One<Guid?>(
            """
            insert into idempotent_answers as a (id, account_id, fingerprint, subject, reserved_until, expires_at)
            values (@Id, @CallerId, @Fingerprint, @subject, clock() + @Patience, clock() + @Life)
            on conflict (id) do update set
                fingerprint = excluded.fingerprint, reserved_until = excluded.reserved_until, expires_at = excluded.expires_at, answer = null,
                subject = case when a.expires_at <= clock() then excluded.subject else a.subject end
            where a.expires_at <= clock() or (a.answer is null and a.reserved_until <= clock() and a.fingerprint = excluded.fingerprint)
            returning subject
            """, new { request.Id, request.CallerId, request.Fingerprint, subject, Patience, Life }, stop);
        if (taken is { } mine)
            return (new Reservation(mine, mine != subject, request), null);
        var row = await work.One<Row>("select fingerprint, answer from idempotent_answers where id = @Id", new { request.Id }, stop);
        if (row is null || !row.Fingerprint.AsSpan().SequenceEqual(fingerprint))
            throw new PlatformFailureException(PlatformFailure.IdempotencyKeyReused);
        if (row.Answer is null)
            throw new PlatformFailureException(PlatformFailure.IdempotencyRunning, TimeSpan.FromSeconds(1));
        return (new Reservation(subject, false, null), new ReplayedAnswer(StoredAnswer.FromBytes(seal.Open(row.Answer, request.SealContext))));
    }

    /// <summary>The same in a transaction of its own, for an effect whose first step is the provider's; without a key none is begun.</summary>
    public async Task<(Reservation Reservation, ReplayedAnswer? Replay)> Begin<T>(
        ProductDatabase database, HttpContext http, Caller caller, T body, Guid subject, CancellationToken stop)
    {
        if (http.Request.Headers["Idempotency-Key"].Count == 0)
            return (new Reservation(subject, false, null), null);
        await using var work = await database.Begin(stop);
        var begun = await Begin(work, http, caller, body, subject, stop);
        await work.Commit(stop);
        return begun;
    }

    /// <summary>Keeps the answer, in the transaction that records what the provider did. Only what succeeded is kept.</summary>
    public async Task Keep<T>(Work work, Reservation reservation, int status, T answer, string? location = null)
    {
        if (reservation.Request is not { } request)
            return;
        var bytes = JsonSerializer.SerializeToUtf8Bytes(answer, json.Value.SerializerOptions);
        var stored = new StoredAnswer(status, "application/json; charset=utf-8", location, null, bytes);
        await work.Execute("update idempotent_answers set answer = @Answer, reserved_until = null where id = @Id",
            new { request.Id, Answer = seal.Close(stored.ToBytes(), request.SealContext) }, CancellationToken.None);
    }

    /// <summary>Gives the key up unanswered: the client may try again at once, and goes on where this ended.</summary>
    public static Task Release(ProductDatabase database, Reservation reservation) => reservation.Request is { } request
        ? database.Execute("update idempotent_answers set reserved_until = clock() where id = @Id and answer is null", new { request.Id }, CancellationToken.None)
        : Task.CompletedTask;

    /// <summary>
    /// Gives the key up as if it had never come, when nothing was done, or for an effect that finds by itself where it ended: also another
    /// body may use it then.
    /// </summary>
    public static Task Forget(ProductDatabase database, Reservation reservation) => reservation.Request is { } request
        ? database.Execute("delete from idempotent_answers where id = @Id and answer is null", new { request.Id }, CancellationToken.None)
        : Task.CompletedTask;

    private sealed record Row
    {
        public byte[] Fingerprint { get; init; } = [];
        public byte[]? Answer { get; init; }
    }
}

/// <summary>A key that is held until its answer is kept.</summary>
public sealed class Reservation
{
    internal Reservation(Guid subject, bool isResumed, IdempotentRequest? request) => (Subject, IsResumed, Request) = (subject, isResumed, request);

    /// <summary>The id of what is made.</summary>
    public Guid Subject { get; }

    /// <summary>Whether an earlier request began it and never answered.</summary>
    public bool IsResumed { get; }

    internal IdempotentRequest? Request { get; }
}

/// <summary>An answer given before: the same status, bytes and location, with <c>Idempotent-Replayed: true</c>.</summary>
public sealed class ReplayedAnswer : IResult
{
    private readonly StoredAnswer _answer;

    internal ReplayedAnswer(StoredAnswer answer) => _answer = answer;

    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.Headers["Idempotent-Replayed"] = "true";
        return _answer.Write(httpContext.Response);
    }
}
