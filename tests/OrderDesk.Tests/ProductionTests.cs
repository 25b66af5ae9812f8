using System.Globalization;
using System.Text.RegularExpressions;
using Colonnade.Testing;
using Shouldly;
using Xunit;

namespace Colonnade.OrderDesk.Tests;

/// <summary>The product as it runs in Production, with a mail server of its own.</summary>
public sealed class ProductionApp : OrderDeskApp, IAsyncDisposable
{
    public const string Token = "f3b1c0d98e7a46528d4c1b0a9f8e7d6c";

    public SmtpTrap Smtp { get; } = new();

    protected override string Environment => "Production";

    protected override IReadOnlyDictionary<string, string?> Settings => new Dictionary<string, string?>(StringComparer.Ordinal)
    {
        ["RateLimits:Enabled"] = "false",
        ["OrderDesk:ServiceTokens:0"] = Token,
        ["Mail:Smtp:Host"] = "127.0.0.1",
        ["Mail:Smtp:Port"] = Smtp.Port.ToString(CultureInfo.InvariantCulture),
        ["Mail:Smtp:StartTls"] = "false",
    };

    async ValueTask IAsyncDisposable.DisposeAsync()
    {
        await DisposeAsync();
        await Smtp.DisposeAsync();
    }
}

public sealed partial class ProductionTests(ProductionApp app) : IClassFixture<ProductionApp>
{
    [Fact]
    public async Task A_code_is_mailed_and_meets_no_log()
    {
        var (_, email) = await app.Register();
        await app.Api.Post("/api/auth/forgot-password", $$"""{"email":"{{email}}"}""");
        await app.RunJobs();
        app.Smtp.Received.Count.ShouldBe(2);
        var codes = app.Smtp.Received.Select(mail => Digits().Match(mail).Value).ToList();
        codes.ShouldAllBe(code => code.Length == 6);
        app.Log.All.Count.ShouldBeGreaterThan(0);
        app.Log.All.ShouldAllBe(line => !codes.Any(code => line.Contains(code, StringComparison.Ordinal)) && !line.Contains(email, StringComparison.Ordinal));
        (await app.Api.Post("/api/auth/reset-password", $$"""{"email":"{{email}}","code":"{{codes[1]}}","newPassword":"newpassword123"}""")).ShouldBe(200);
    }

    [Fact]
    public async Task The_documents_token_opens_nothing()
    {
        (await app.Service.Get("/api/orders")).ShouldBeRefused(401, "INVALID_TOKEN");
        (await app.Api.WithBearer(ProductionApp.Token).Get("/api/orders")).ShouldBe(200);
    }

    [GeneratedRegex(@"(?<=0A|\n)[0-9]{6}(?==0D|\r|\n)", RegexOptions.None, 1000)]
    private static partial Regex Digits();
}
