using System.Diagnostics.Metrics;
using System.Net;
using Colonnade.Platform.Accounts;
using Colonnade.Platform.Database;
using Colonnade.Platform.Jobs;
using Colonnade.Platform.Mail;
using Colonnade.Platform.OneTimeCodes;
using Colonnade.Platform.Sessions;
using Colonnade.Platform.Tokens;
using Colonnade.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace Colonnade.Platform.Tests.Accounts;

/// <summary>A product with accounts, tokens and codes, under rules that a test class chooses.</summary>
public abstract class AccountsProduct : DummyProduct
{
    public static readonly ClientFacts Client = new(IPAddress.Parse("192.0.2.7"), "Tests/1.0", "request-1");
    public static readonly SessionLife Life = new(TimeSpan.FromDays(30), TimeSpan.FromDays(90));

    /// <param name="rules">Of its accounts.</param>
    /// <param name="add">Further capabilities.</param>
    /// <param name="map">Further routes.</param>
    protected AccountsProduct(AccountRules rules, Action<WebApplicationBuilder>? add = null, Action<WebApplication>? map = null) : base(
        builder =>
        {
            // Not the process's own, which every test class in it would wait for.
            builder.Services.AddSingleton(new CpuSlots(2));
            builder.AddMail();
            builder.Services.AddAccounts(rules);
            builder.Services.AddTokens(new TokenRules());
            builder.Services.AddOneTimeCodes();
            add?.Invoke(builder);
        },
        app =>
        {
            app.MapTokens();
            app.MapGet("/me", (Caller caller) => TypedResults.Ok(caller)).RequireCustomer();
            app.MapGet("/operator", () => "operator").RequireOperator();
            app.MapPost("/refresh", async (SessionTokens tokens, ClientFacts client, HttpContext http) =>
                await tokens.Refresh(http.Request.Headers["X-Refresh"].ToString(), client, http.RequestAborted) is RefreshOutcome.Refreshed refreshed
                    ? Results.Ok(refreshed.Tokens)
                    : Results.StatusCode(401)).AllowAnyone().IssuesTokens();
            map?.Invoke(app);
        })
    {
    }

    public static CancellationToken Stop => TestContext.Current.CancellationToken;

    public ProductAccounts Accounts => Services.GetRequiredService<ProductAccounts>();

    public Passwords Passwords => Services.GetRequiredService<Passwords>();

    public AccountSessions Sessions => Services.GetRequiredService<AccountSessions>();

    public SessionTokens Tokens => Services.GetRequiredService<SessionTokens>();

    /// <summary>What the account's owner is told by mail, in order.</summary>
    public Task<List<string>> ToldTo(Guid account) => Database.List<string>(
        "select payload->>'event' from jobs where kind = 'mail_security_notice' and payload->>'accountId' = @account::text order by id", new { account }, Stop);

    public static EmailAddress Address(string text)
    {
        EmailAddress.TryParse(text, out var address).ShouldBeTrue(text);
        return address;
    }

    /// <summary>An address nobody else in this test class has.</summary>
    public static string NewEmail() => $"{Guid.CreateVersion7():N}@example.com";

    public async Task<Account> Register(string? email = null, string? password = "correct horse")
    {
        var hash = password is null ? null : await Passwords.Hash(password, Stop);
        await using var work = await Database.Begin(Stop);
        var outcome = await Accounts.Register(work, new NewAccount(Address(email ?? NewEmail()), hash), Client, Stop);
        await work.Commit(Stop);
        return outcome.ShouldBeOfType<RegisterOutcome.Registered>().Account;
    }

    public Task<SignInOutcome> SignIn(string email, string password = "correct horse") => Accounts.SignIn(email, password, Client, Stop);

    /// <summary>A session of <paramref name="account"/>, as it is now.</summary>
    public async Task<IssuedTokens> Issue(Guid account, SessionLife? life = null)
    {
        await using var work = await Database.Begin(Stop);
        var tokens = await Tokens.Issue(work, (await Accounts.Find(account, Stop))!, life ?? Life, Client, Stop);
        await work.Commit(Stop);
        return tokens.ShouldNotBeNull();
    }

    /// <summary>Does something to rows and commits.</summary>
    public async Task<T> InWork<T>(Func<Work, Task<T>> change)
    {
        await using var work = await Database.Begin(Stop);
        var result = await change(work);
        await work.Commit(Stop);
        return result;
    }

    public Task<List<string>> EventsOf(Guid account) =>
        Database.List<string>("select event from audit where account_id = @account order by at, id", new { account }, Stop);

    /// <summary>Starts <paramref name="count"/> calls at the same moment.</summary>
    public static async Task<T[]> AtOnce<T>(int count, Func<int, Task<T>> call)
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var calls = Enumerable.Range(0, count).Select(async number =>
        {
            await gate.Task;
            return await call(number);
        }).ToArray();
        gate.SetResult();
        return await Task.WhenAll(calls);
    }

    /// <summary>How many guesses were compared with an account's password while <paramref name="act"/> ran.</summary>
    public async Task<long> Compared(Func<Task> act)
    {
        var factory = Services.GetRequiredService<IMeterFactory>();
        long compared = 0;
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, to) =>
        {
            if (instrument.Name == "colonnade.passwords.compared" && instrument.Meter.Scope == factory)
                to.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((_, measured, _, _) => Interlocked.Add(ref compared, measured));
        listener.Start();
        await act();
        return Interlocked.Read(ref compared);
    }
}

/// <summary>Locks are not shown, and bad passwords are not refused.</summary>
public sealed class AccountsApp() : AccountsProduct(new AccountRules());

/// <summary>As Fragrances has it.</summary>
public sealed class StrictAccountsApp() : AccountsProduct(new AccountRules { Lock = SignInLock.Shown, RefuseWorstPasswords = true });

/// <summary>Hashes take long enough to be seen on a clock.</summary>
public sealed class SlowAccountsApp() : AccountsProduct(new AccountRules())
{
    protected override IReadOnlyDictionary<string, string?> Settings => new Dictionary<string, string?>(StringComparer.Ordinal) { ["Passwords:Iterations"] = "30000" };
}
