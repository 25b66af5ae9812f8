using System.Text.RegularExpressions;
using Colonnade.Testing;
using Shouldly;
using Xunit;

namespace Colonnade.Narhub.Tests;

/// <summary>The document's examples for curl and for JavaScript, word for word, against a fresh server with every limit on.</summary>
public sealed partial class CurlExampleTests(LimitedApp app) : IClassFixture<LimitedApp>
{
    private const string Register =
        """
        curl -X POST https://narhub.com/api/auth/register \
          -H "Content-Type: application/json" \
          -d '{
            "name": "John Doe",
            "email": "john@example.com",
            "password": "securepassword123"
          }'
        """;

    private const string GetCart =
        """
        curl https://narhub.com/api/cart \
          -H "Cookie: next-auth.session-token=YOUR_SESSION_TOKEN"
        """;

    private const string CreateOrder =
        """
        curl -X POST https://narhub.com/api/orders \
          -H "Content-Type: application/json" \
          -H "Cookie: next-auth.session-token=YOUR_SESSION_TOKEN" \
          -d '{
            "items": [
              {
                "product_slug": "vigil-ai",
                "product_name": "VIGIL AI",
                "price_min": 3000000,
                "price_max": 5000000,
                "quantity": 1
              }
            ],
            "total_amount": 4000000,
            "payment_method": "SEPA"
          }'
        """;

    /// <summary>JSON.stringify of the example's object.</summary>
    private const string AddToCart = """{"productId":"vigil-ai","slug":"vigil-ai","name":"VIGIL AI","priceMin":3000000,"priceMax":5000000}""";

    [Fact]
    public async Task Register_sign_in_see_the_cart_and_order()
    {
        (await Run(Register)).ShouldBe(201).At("user.name").GetString().ShouldBe("John Doe");
        (await Run(GetCart)).ShouldBeRefused(401, "UNAUTHORIZED", "No autenticado");

        var signedIn = (await app.Api.Post("/api/auth/signin", """{"email":"john@example.com","password":"securepassword123"}""")).ShouldBe(200);
        var token = NarhubApp.TokenOf(signedIn)!;
        (await Run(GetCart.Replace("YOUR_SESSION_TOKEN", token, StringComparison.Ordinal))).ShouldBe(200).Text.ShouldBe("""{"items":[]}""");

        // As the example's page at the product's own origin sends it.
        var page = app.With(token).With("Origin", "http://localhost:3000").With("Sec-Fetch-Site", "same-origin");
        (await page.Post("/api/cart", AddToCart)).ShouldBe(200);
        (await Run(GetCart.Replace("YOUR_SESSION_TOKEN", token, StringComparison.Ordinal))).At("items[0].slug").GetString().ShouldBe("vigil-ai");

        (await Run(CreateOrder)).ShouldBeRefused(401, "UNAUTHORIZED", "No autenticado");
        var placed = (await Run(CreateOrder.Replace("YOUR_SESSION_TOKEN", token, StringComparison.Ordinal))).ShouldBe(201);
        placed.At("message").GetString().ShouldBe("Order created successfully");
        (await page.Get("/api/orders")).ShouldBe(200).At("orders[0].id").GetGuid().ShouldBe(placed.At("order.id").GetGuid());
    }

    private Task<Answer> Run(string command)
    {
        var call = Command().Match(command);
        call.Success.ShouldBeTrue(command);
        var api = app.Api;
        foreach (Match header in Header().Matches(command))
        {
            if (header.Groups["name"].Value != "Content-Type")
                api = api.With(header.Groups["name"].Value, header.Groups["value"].Value);
        }

        var body = Data().Match(command);
        command.Contains("Content-Type: application/json", StringComparison.Ordinal).ShouldBe(body.Success);
        return api.Send(call.Groups["method"] is { Success: true } method ? method.Value : "GET", call.Groups["path"].Value, body.Success ? body.Groups["body"].Value : null);
    }

    [GeneratedRegex(@"^curl (-X (?<method>[A-Z]+) )?https://narhub[.]com(?<path>\S+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Command();

    [GeneratedRegex("-H \"(?<name>[^:]+): (?<value>[^\"]+)\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Header();

    [GeneratedRegex("-d '(?<body>[^']+)'", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Data();
}
