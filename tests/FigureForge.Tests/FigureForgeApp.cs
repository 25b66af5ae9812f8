using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Colonnade.Platform.Accounts;
using Colonnade.Platform.Payments;
using Colonnade.Platform.Web;
using Colonnade.Testing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Colonnade.FigureForge.Tests;

/// <summary>The product as the Host runs it, in Development, with the Sandbox of the test process for Stripe and Black Forest Labs. Pictures are small.</summary>
public partial class FigureForgeApp() : ProductFixture(FigureForgeProduct.Identity, FigureForgeProduct.Build), IAsyncLifetime
{
    public const string WebhookSecret = "whsec_of_the_tests";
    private readonly string _directory = Directory.CreateTempSubdirectory("colonnade-figureforge-").FullName;
    private string _sandbox = "";
    private int _people;

    public static CancellationToken Stop => TestContext.Current.CancellationToken;

    public string FilesDirectory => Path.Combine(_directory, "files");

    /// <summary>Limits are tested where they are the point; elsewhere they would only count tests.</summary>
    protected override IReadOnlyDictionary<string, string?> Settings => new Dictionary<string, string?>(StringComparer.Ordinal)
    {
        ["RateLimits:Enabled"] = "false",
        ["Files:Directory"] = FilesDirectory,
        ["Figures:Width"] = "256",
        ["Figures:Height"] = "352",
        ["Bfl:BaseUrl"] = _sandbox + "/bfl",
        ["Bfl:ApiKey"] = "key of the tests",
        ["Stripe:BaseUrl"] = _sandbox,
        ["Stripe:SecretKey"] = "sk_test_figureforge",
        ["Stripe:WebhookSecret"] = WebhookSecret,
        ["Stripe:RetryPause"] = "00:00:00.001",
    };

    public new async ValueTask InitializeAsync()
    {
        _sandbox = (await MailTrap.Instance).Root;
        await base.InitializeAsync();
    }

