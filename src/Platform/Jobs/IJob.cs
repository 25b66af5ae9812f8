namespace Colonnade.Platform.Jobs;

/// <summary>
/// One piece of work that is done after the answer: a record whose properties are its payload, so that it can be
/// stored as JSON and run by any node, at least once.
/// </summary>
/// <remarks>
/// <para>A property may be added (give it a default) or removed; a rename is both. No secrets in the clear: the row
/// can be read by operators, seal them with <see cref="Keys.Seal"/>.</para>
/// <para>Enqueue it with <see cref="EnqueueOnWork.Enqueue{T}"/>, register it with <see cref="JobKinds.Add{T}"/>.</para>
/// </remarks>
public interface IJob
{
    /// <summary>
    /// The persisted name, lower case with underscores: <c>mail_password_reset</c>. Rows outlive deployments: to
    /// rename a kind, keep a record under the old name until no row has it.
    /// </summary>
    static abstract string Kind { get; }

    /// <summary>Lane, attempts and time-out of this kind.</summary>
    static virtual JobRules Rules => JobRules.Usual;

    /// <summary>
    /// Does the work. Returning means done (unless <paramref name="run"/> was told otherwise), throwing means try
    /// again later. It may run again after any interruption: effects in the database belong into
    /// <see cref="JobRun.Complete"/>, effects elsewhere need a key of their own, such as <see cref="JobRun.JobId"/>.
    /// </summary>
    Task Run(JobRun run);
}

/// <summary>What holds for all jobs of a kind.</summary>
public sealed record JobRules
{
    public const string UsualLane = "default";

    public static JobRules Usual { get; } = new();

    /// <summary>
    /// Jobs of one lane share its workers: long work gets a lane of its own, so that mail never waits behind it.
    /// </summary>
    public string Lane { get; init; } = UsualLane;

    /// <summary>
    /// How many workers a node gives the lane unless <c>Jobs:Lanes</c> says otherwise; the most that any kind in it asks for.
    /// Null: as many as any lane. More only for jobs that mostly wait.
    /// </summary>
    public int? Workers { get; init; }

    /// <summary>After so many failed attempts the job stays as <c>failed</c>.</summary>
    public int MaxAttempts { get; init; } = 10;

    /// <summary>After this <see cref="JobRun.Stop"/> is cancelled and the attempt has failed. Real time.</summary>
    public TimeSpan TimeOut { get; init; } = TimeSpan.FromSeconds(60);
}
