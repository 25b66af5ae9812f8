using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Colonnade.Platform.Accounts;
using Colonnade.Platform.Payments;
using Colonnade.Platform.Web;
using Colonnade.Testing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Colonnade.Studio.Tests;

/// <summary>The product as the Host runs it, in Development, with the Sandbox of the test process for Stripe.</summary>
public partial class StudioApp() : ProductFixture(StudioProduct.Identity, StudioProduct.Build), IAsyncLifetime
{
    public const string Password = "a long password";
    public const string WebhookSecret = "whsec_of_the_tests";
    private readonly string _directory = Directory.CreateTempSubdirectory("colonnade-studio-").FullName;
    private string _stripe = "";
    private int _people;

    public static CancellationToken Stop => TestContext.Current.CancellationToken;

    public string FilesDirectory => Path.Combine(_directory, "files");

    /// <summary>Limits are tested where they are the point; elsewhere they would only count tests.</summary>
    protected override IReadOnlyDictionary<string, string?> Settings => new Dictionary<string, string?>(StringComparer.Ordinal)
    {
        ["RateLimits:Enabled"] = "false",
        ["Files:Directory"] = FilesDirectory,
        ["Stripe:BaseUrl"] = _stripe,
        ["Stripe:SecretKey"] = "sk_test_studio",
        ["Stripe:WebhookSecret"] = WebhookSecret,
        ["Stripe:RetryPause"] = "00:00:00.001",
        ["Stripe:TimeOut"] = "00:00:05",
    };

    public new async ValueTask InitializeAsync()
    {
        _stripe = await StripeRoot();
        await base.InitializeAsync();
    }

    public new virtual async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Where Stripe is: the Sandbox, or something before it.</summary>
    protected virtual async Task<string> StripeRoot() => (await MailTrap.Instance).Root;

    public string NewEmail() => $"person{Interlocked.Increment(ref _people)}-{Guid.CreateVersion7():N}@example.com";

    /// <summary>Registers somebody new.</summary>
    /// <param name="role">Of the account: user, provider or admin.</param>
    /// <param name="email">By default a new one.</param>
    public async Task<Person> Someone(string role = "user", string? email = null)
    {
        email ??= NewEmail();
        var answer = (await Api.Post("/api/auth/register", $$"""{"email":"{{email}}","password":"{{Password}}","name":"Ada Lovelace"}""")).ShouldBe(201);
        var id = answer.At("user.id").GetGuid();
        if (role != "user")
        {
            await using var work = await Database.Begin(Stop);
            await Services.GetRequiredService<ProductAccounts>().ChangeRole(work, id, role, ClientFacts.None, Stop);
            await work.Commit(Stop);
        }

        return new Person(id, email, answer.At("session.accessToken").GetString()!, answer.At("session.refreshToken").GetString()!, Api.WithBearer(answer.At("session.accessToken").GetString()!));
    }

    /// <summary>The same person with fresh tokens, after days have passed.</summary>
    public async Task<Person> SignIn(Person person)
    {
        var answer = (await Api.Post("/api/auth/login", $$"""{"email":"{{person.Email}}","password":"{{Password}}"}""")).ShouldBe(200);
        return person with { AccessToken = answer.At("session.accessToken").GetString()!, Api = Api.WithBearer(answer.At("session.accessToken").GetString()!) };
    }

    /// <summary>Both sides of an order with fresh tokens.</summary>
    public async Task<Placed> SignIn(Placed order) =>
        order with { Customer = await SignIn(order.Customer), Offer = order.Offer with { Provider = await SignIn(order.Offer.Provider) } };

    /// <summary>A provider with a service of one package.</summary>
    public async Task<Offer> Offer(long price = 5000, int revisions = 1)
    {
        var provider = await Someone("provider");
        var answer = (await provider.Api.Post("/api/services",
            $$"""
            {"title":"A lighthouse","description":"Drawn","category":"illustration",
             "packages":[{"name":"Small","description":"One","price":{{price}},"currency":"usd","deliveryDays":3,"revisions":{{revisions}},"features":["PNG"]}]}
            """)).ShouldBe(201);
        return new Offer(provider, answer.At("service.id").GetGuid(), answer.At("packages[0].id").GetGuid(), price);
    }

    /// <summary>An order that waits for its payment.</summary>
    public async Task<Placed> Place(Offer? offer = null, Person? customer = null, string? details = """{"size":"A4"}""")
    {
        offer ??= await Offer();
        customer ??= await Someone();
        var answer = (await customer.Api.Post("/api/orders", OrderOf(offer, details))).ShouldBe(201);
        return new Placed(customer, offer, answer.At("order.id").GetGuid(), answer.At("paymentIntent.id").GetString()!, answer.At("paymentIntent.clientSecret").GetString()!);
    }

