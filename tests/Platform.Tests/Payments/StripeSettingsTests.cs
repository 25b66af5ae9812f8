using Colonnade.Platform.Payments;
using Colonnade.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Shouldly;
using Xunit;

namespace Colonnade.Platform.Tests.Payments;

public sealed class StripeSettingsTests
{
    [Fact]
    public void In_development_everything_is_the_sandboxs()
    {
        var settings = Of("Development", ("Sandbox:Urls", "http://*:3105;http://other"));
        settings.ShouldSatisfyAllConditions(
            () => settings.BaseUrl.ShouldBe("http://localhost:3105"),
            () => settings.SecretKey.ShouldBe(StripeSettings.SandboxSecretKey),
            () => settings.WebhookSecrets.ShouldBe([StripeSettings.SandboxWebhookSecret]),
            () => settings.IsLive.ShouldBeFalse());
        Of("Development", ("Stripe:BaseUrl", "http://127.0.0.1:9/")).ShouldSatisfyAllConditions(
            set => set.BaseUrl.ShouldBe("http://127.0.0.1:9"), set => set.WebhookSecrets.ShouldBe([StripeSettings.SandboxWebhookSecret]));
    }

    [Fact]
    public void A_key_of_ones_own_leads_to_stripe_and_knows_no_secret()
    {
        var settings = Of("Development", ("Stripe:SecretKey", "sk_test_mine"));
        (settings.BaseUrl, settings.WebhookSecrets.Count).ShouldBe(("https://api.stripe.com", 0));
        settings.ToString().ShouldNotContain("sk_test_mine");
    }

    [Fact]
    public void A_product_may_have_an_account_of_its_own() =>
        Of("Production", ("Stripe:SecretKey", "sk_live_all"), ("Dummy:Stripe:SecretKey", "rk_live_mine"), ("Stripe:WebhookSecret", "whsec_a whsec_b")).ShouldSatisfyAllConditions(
            settings => settings.SecretKey.ShouldBe("rk_live_mine"),
            settings => settings.IsLive.ShouldBeTrue(),
            settings => settings.WebhookSecrets.ShouldBe(["whsec_a", "whsec_b"]));

    [Theory]
    [InlineData("", "whsec_a", "")]
    [InlineData(StripeSettings.SandboxSecretKey, "whsec_a", "")]
    [InlineData("sk_live_1", StripeSettings.SandboxWebhookSecret, "")]
    [InlineData("sk_live_1", "whsec_a " + StripeSettings.SandboxWebhookSecret, "")]
    [InlineData("sk_live_1", "whsec_a", "http://api.stripe.example")]
    public void Production_starts_with_nothing_that_everybody_knows(string key, string secret, string url) =>
        Should.Throw<InvalidOperationException>(() => Of("Production", ("Stripe:SecretKey", key), ("Stripe:WebhookSecret", secret), ("Stripe:BaseUrl", url)))
            .Message.ShouldContain("Stripe__");

    private static StripeSettings Of(string environment, params (string Key, string Value)[] settings)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { EnvironmentName = environment });
        builder.Configuration.Sources.Clear();
        builder.Configuration.AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value)));
        builder.AddProduct(DummyProduct.Identity, new DummyErrors(), System.Text.Json.JsonNamingPolicy.CamelCase);
        builder.AddPayments();
        return (StripeSettings)builder.Services.Single(service => service.ServiceType == typeof(StripeSettings)).ImplementationInstance!;
    }
}
