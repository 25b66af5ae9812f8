using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Colonnade.Platform.Payments;
using Colonnade.Platform.Web;
using Colonnade.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Shouldly;
using Xunit;

namespace Colonnade.Sandbox.Tests.Stripe;

/// <summary>The Sandbox, a shop that pays there with the platform's own client over HTTP, and the shop's endpoint for webhooks.</summary>
public sealed class StripeApp() : ProductFixture(SandboxProduct.Identity, SandboxProduct.Build)
{
    public const string WebhookSecret = "whsec_of_the_shop";

    private WebApplication? _shop;
    private Receiver? _hook;

    public static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>What was delivered to the shop.</summary>
    public Receiver Hook => _hook ??= Task.Run(() => Receiver.Start()).GetAwaiter().GetResult();

    /// <summary>The shop's client.</summary>
    public StripeClient Stripe => (_shop ??= Shop(App.Urls.First())).Services.GetRequiredService<StripeClient>();

    protected override IReadOnlyDictionary<string, string?> Settings => new Dictionary<string, string?>(StringComparer.Ordinal)
    {
        ["Sandbox:Webhooks:Shop"] = Hook.Url,
        ["Sandbox:Webhooks:Studio"] = "",
        ["Sandbox:Webhooks:FigureForge"] = "",
        ["Shop:Stripe:WebhookSecret"] = WebhookSecret,
    };

    /// <summary>A product of which only the client is of interest.</summary>
    public static WebApplication Shop(string stripe, string timeOut = "00:00:30")
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { EnvironmentName = "Development" });
        builder.Logging.ClearProviders();
        builder.Configuration["Database:Connection"] = "Host=/nowhere";
        builder.Configuration["Stripe:BaseUrl"] = stripe;
        builder.Configuration["Stripe:RetryPause"] = "00:00:00.005";
        builder.Configuration["Stripe:TimeOut"] = timeOut;
        builder.AddProduct(new ProductIdentity("Shop", 3998, typeof(StripeApp).Assembly), new SandboxErrors(), JsonNamingPolicy.CamelCase);
        builder.AddPayments();
        return builder.Build();
    }

    /// <summary>A call as Stripe documents it, by hand.</summary>
    public Task<Answer> Call(string method, string path, string form = "", string? key = null, string? fault = null)
    {
        var api = Api.With("Authorization", "Bearer sk_test_by_hand");
        if (key is not null)
            api = api.With("Idempotency-Key", key);
        if (fault is not null)
            api = api.With("Sandbox-Fault", fault);
        return method == "POST"
            ? api.Send("POST", path, new StringContent(form, Encoding.UTF8, new MediaTypeHeaderValue("application/x-www-form-urlencoded")))
            : api.Send(method, form.Length == 0 ? path : path + "?" + form);
    }

    /// <summary>A form as a browser sends it from the page itself.</summary>
    public Task<Answer> Submit(string path, params (string Name, string Value)[] fields) => Api.With("Sec-Fetch-Site", "same-origin").Send(
        "POST", path, new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value))));

    /// <summary>The path of a page of ours.</summary>
    public static string PathOf(string url) => new Uri(url).PathAndQuery;

    public async Task<StripePaymentIntent> Intent(long amount = 1000, string? customer = null, string currency = "eur") => (await Stripe.PaymentIntents.Create(
        new NewPaymentIntent { Amount = amount, Currency = currency, Customer = customer }, Guid.CreateVersion7().ToString(), Stop)).Value.ShouldNotBeNull();

    public Task<StripeAnswer<StripePaymentIntent>> Confirm(string intent, string method, string? key = null, string? returnUrl = null) => Stripe.PaymentIntents.Confirm(
        intent, new ConfirmPaymentIntent { PaymentMethod = method, ReturnUrl = returnUrl }, key ?? Guid.CreateVersion7().ToString(), Stop);

    /// <summary>A customer with a card that is charged by default.</summary>
    public async Task<StripeCustomer> Customer(string? card = "pm_card_visa")
    {
        var customer = (await Stripe.Customers.Create(new CustomerDetails { Email = "ada@example.com", Name = "Ada" }, Guid.CreateVersion7().ToString(), Stop)).Value.ShouldNotBeNull();
        if (card is null)
            return customer;
        var method = (await Stripe.PaymentMethods.Attach(card, customer.Id, Guid.CreateVersion7().ToString(), Stop)).Value.ShouldNotBeNull();
        return (await Stripe.PaymentMethods.MakeDefault(method.Id, customer.Id, Guid.CreateVersion7().ToString(), Stop)).Value.ShouldNotBeNull();
    }

    /// <summary>A price of a product of its own.</summary>
    public async Task<StripePrice> Price(long amount, string? interval = "month", string? lookupKey = null, string name = "Plan")
    {
        var product = (await Stripe.Products.Create(name, null, Guid.CreateVersion7().ToString(), Stop)).Value.ShouldNotBeNull();
        return (await Stripe.Prices.Create(
            new NewPrice { Product = product.Id, UnitAmount = amount, Currency = "eur", Interval = interval, LookupKey = lookupKey, Nickname = name }, Guid.CreateVersion7().ToString(), Stop)).Value.ShouldNotBeNull();
    }

    public async Task<StripeSubscription> Subscribe(StripeCustomer customer, StripePrice price) => (await Stripe.Subscriptions.Create(
        new NewSubscription { Customer = customer.Id, Price = price.Id }, Guid.CreateVersion7().ToString(), Stop)).Value.ShouldNotBeNull();

    public async Task<StripeSubscription> Subscription(string id) => (await Stripe.Subscriptions.Retrieve(id, Stop)).Value.ShouldNotBeNull();

    public async Task<IReadOnlyList<StripeInvoice>> Invoices(string subscription) =>
        (await Stripe.Invoices.List(Stop, subscription: subscription)).Value.ShouldNotBeNull().Data;

    /// <summary>Moves the clock and lets everything happen that has become due.</summary>
    public async Task Pass(TimeSpan time)
    {
        await Advance(time);
        await RunJobs();
    }

    /// <summary>What the ledger has of a payment.</summary>
    public Task<List<long>> Moved(string intent) => Database.List<long>("select amount from stripe_ledger where payment_intent = @intent order by number", new { intent }, Stop);

    /// <summary>The events delivered to the shop that are about something.</summary>
    public IReadOnlyList<JsonElement> Delivered(string about) =>
        [.. Hook.All.Select(received => JsonDocument.Parse(received.Body).RootElement).Where(happened => happened.GetProperty("data").GetProperty("object").GetProperty("id").GetString() == about)];
}
