using System.Text.Json;

namespace Colonnade.Platform.Jobs;

/// <summary>
/// A job as parameters of a statement that inserts it itself, beside its own rows: then the job costs no round trip of its own.
/// For the few places where that is worth it; everywhere else there is <see cref="EnqueueOnWork.Enqueue{T}"/>.
/// <code>
/// with o as (insert into orders … returning *), mail as ({JobInsert.From("o")}) select … from o
/// </code>
/// Then <see cref="EnqueueOnWork.TellWorkers"/>, or the job waits for the poll.
/// </summary>
/// <remarks>The parameters are <c>JobId</c>, <c>JobKind</c>, <c>JobLane</c>, <c>JobPayload</c> and <c>JobMaxAttempts</c>. No delay.</remarks>
public sealed record JobInsert(Guid JobId, string JobKind, string JobLane, string JobPayload, int JobMaxAttempts)
{
    public static JobInsert Of<T>(T job) where T : IJob =>
        new(Guid.CreateVersion7(), T.Kind, T.Rules.Lane, JsonSerializer.Serialize(job, JobKinds.Json), T.Rules.MaxAttempts);

    /// <summary>The insert, once for every row of <paramref name="rows"/>, which must be at most one.</summary>
    /// <param name="rows">A name of the statement; SQL of our own, as are the others.</param>
    /// <param name="owner">What gives the text of <see cref="JobOptions.Owner"/>.</param>
    /// <param name="uniqueKey">What gives the text of <see cref="JobOptions.UniqueKey"/>; when one that is alive has it, the statement fails.</param>
    public static string From(string rows, string owner = "''", string uniqueKey = "null") =>
        $"""
        insert into jobs (id, kind, lane, owner, turn, payload, unique_key, state, run_at, max_attempts)
        select @JobId, @JobKind, @JobLane, {owner}, job_turn(@JobLane, {owner}), @JobPayload::jsonb, {uniqueKey}, 'waiting', clock(), @JobMaxAttempts from {rows}
        """;
}
