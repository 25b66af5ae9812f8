using System.Text.RegularExpressions;
using Colonnade.Testing;

namespace Colonnade.FigureForge.Tests;

/// <summary>What people do at the provider: open a checkout, pay in it, and let time go by.</summary>
public partial class FigureForgeApp
{
    public const string ReturnUrls = """ "success_url":"https://example.com/ok?session={CHECKOUT_SESSION_ID}","cancel_url":"https://example.com/no" """;

    /// <summary>The Sandbox as Stripe's own clients see it.</summary>
    public Api Stripe => Sandbox.WithBearer("sk_test_figureforge");

    /// <summary>Somebody new who pays for <paramref name="plan"/>.</summary>
    public async Task<Person> Subscriber(string plan)
    {
        var person = await Someone();
        await Pay(await Checkout(person, plan));
        (await Tell(await Customer(person), "invoice.paid", "invoice")).ShouldBe(200);
        await RunJobs();
        Xunit.Assert.Equal(plan, (await person.Api.Get("/api/subscriptions/current/")).At("subscription.plan_id").GetString());
        return person;
    }

    public static async Task<Session> Checkout(Person person, string plan)
    {
        var answer = (await person.Api.Post("/api/subscriptions/checkout/", $$"""{"plan_id":"{{plan}}",{{ReturnUrls}}}""")).ShouldBe(200);
        return new Session(answer.At("session_id").GetString()!, answer.At("checkout_url").GetString()!);
    }

    /// <summary>As a person pays in the page.</summary>
    public async Task Pay(Session session)
    {
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>(StringComparer.Ordinal) { ["number"] = "4242424242424242", ["expiry"] = "12/34", ["code"] = "123", ["name"] = "Ada", ["email"] = "ada@example.com" });
        Xunit.Assert.Equal("https://example.com/ok?session=" + session.Id, (await Sandbox.Send("POST", PathOfCheckout().Match(session.Url).Value, form)).ShouldBe(303).Header("Location"));
    }

    public async Task<string> Customer(Person person) => (await Database.One<string>("select customer_id from billing_customers where account_id = @Id", new { person.Id }, Stop))!;

    /// <summary>The id of the account's first subscription.</summary>
    public async Task<string> Subscription(Person person) => (await Database.One<string>("select id from subscriptions where account_id = @Id order by created_at limit 1", new { person.Id }, Stop))!;

    /// <summary>Charges <paramref name="card"/> from now on.</summary>
    public static async Task UseCard(Person person, string card) => (await person.Api.Post("/api/subscriptions/payment-method/", $$"""{ "payment_method_id": "{{card}}" }""")).ShouldBe(200);

    /// <summary>Moves the provider's time for a subscription to the end of its period: it is renewed, or ends.</summary>
    public async Task<Answer> Renew(string subscription) => (await Sandbox.Post($"/stripe/subscriptions/{subscription}/advance")).ShouldBe(200);

    /// <summary>Moves the provider's time for a subscription that was renewed before.</summary>
    public async Task MoveProviderTo(string subscription, DateTimeOffset time)
    {
        var clock = (await Stripe.Get($"/v1/subscriptions/{subscription}")).ShouldBe(200).At("test_clock").GetString();
        (await StripePost($"/v1/test_helpers/test_clocks/{clock}/advance", ("frozen_time", time.ToUnixTimeSeconds().ToString(System.Globalization.CultureInfo.InvariantCulture)))).ShouldBe(200);
    }

    public async Task<Answer> StripePost(string path, params (string Name, string Value)[] fields)
    {
        using var form = new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value)));
        return await Stripe.Send("POST", path, form);
    }

    [GeneratedRegex("/checkout/.*", RegexOptions.None, 1000)]
    private static partial Regex PathOfCheckout();
}

/// <summary>A page of the provider's in which somebody pays.</summary>
public sealed record Session(string Id, string Url);
