using System.Text;
using Colonnade.Platform.Payments;
using Colonnade.Testing;
using Shouldly;
using Xunit;

namespace Colonnade.Sandbox.Tests.Stripe;

/// <summary>A Sandbox that knows of the products only where they are.</summary>
public sealed class HouseApp() : ProductFixture(SandboxProduct.Identity, SandboxProduct.Build)
{
    private Receiver? _house;

    public Receiver House => _house ??= Task.Run(() => Receiver.Start()).GetAwaiter().GetResult();

    protected override IReadOnlyDictionary<string, string?> Settings => new Dictionary<string, string?>(StringComparer.Ordinal)
    {
        ["Studio:PublicUrl"] = House.Url[..^"/hook".Length] + "/",
        ["FigureForge:Urls"] = House.Url[..^"/hook".Length] + ";http://elsewhere.example",
    };
}

public sealed class WebhookTargetTests(HouseApp app) : IClassFixture<HouseApp>
{
    [Theory]
    [InlineData("metadata[product]=studio", "/api/webhooks/payment")]
    [InlineData("metadata[product]=figureforge", "/api/webhooks/stripe/")]
    [InlineData("metadata[product]=narhub")]
    [InlineData("description=of%20nobody", "/api/webhooks/payment", "/api/webhooks/stripe/")]
    public async Task Each_product_hears_of_its_own_where_its_document_has_the_route(string form, params string[] paths)
    {
        var before = app.House.All.Count;
        (await app.Api.With("Authorization", "Bearer sk_test_x").Send("POST", "/v1/customers", new StringContent(form, Encoding.UTF8, "application/x-www-form-urlencoded"))).ShouldBe(200);
        await app.RunJobs();
        var told = app.House.All.Skip(before).ToList();
        told.Select(received => received.Path).ShouldBe(paths, ignoreOrder: true);
        var signatures = new StripeSignatures(
            new StripeSettings { BaseUrl = "https://x", SecretKey = "sk_test_1", WebhookSecrets = [StripeSettings.SandboxWebhookSecret] }, app.Clock);
        told.ShouldAllBe(received => signatures.Verify(Encoding.UTF8.GetBytes(received.Body), received.Headers["stripe-signature"]));
    }
}
