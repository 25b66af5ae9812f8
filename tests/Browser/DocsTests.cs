using Colonnade.OrderDesk.Tests;
using Microsoft.Playwright;
using Shouldly;
using Xunit;

namespace Colonnade.Browser.Tests;

/// <summary>A person opens the reference page and tries a call, with the example that stands there.</summary>
[Trait("Category", "Browser")]
public sealed class DocsTests(OrderDeskApp app, Chromium chromium) : IClassFixture<OrderDeskApp>, IClassFixture<Chromium>
{
    private const string Public = "http://localhost:3002";

    [Fact]
    public async Task Trying_a_call_in_the_reference()
    {
        var page = await chromium.Browser.NewPageAsync(new BrowserNewPageOptions { ViewportSize = new ViewportSize { Width = 1280, Height = 960 } });
        var complaints = new List<string>();
        page.PageError += (_, error) => complaints.Add(error);
        // The page lives at the product's public address, which here is another port.
        await page.RouteAsync(Public + "/**", async route => await route.FulfillAsync(new RouteFulfillOptions
        {
            Response = await route.FetchAsync(new RouteFetchOptions { Url = app.App.Urls.First() + new Uri(route.Request.Url).PathAndQuery }),
        }));
        await page.GotoAsync(Public + "/docs/index.html");

        var register = page.Locator(".opblock", new PageLocatorOptions { HasText = "Register a user" });
        await register.Locator(".opblock-summary-control").ClickAsync();
        var body = register.Locator("textarea.body-param__text");
        (await body.InputValueAsync()).ShouldContain("user@example.com", customMessage: "the document's example");
        await body.FillAsync($$"""{ "email": "{{app.NewEmail()}}", "password": "password123" }""");
        await register.GetByRole(AriaRole.Button, new() { Name = "Execute" }).ClickAsync();

        var answer = register.Locator(".live-responses-table .response");
        await Assertions.Expect(answer.Locator(".response-col_status").First).ToContainTextAsync("201");
        await Assertions.Expect(answer.First).ToContainTextAsync("User created successfully");
        complaints.ShouldBeEmpty();

        if (Environment.GetEnvironmentVariable("SCREENSHOTS") is not { } folder)
            return;
        await page.SetViewportSizeAsync(1280, 1420);
        await register.EvaluateAsync("operation => operation.scrollIntoView()");
        await page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(folder, "reference.png") });
    }
}