    public new virtual async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
        GC.SuppressFinalize(this);
    }

    public Api Sandbox => new(_sandbox);

    public string NewEmail() => $"artist{Interlocked.Increment(ref _people)}-{Guid.CreateVersion7():N}@example.com";

    /// <summary>Signs somebody new in by a mailed code.</summary>
    public async Task<Person> Someone(string role = "user", int pack = 0, string? tier = null)
    {
        var person = await SignIn(NewEmail());
        var id = person.Id;
        if (role != "user")
        {
            await using var work = await Database.Begin(Stop);
            await Services.GetRequiredService<ProductAccounts>().ChangeRole(work, id, role, ClientFacts.None, Stop);
            await work.Commit(Stop);
        }

        if (pack > 0 || tier is not null)
        {
            await Database.Execute(
                "update artists set pack_credits = pack_credits + @pack, tier = coalesce(@tier, tier), tier_until = case when @tier is null then tier_until else clock() + interval '1 year' end where account_id = @id",
                new { pack, tier, id }, Stop);
        }

        return person;
    }

    /// <summary>Signs in by a mailed code, for the first time or again.</summary>
    public async Task<Person> SignIn(string email)
    {
        (await Api.Post("/api/auth/magic-link/request/", $$"""{"email":"{{email}}"}""")).ShouldBe(200);
        var answer = (await Api.Post("/api/auth/magic-link/verify/", $$"""{"email":"{{email}}","code":"{{await Code(email)}}"}""")).ShouldBe(200);
        return new Person(
            Guid.ParseExact(answer.At("user.id").GetString()!["user_".Length..], "N"), email, answer.At("refresh_token").GetString()!, Api.WithBearer(answer.At("access_token").GetString()!));
    }

    public async Task<string> Code(string email)
    {
        // Somebody else's round may have the mail's job in hands.
        for (var round = 0; round < 200; round++)
        {
            await RunJobs();
            if ((await Mails(email)).FirstOrDefault(mail => mail.Subject.EndsWith("is your code", StringComparison.Ordinal)) is { } newest)
                return Digits().Match(newest.Subject).Value;
        }

        throw new TimeoutException("No code came.");
    }

    /// <summary>Asks for pictures; answers the job's id.</summary>
    public static async Task<string> Generate(Person person, string body = """{"prompt":"a dancer","model":"mannequin"}""") =>
        (await person.Api.Post("/api/images/generate/", body)).ShouldBe(202).At("job_id").GetString()!;

    /// <summary>Runs jobs until the generation is over, moving the clock as it asks.</summary>
    public async Task<Answer> Finish(Person person, string job)
    {
        for (var round = 0; round < 40; round++)
        {
            await RunJobs();
            var status = (await person.Api.Get($"/api/images/job/{job}/")).ShouldBe(200);
            if (status.At("status").GetString() is "completed" or "failed" or "cancelled")
                return status;
            await Advance(TimeSpan.FromSeconds(16));
        }

        throw new TimeoutException("The generation did not end.");
    }

    /// <summary>Images without drawing them: rows with a file that has thumbnails.</summary>
    public async Task<List<string>> Made(Person person, int count, bool isPublic = false, string[]? tags = null, string prompt = "made")
    {
        var ids = Enumerable.Range(0, count).Select(_ => Guid.CreateVersion7()).Order().ToArray();
        await Database.Execute(
            """
            with generation as (
                insert into generations (id, account_id, state, model, prompt, filters, seed, batch_size, credits, finished_at)
                select g, @Id, 'completed', 'mannequin', @prompt, '{}', 1, 1, 1, clock() from unnest(@ids) g
            ), file as (
                insert into files (id, owner_id, name, media_type, size, sha256, width, height, image_state)
                select g, @Id, 'figure.png', 'image/png', 10, sha256('x'), 256, 352, 'ready' from unnest(@ids) g
            ), quota as (
                insert into file_quotas (owner_id, bytes, files) values (@Id, 10 * @count, @count)
                on conflict (owner_id) do update set bytes = file_quotas.bytes + 10 * @count, files = file_quotas.files + @count
            )
            insert into images (id, account_id, generation_id, ordinal, file_id, model, prompt, filters, seed, width, height, tags, is_public, published_at, created_at)
            select g, @Id, g, 0, g, 'mannequin', @prompt, '{}', n, 256, 352, @tags, @isPublic, case when @isPublic then clock() + n * interval '1 ms' end, clock()
            from unnest(@ids) with ordinality as made (g, n)
            """, new { person.Id, ids, count, isPublic, prompt, tags = tags ?? [] }, Stop);
        return [.. ids.Select(id => $"img_{id:N}")];
    }

    /// <summary>What the ledger and the balances say of an account: they must be the same.</summary>
    public async Task<int> Balance(Person person)
    {
        var row = await Database.One<BalanceRow>(
            "select monthly_credits + pack_credits as held, (select coalesce(sum(monthly + pack), 0)::int from credit_ledger where account_id = @Id) as noted from artists where account_id = @Id", new { person.Id }, Stop);
        Xunit.Assert.Equal(row!.Noted, row.Held);
        return row.Held;
    }

    /// <summary>An event as Stripe signs it.</summary>
    public Task<Answer> Deliver(string body, string secret = WebhookSecret) => Api
        .With("Stripe-Signature", StripeSignatures.HeaderOf(Encoding.UTF8.GetBytes(body), Clock.GetUtcNow(), secret)).Post("/api/webhooks/stripe/", body);

    /// <summary>Tells that something happened to a customer, as Stripe would; what, Stripe is asked.</summary>
    public Task<Answer> Tell(string customer, string type, string kind = "subscription", string? id = null, string? resource = null) => Deliver(JsonSerializer.Serialize(new
    {
        id = id ?? "evt_" + Guid.CreateVersion7().ToString("N"),
        type,
        created = Clock.GetUtcNow().ToUnixTimeSeconds(),
        livemode = false,
        data = new { @object = new { id = resource ?? "sub_x", @object = kind, customer, metadata = new { product = "figureforge" } } },
    }));

    /// <summary>Runs <paramref name="calls"/> at once, so that they meet.</summary>
    public static Task<T[]> AtOnce<T>(int calls, Func<int, Task<T>> call) => Task.WhenAll(Enumerable.Range(0, calls).Select(call));

    [GeneratedRegex("[0-9]{6}", RegexOptions.None, 1000)]
    private static partial Regex Digits();

    private sealed record BalanceRow
    {
        public int Held { get; init; }
        public int Noted { get; init; }
    }
}

/// <summary>A user with tokens.</summary>
public sealed record Person(Guid Id, string Email, string RefreshToken, Api Api);

/// <summary>With every limit as it is in service.</summary>
public sealed class LimitedApp : FigureForgeApp
{
    protected override IReadOnlyDictionary<string, string?> Settings => new Dictionary<string, string?>(base.Settings, StringComparer.Ordinal) { ["RateLimits:Enabled"] = "true" };
}