    public static string OrderOf(Offer offer, string? details = """{"size":"A4"}""") =>
        $$"""{"serviceId":"{{offer.ServiceId}}","packageId":"{{offer.PackageId}}"{{(details is null ? "" : ",\"details\":" + details)}}}""";

    /// <summary>An order that is paid.</summary>
    public async Task<Placed> Paid(Offer? offer = null, Person? customer = null, string? details = """{"size":"A4"}""")
    {
        var order = await Place(offer, customer, details);
        (await Confirm(order)).ShouldBe(200);
        return order;
    }

    /// <summary>An order that was delivered, with one file.</summary>
    public async Task<Placed> Delivered(int revisions = 1)
    {
        var order = await Paid(await Offer(revisions: revisions));
        (await Upload(order.Offer.Provider.Api, order.Id, SampleFiles.Pdf, "deliverable")).ShouldBe(201);
        (await order.Offer.Provider.Api.Post($"/api/orders/{order.Id}/deliver")).ShouldBe(200);
        return order;
    }

    public static Task<Answer> Confirm(Placed order, string? method = null) => order.Customer.Api.Post("/api/payments/confirm",
        $$"""{"paymentIntentId":"{{order.IntentId}}"{{(method is null ? "" : $",\"paymentMethodId\":\"{method}\"")}}}""");

    public static Task<Answer> Upload(Api api, Guid order, byte[] file, string type = "requirement", string name = "brief.pdf")
    {
        var part = new ByteArrayContent(file);
        part.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        part.Headers.TryAddWithoutValidation("Content-Disposition", $"form-data; name=\"file\"; filename=\"{name}\"");
        return api.Send("POST", "/api/content/upload", new MultipartFormDataContent { part, { new StringContent(type), "type" }, { new StringContent(order.ToString()), "orderId" } });
    }

    public async Task<string> Status(Guid order) => (await Database.One<string>("select status from orders where id = @order", new { order }, Stop))!;

    /// <summary>An event as Stripe signs it.</summary>
    public Task<Answer> Deliver(string path, string body, string secret = WebhookSecret, DateTimeOffset? at = null) => Api
        .With("Stripe-Signature", StripeSignatures.HeaderOf(Encoding.UTF8.GetBytes(body), at ?? Clock.GetUtcNow(), secret)).Post(path, body);

    /// <summary>Tells of an intent, as Stripe would.</summary>
    public Task<Answer> Tell(Placed order, string type = "payment_intent.succeeded", string? id = null) => Deliver("/api/webhooks/payment", JsonSerializer.Serialize(new
    {
        id = id ?? "evt_" + Guid.CreateVersion7().ToString("N"),
        type,
        created = Clock.GetUtcNow().ToUnixTimeSeconds(),
        livemode = false,
        data = new { @object = new { id = order.IntentId, @object = "payment_intent", metadata = new { product = "studio", order = order.Id, payment = Guid.Empty } } },
    }));

    /// <summary>What the Sandbox's ledger says of an intent: charges, and the sum of refunds.</summary>
    public static async Task<(int Charges, long Charged, long Refunded)> Ledger(string intent)
    {
        var ledger = (await new Api((await MailTrap.Instance).Root).Get("/stripe/ledger")).ShouldBe(200);
        var entries = ledger.At("entries").EnumerateArray().Where(entry => entry.GetProperty("paymentIntent").GetString() == intent).ToList();
        var charges = entries.Where(entry => entry.GetProperty("kind").GetString() == "charge").ToList();
        return (charges.Count, charges.Sum(entry => entry.GetProperty("amount").GetInt64()), -entries.Except(charges).Sum(entry => entry.GetProperty("amount").GetInt64()));
    }

    /// <summary>Runs <paramref name="calls"/> at once, so that they meet.</summary>
    public static Task<T[]> AtOnce<T>(int calls, Func<int, Task<T>> call) => Task.WhenAll(Enumerable.Range(0, calls).Select(call));

    public async Task<string> ResetToken(string email)
    {
        await RunJobs();
        return Token().Match((await Mails(email)).First(mail => mail.Subject.Contains("password", StringComparison.Ordinal)).Text).Groups["token"].Value;
    }

    [GeneratedRegex(@"token=(?<token>[\w-]+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Token();
}

/// <summary>A user with tokens.</summary>
public sealed record Person(Guid Id, string Email, string AccessToken, string RefreshToken, Api Api);

/// <summary>What can be ordered.</summary>
public sealed record Offer(Person Provider, Guid ServiceId, Guid PackageId, long Price);

/// <summary>An order and its intent.</summary>
public sealed record Placed(Person Customer, Offer Offer, Guid Id, string IntentId, string ClientSecret);

/// <summary>With every limit as it is in service.</summary>
public sealed class LimitedApp : StudioApp
{
    protected override IReadOnlyDictionary<string, string?> Settings => new Dictionary<string, string?>(base.Settings, StringComparer.Ordinal) { ["RateLimits:Enabled"] = "true" };
}
