using System.Globalization;
using Colonnade.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Shouldly;
using Xunit;

namespace Colonnade.Narhub.Tests;

/// <summary>The product as it runs in Production, behind https, with a mail server of its own.</summary>
public sealed class ProductionApp : NarhubApp, IAsyncDisposable
{
    public SmtpTrap Smtp { get; } = new();

    protected override string Environment => "Production";

    protected override IReadOnlyDictionary<string, string?> Settings => new Dictionary<string, string?>(base.Settings, StringComparer.Ordinal)
    {
        ["Narhub:PublicUrl"] = "https://narhub.com",
        ["Mail:Smtp:Host"] = "127.0.0.1",
        ["Mail:Smtp:Port"] = Smtp.Port.ToString(CultureInfo.InvariantCulture),
        ["Mail:Smtp:StartTls"] = "false",
        ["Seller:Name"] = "Narhub OÜ",
        ["Seller:Address"] = "Pikk 1, 10123 Tallinn",
        ["Seller:Country"] = "EE",
        ["Seller:VatId"] = "EE100931558",
        ["Seller:Iban"] = "EE382200221020145685",
        ["Seller:Bic"] = "HABAEE2X",
        ["Seller:Bank"] = "Swedbank",
        ["Seller:VatRate"] = "24",
    };

    async ValueTask IAsyncDisposable.DisposeAsync()
    {
        await DisposeAsync();
        await Smtp.DisposeAsync();
    }
}

public sealed class ProductionTests(ProductionApp app) : IClassFixture<ProductionApp>
{
    [Fact]
    public async Task The_cookie_is_secure_and_the_origin_is_the_public_one()
    {
        var (_, email) = await app.Register();
        var credentials = $$"""{"email":"{{email}}","password":"{{NarhubApp.Password}}"}""";
        var answer = (await app.Api.With("Origin", "https://narhub.com").Post("/api/auth/signin", credentials)).ShouldBe(200);
        answer.Header("Set-Cookie")!.ShouldMatch("^next-auth[.]session-token=[A-Za-z0-9_-]{43}; Path=/; HttpOnly; SameSite=Lax; Max-Age=2592000; Secure$");
        (await app.Api.With("Origin", "http://localhost:3000").Post("/api/auth/signin", credentials)).ShouldBeRefused(403, "FORBIDDEN");
        (await app.Api.Get("/api/auth/csrf")).Header("Set-Cookie")!.ShouldEndWith("; SameSite=Lax; Secure");
        (await app.With(new string('A', 43)).Get("/api/cart")).ShouldBe(401).Header("Set-Cookie")!.ShouldEndWith("; Secure");
    }

    [Fact]
    public async Task Links_lead_to_the_public_address_and_no_secret_meets_a_log()
    {
        var person = await app.Someone();
        await app.RunJobs();
        app.Smtp.Received.ShouldContain(mail => mail.Contains("https://narhub.com/verify-email?token=", StringComparison.Ordinal));
        app.Log.All.Count.ShouldBeGreaterThan(0);
        app.Log.All.ShouldAllBe(line => !line.Contains(person.Token, StringComparison.Ordinal) && !line.Contains(person.Email, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Without_https_it_does_not_start()
    {
        var refused = await Should.ThrowAsync<InvalidOperationException>(() => app.StartNode(new Dictionary<string, string?>(StringComparer.Ordinal) { ["Narhub:PublicUrl"] = "http://narhub.com" }));
        refused.Message.ShouldBe("Browsers keep its session cookie over https only: set Narhub__PublicUrl to the https address it is reached under.");
    }

    [Theory]
    [InlineData("Name", "", "Set Narhub__Seller__Name: invoices and payment instructions need to say who sells.")]
    [InlineData("Iban", " ", "Set Narhub__Seller__Iban: invoices and payment instructions need to say who sells.")]
    [InlineData("Iban", "EE382200221020145686", "Narhub__Seller__Iban has to be an IBAN.")]
    [InlineData("Bic", "HABA", "Narhub__Seller__Bic has to be 8 or 11 letters and digits.")]
    [InlineData("Country", "Estonia", "Narhub__Seller__Country has to be two letters, as in DE.")]
    [InlineData("VatRate", "24%", "Narhub__Seller__VatRate has to be per cent, as in 19 or 5.5.")]
    public async Task Without_a_seller_it_does_not_start(string setting, string value, string sentence)
    {
        var refused = await Should.ThrowAsync<InvalidOperationException>(() => app.StartNode(new Dictionary<string, string?>(StringComparer.Ordinal) { [$"Seller:{setting}"] = value }));
        refused.Message.ShouldBe(sentence);
    }

    [Fact]
    public async Task Everything_that_is_missing_of_the_seller_is_said_at_once()
    {
        var refused = await Should.ThrowAsync<InvalidOperationException>(() => app.StartNode(
            new Dictionary<string, string?>(StringComparer.Ordinal) { ["Seller:Bic"] = "", ["Seller:VatRate"] = null, ["Seller:Bank"] = "" }));
        refused.Message.ShouldBe("Set Narhub__Seller__Bic, Narhub__Seller__Bank, Narhub__Seller__VatRate: invoices and payment instructions need to say who sells.");
    }

    [Fact]
    public async Task The_configured_seller_is_paid_and_no_sample()
    {
        var person = await app.Someone();
        var pay = (await person.Api.Post("/api/orders", OrderTests.Documented)).ShouldBe(201).At("order.payment_instructions");
        pay.GetProperty("beneficiary").GetString().ShouldBe("Narhub OÜ");
        pay.GetProperty("iban").GetString().ShouldBe("EE382200221020145685");
        pay.GetProperty("qr_url").GetString()!.ShouldStartWith("https://narhub.com/api/orders/");
        (await person.Api.Get("/api/orders")).At("orders[0].tax_treatment").GetString().ShouldBe("reverse_charge", "its VAT number is German, the seller Estonian");
        (await person.Api.Post("/api/orders", OrderTests.Documented.Replace("SEPA", "SWIFT", StringComparison.Ordinal))).At("order.payment_instructions").TryGetProperty("bank_address", out _).ShouldBeFalse();
    }

    [Theory]
    [InlineData("Development", true)]
    [InlineData("Production", false)]
    public void The_demonstration_catalogue_is_for_demonstrations(string environment, bool isFilled)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { EnvironmentName = environment });
        StarterCatalogue.IsWanted(new ConfigurationBuilder().Build(), builder.Environment).ShouldBe(isFilled);
        StarterCatalogue.IsWanted(new ConfigurationBuilder().AddInMemoryCollection([new("Starter", (!isFilled).ToString())]).Build(), builder.Environment).ShouldBe(!isFilled);
    }
}
