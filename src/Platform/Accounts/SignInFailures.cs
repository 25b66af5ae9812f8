using Colonnade.Platform.Database;
using Colonnade.Platform.Jobs;
using Colonnade.Platform.Keys;
using Microsoft.Extensions.DependencyInjection;

namespace Colonnade.Platform.Accounts;

/// <summary>
/// Counts failed guesses by name and locks names. An attempt counts as failed from the moment it is admitted, before
/// anything is hashed, so that of any number of parallel guesses only as many are compared as the lock allows.
/// </summary>
/// <remarks>Failures are forgotten 12 h after the last, and by success. Switching rate limits off does not switch this off.</remarks>
internal sealed class SignInFailures(ProductDatabase database, ProductKeys keys, AccountRules rules)
{
    internal static readonly TimeSpan Remembered = TimeSpan.FromHours(12);
    // Beyond this many doublings no lock is longer than Longest.
    private const int MostDoublings = 10;
    private readonly HmacKey _key = new(keys, "sign-in-names");

    /// <summary>The name as it is stored: a keyed hash.</summary>
    /// <param name="key">From <see cref="EmailAddress.KeyOf"/>, or what else is guessed at.</param>
    /// <param name="stop">Cancels.</param>
    public ValueTask<byte[]> NameOf(string key, CancellationToken stop) => _key.Hash(stop, key);

    /// <summary>Counts an attempt on <paramref name="name"/> as failed, unless the name is locked.</summary>
    public async Task<SignInAttempt> Admit(byte[] name, CancellationToken stop)
    {
        var parameters = new { Name = name, rules.Lock.After, rules.Lock.First, rules.Lock.Longest, Remembered, MostDoublings };
        while (true)
        {
            var failures = await database.One<int?>(
                """
                insert into sign_in_failures as f (name, failures, last_at) values (@Name, 1, clock())
                on conflict (name) do update
                    set failures = case when f.last_at + @Remembered <= clock() then 1 else f.failures + 1 end, last_at = clock()
                    where f.failures % @After <> 0
                       or f.last_at + least(@First * power(2, least(f.failures / @After - 1, @MostDoublings)), @Longest) <= clock()
                returning failures
                """, parameters, stop);
            if (failures is not null)
                return new SignInAttempt.Admitted(failures.Value % rules.Lock.After == 0, failures.Value == rules.Lock.After);

            var locked = await database.One<Lock>(
                """
                select f.last_at + least(@First * power(2, least(f.failures / @After - 1, @MostDoublings)), @Longest) as until, clock() as now
                from sign_in_failures f where name = @Name and f.failures % @After = 0
                """, parameters, stop);
            // None: a success or a reset has lifted the lock between the two statements.
            if (locked is not null)
                return new SignInAttempt.Locked(locked.Until, locked.Until - locked.Now);
        }
    }

    /// <summary>Forgets all failures of <paramref name="name"/>, and with them its lock.</summary>
    public Task Forget(byte[] name, CancellationToken stop) =>
        database.Execute("delete from sign_in_failures where name = @name", new { name }, stop);

    /// <summary>The same, as part of <paramref name="work"/>.</summary>
    public static Task Forget(Work work, byte[] name, CancellationToken stop) =>
        work.Execute("delete from sign_in_failures where name = @name", new { name }, stop);

    private sealed record Lock
    {
        public DateTimeOffset Until { get; init; }
        public DateTimeOffset Now { get; init; }
    }
}

internal abstract record SignInAttempt
{
    /// <param name="Locks">Whether the name is locked when this attempt fails.</param>
    /// <param name="IsFirstLock">Whether it was not locked before, as far as is remembered.</param>
    public sealed record Admitted(bool Locks, bool IsFirstLock) : SignInAttempt;

    public sealed record Locked(DateTimeOffset Until, TimeSpan RetryAfter) : SignInAttempt;
}

/// <summary>Deletes failures that are forgotten anyway.</summary>
internal sealed record SweepSignInFailures : IJob
{
    public static string Kind => "sweep_sign_in_failures";

    public Task Run(JobRun run) => run.Services.GetRequiredService<ProductDatabase>().Execute(
        "delete from sign_in_failures where last_at <= (select clock()) - @Remembered", new { SignInFailures.Remembered }, run.Stop);
}
