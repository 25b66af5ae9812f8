using Colonnade.Platform.Database;
using Colonnade.Platform.Keys;
using Dapper;

namespace Colonnade.Platform.Idempotency;

/// <summary>Answers kept for 24 h, sealed, in <c>idempotent_answers</c>.</summary>
public sealed class IdempotentAnswers(ProductDatabase database, Seal seal)
{
    private static readonly TimeSpan Life = TimeSpan.FromHours(24);

    /// <summary>
    /// Looks the request up and, when it has no answer yet, claims it until the end of <paramref name="work"/>. In one
    /// round trip: whoever gets the lock sees what its last holder committed.
    /// </summary>
    internal Task<Found> Claim(Work work, IdempotentRequest request, CancellationToken stop) => work.InTime(ClaimNow(work, request), stop);

    private async Task<Found> ClaimNow(Work work, IdempotentRequest request)
    {
        await using var results = await work.Connection.QueryMultipleAsync(new CommandDefinition(
            """
            select pg_try_advisory_xact_lock(@Lock);
            select fingerprint, answer from idempotent_answers where id = @Id and expires_at > clock() and answer is not null
            """, new { request.Lock, request.Id }, cancellationToken: CancellationToken.None));
        var isClaimed = await results.ReadSingleAsync<bool>();
        var row = await results.ReadFirstOrDefaultAsync<Row>();
        if (row is null)
            return isClaimed ? Found.Nothing : Found.Running;
        return row.Fingerprint.AsSpan().SequenceEqual(request.Fingerprint)
            ? new Found(FoundKind.Answer, StoredAnswer.FromBytes(seal.Open(row.Answer, request.SealContext)))
            : Found.AnotherRequest;
    }

    /// <summary>Keeps the answer in the transaction of its effect.</summary>
    internal Task Keep(Work work, IdempotentRequest request, StoredAnswer answer, CancellationToken stop) =>
        work.Execute(
            """
            insert into idempotent_answers (id, account_id, fingerprint, answer, expires_at)
            values (@Id, @CallerId, @Fingerprint, @Answer, clock() + @Life)
            on conflict (id) do update
            set fingerprint = excluded.fingerprint, answer = excluded.answer, expires_at = excluded.expires_at
            """,
            new { request.Id, request.CallerId, request.Fingerprint, Answer = seal.Close(answer.ToBytes(), request.SealContext), Life }, stop);

    /// <summary>
    /// Deletes what has expired, a thousand rows a statement; answers how many. For a periodic job, on any number of
    /// nodes at once.
    /// </summary>
    public async Task<int> Sweep(CancellationToken stop)
    {
        const int batch = 1_000;
        var (deleted, last) = (0, batch);
        while (last == batch)
        {
            last = await database.Execute(
                """
                delete from idempotent_answers where id in (
                    select id from idempotent_answers where expires_at <= clock() order by expires_at limit @batch for update skip locked)
                """, new { batch }, stop);
            deleted += last;
        }

        return deleted;
    }

    internal enum FoundKind
    {
        Nothing,
        Running,
        AnotherRequest,
        Answer,
    }

    internal sealed record Found(FoundKind Kind, StoredAnswer? Answer = null)
    {
        public static readonly Found Nothing = new(FoundKind.Nothing);
        public static readonly Found Running = new(FoundKind.Running);
        public static readonly Found AnotherRequest = new(FoundKind.AnotherRequest);
    }

    private sealed record Row
    {
        public byte[] Fingerprint { get; init; } = [];
        public byte[] Answer { get; init; } = [];
    }
}
