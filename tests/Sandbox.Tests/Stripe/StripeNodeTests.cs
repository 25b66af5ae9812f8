using System.Text;
using System.Text.Json;
using Colonnade.Platform.Payments;
using Colonnade.Testing;
using Shouldly;
using Xunit;

namespace Colonnade.Sandbox.Tests.Stripe;

/// <summary>The Sandbox as Stripe's own library for Node.js sees it.</summary>
public sealed class StripeNodeTests(StripeApp app) : IClassFixture<StripeApp>
{
    [Fact]
    public async Task Stripe_node_works_with_it_and_verifies_its_webhooks()
    {
        await using var endpoint = await Receiver.Start();
        var answer = JsonDocument.Parse(await JavaScript.Run("stripe.mjs", JsonSerializer.Serialize(new
        {
            root = app.App.Urls.First(),
            hook = endpoint.Url,
            now = app.Clock.GetUtcNow().ToUnixTimeMilliseconds(),
        }), StripeApp.Stop)).RootElement;
        var seen = answer.GetProperty("seen");
        foreach (var (name, expected) in (IEnumerable<(string, string)>)
        [
            ("confirmed", """["succeeded",1999,"charge",1999,"node@example.com"]"""),
            ("declined", """["StripeCardError","card_declined","insufficient_funds",null]"""),
            ("missing", """["StripeInvalidRequestError","resource_missing",null,"intent"]"""),
            ("badKey", """["StripeAuthenticationError",null,null,null]"""),
            ("action", """["requires_action","redirect_to_url"]"""),
            ("refunded", """[true,999,"succeeded",999]"""),
            ("mismatch", """["StripeIdempotencyError",null,null,null]"""),
            ("paged", """[true,"Thing 11",true]"""),
            ("before", """[true,true]"""),
            ("lookup", """[true]"""),
            ("subscribed", """["active","subscription_create","paid","paid"]"""),
            ("upgraded", """[2000,2000,true]"""),
            ("renewed", """["active",true,[["subscription_cycle",3000],["subscription_update",2000],["subscription_create",1000]]]"""),
            ("ending", """[true,"active",true]"""),
            ("ended", "\"canceled\""),
            ("checkout", """["open","unpaid",1000,true]"""),
            ("lineItems", "[1000]"),
            ("portal", "true"),
            ("expired", "\"expired\""),
            ("events", """["charge.refunded","payment_intent.succeeded"]"""),
            ("endpoint", """[true,null]"""),
            ("balance", "true"),
        ])
        {
            seen.GetProperty(name).GetRawText().ShouldBe(expected, name);
        }

        await app.RunJobs();
        var told = endpoint.All.Single(received => received.Body.Contains("told@example.com", StringComparison.Ordinal));
        var shop = app.Hook.All.First(received => received.Body.Contains("shop@example.com", StringComparison.Ordinal));
        var checks = JsonDocument.Parse(await JavaScript.Run("stripe-webhooks.mjs", JsonSerializer.Serialize(new
        {
            now = app.Clock.GetUtcNow().ToUnixTimeMilliseconds(),
            deliveries = new[]
            {
                new { body = told.Body, header = told.Headers["stripe-signature"], secret = answer.GetProperty("secret").GetString()! },
                new { body = shop.Body, header = shop.Headers["stripe-signature"], secret = StripeApp.WebhookSecret },
            },
        }), StripeApp.Stop)).RootElement;
        checks.GetArrayLength().ShouldBe(2);
        foreach (var check in checks.EnumerateArray())
        {
            check.GetProperty("verified").GetString().ShouldBe("customer.created");
            foreach (var refused in (string[])["anotherBody", "anotherSecret", "late"])
                check.GetProperty(refused).GetString().ShouldBe("StripeSignatureVerificationError", refused);
        }

        var ours = new StripeSignatures(new StripeSettings { BaseUrl = "https://api.stripe.com", SecretKey = "sk_test_1", WebhookSecrets = [StripeApp.WebhookSecret] }, app.Clock);
        ours.Verify(Encoding.UTF8.GetBytes(shop.Body), checks[1].GetProperty("signed").GetString()).ShouldBeTrue();
        app.Hook.All.ShouldNotContain(received => received.Body.Contains("told@example.com", StringComparison.Ordinal), "an event of another product");
    }
}
