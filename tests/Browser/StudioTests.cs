using Colonnade.Studio.Tests;
using Colonnade.Testing;
using Microsoft.Playwright;
using Shouldly;
using Xunit;

namespace Colonnade.Browser.Tests;

/// <summary>A person with a browser pays in the Sandbox's page, and opens what was uploaded.</summary>
[Trait("Category", "Browser")]
public sealed class StudioTests(StudioApp app, Chromium chromium) : IClassFixture<StudioApp>, IClassFixture<Chromium>
{
    [Fact]
    public async Task From_registering_to_accepting()
    {
        var offer = await app.Offer(price: 14_000);
        var order = await app.Place(offer);
        var payUrl = (await order.Customer.Api.Post("/api/payments/create-intent", $$"""{"orderId":"{{order.Id}}","amount":14000}""")).ShouldBe(200).At("paymentIntent.payUrl").GetString()!;

        var page = await chromium.Browser.NewPageAsync();
        await page.GotoAsync((await MailTrap.Instance).Root + new Uri(payUrl).PathAndQuery);
        (await page.ContentAsync()).ShouldContain("140.00");
        await Pay(page, "4000000000000002");
        await Assertions.Expect(page.GetByText("declined", new() { Exact = false }).First).ToBeVisibleAsync();
        (await app.Status(order.Id)).ShouldBe("pending_payment");
        await Pay(page, "4242424242424242");
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Paid" })).ToBeVisibleAsync();

        // No webhook reaches a fixture: the job that watches payments finds out.
        await app.Advance(TimeSpan.FromSeconds(20));
        await app.RunJobs();
        (await app.Status(order.Id)).ShouldBe("in_progress");

        (await StudioApp.Upload(order.Customer.Api, order.Id, SampleFiles.Pdf)).ShouldBe(201);
        var picture = (await StudioApp.Upload(offer.Provider.Api, order.Id, SampleFiles.Png(), "deliverable", "lighthouse.png")).ShouldBe(201);
        (await offer.Provider.Api.Post($"/api/orders/{order.Id}/deliver", """{"message":"By day"}""")).ShouldBe(200);

        // The signed link is all that an <img> needs, from another origin too.
        var link = app.App.Urls.First() + new Uri((await order.Customer.Api.Get(picture.Header("Location")!)).ShouldBe(200).At("url").GetString()!).PathAndQuery;
        var viewer = await chromium.Browser.NewPageAsync();
        await viewer.SetContentAsync($"""<img src="{link}" alt="delivered">""");
        (await viewer.GetByAltText("delivered").EvaluateAsync<int>("async image => { await image.decode(); return image.naturalWidth; }")).ShouldBe(64);

        (await order.Customer.Api.Post($"/api/orders/{order.Id}/accept")).ShouldBe(200).At("status").GetString().ShouldBe("completed");
        (await StudioApp.Ledger(order.IntentId)).ShouldBe((1, 14_000, 0));
        await app.RunJobs();
        var sandbox = (await MailTrap.Instance).Root;
        foreach (var (reader, subject) in ((string, string)[])[(order.Customer.Email, "Your order was delivered"), (offer.Provider.Email, "Work can begin")])
        {
            await page.GotoAsync($"{sandbox}/mail?to={Uri.EscapeDataString(reader)}");
            await Assertions.Expect(page.GetByRole(AriaRole.Navigation).GetByText(subject)).ToBeVisibleAsync();
        }

        await page.GotoAsync(sandbox + "/stripe");
        var movement = page.GetByRole(AriaRole.Row).Filter(new() { HasText = order.IntentId });
        await Assertions.Expect(movement).ToContainTextAsync("140.00");
        await Assertions.Expect(movement).ToContainTextAsync("charge");
    }

    [Fact]
    public async Task The_bank_asks_for_the_payer_before_it_pays()
    {
        var order = await app.Place();
        var asked = (await StudioApp.Confirm(order, "pm_card_authenticationRequired")).ShouldBe(200);
        asked.At("status").GetString().ShouldBe("requires_action");
        var payUrl = (await order.Customer.Api.Post("/api/payments/create-intent", $$"""{"orderId":"{{order.Id}}","amount":5000}""")).ShouldBe(200).At("paymentIntent.payUrl").GetString()!;
        var page = await chromium.Browser.NewPageAsync();
        await page.GotoAsync((await MailTrap.Instance).Root + new Uri(payUrl).PathAndQuery);
        await page.GetByRole(AriaRole.Link, new() { Name = "Go to the bank's page" }).ClickAsync();
        await page.GetByRole(AriaRole.Button).First.ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Paid" })).ToBeVisibleAsync();
        (await StudioApp.Confirm(order)).ShouldBe(200).At("order.status").GetString().ShouldBe("in_progress");
    }

    [Fact]
    public async Task A_text_that_was_uploaded_runs_nothing_and_is_saved()
    {
        var order = await app.Paid();
        var url = (await StudioApp.Upload(order.Customer.Api, order.Id, "Hello, just words"u8.ToArray(), name: "page.html")).ShouldBe(201).At("url").GetString()!;
        var page = await chromium.Browser.NewPageAsync();
        var download = page.WaitForDownloadAsync();
        try
        {
            await page.GotoAsync(app.App.Urls.First() + new Uri(url).PathAndQuery);
        }
        catch (PlaywrightException)
        {
            // A navigation that turns into a download goes nowhere.
        }

        (await download).SuggestedFilename.ShouldStartWith("page");
    }

    private static async Task Pay(IPage page, string card)
    {
        await page.GetByLabel("Card number").FillAsync(card);
        await page.GetByLabel("Expires (MM/YY)").FillAsync("12/34");
        await page.GetByLabel("Security code").FillAsync("123");
        await page.GetByRole(AriaRole.Button).First.ClickAsync();
    }
}

/// <summary>Debian's chromium, driven by Playwright; nothing is downloaded.</summary>
public sealed class Chromium : IAsyncLifetime
{
    private IPlaywright? _playwright;

    public IBrowser Browser { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        _playwright = await Playwright.CreateAsync();
        Browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = "/usr/bin/chromium",
            // As root there is no sandbox to be had; the pages are this house's.
            Args = Environment.UserName == "root" ? ["--no-sandbox", "--disable-gpu"] : ["--disable-gpu"],
        });
    }

    public async ValueTask DisposeAsync()
    {
        await Browser.DisposeAsync();
        _playwright!.Dispose();
    }
}
