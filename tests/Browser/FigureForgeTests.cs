using Colonnade.FigureForge.Tests;
using Colonnade.Testing;
using Microsoft.Playwright;
using Shouldly;
using Xunit;

namespace Colonnade.Browser.Tests;

/// <summary>A person with a browser reads a code from the mailbox, sees a figure, and subscribes in the Sandbox's page.</summary>
[Trait("Category", "Browser")]
public sealed class FigureForgeTests(FigureForgeApp app, Chromium chromium) : IClassFixture<FigureForgeApp>, IClassFixture<Chromium>
{
    [Fact]
    public async Task From_the_mailed_code_to_a_figure_on_the_screen()
    {
        var person = await app.Someone();
        var page = await chromium.Browser.NewPageAsync();
        await page.GotoAsync((await MailTrap.Instance).Root + "/mail");
        (await page.ContentAsync()).ShouldContain("is your code");

        var status = await app.Finish(person, await FigureForgeApp.Generate(person, """{"filters":{"pose":"contrapposto","lighting":"rim"},"model":"mannequin"}"""));
        // The signed links are all that an <img> needs, from another origin too.
        var viewer = await chromium.Browser.NewPageAsync();
        foreach (var (member, width) in new[] { ("url", 256), ("thumbnail_url", 256), ("thumbnail_small_url", 186) })
        {
            var link = app.App.Urls.First() + new Uri(status.At($"images[0].{member}").GetString()!).PathAndQuery;
            await viewer.SetContentAsync($"""<img src="{link}" alt="figure">""");
            (await viewer.GetByAltText("figure").EvaluateAsync<int>("async image => { await image.decode(); return image.naturalWidth; }")).ShouldBeInRange(width - 1, width + 1);
        }
    }

    [Fact]
    public async Task Subscribing_in_the_hosted_checkout()
    {
        var person = await app.Someone();
        var checkout = (await person.Api.Post("/api/subscriptions/checkout/",
            """{ "plan_id": "pro_monthly", "success_url": "https://example.com/ok?session={CHECKOUT_SESSION_ID}", "cancel_url": "https://example.com/no" }""")).ShouldBe(200);
        var page = await chromium.Browser.NewPageAsync();
        // Nothing leaves this machine: the page the checkout leads back to is not there.
        await page.RouteAsync("https://example.com/**", route => route.FulfillAsync(new() { Body = "back" }));
        await page.GotoAsync((await MailTrap.Instance).Root + new Uri(checkout.At("checkout_url").GetString()!).PathAndQuery);
        (await page.ContentAsync()).ShouldContain("19.00");
        await Pay(page, "4000000000000002");
        await Assertions.Expect(page.GetByText("declined", new() { Exact = false }).First).ToBeVisibleAsync();
        await Pay(page, "4242424242424242");
        await page.WaitForURLAsync("https://example.com/ok?session=cs_**");

        // No webhook reaches a fixture: the job that watches checkouts finds out.
        await app.Advance(TimeSpan.FromSeconds(31));
        await app.RunJobs();
        var current = (await person.Api.Get("/api/subscriptions/current/")).ShouldBe(200);
        current.At("subscription.plan_id").GetString().ShouldBe("pro_monthly");
        current.At("quota.limit").GetInt32().ShouldBe(400);
        (await app.Balance(person)).ShouldBe(400);
    }

    private static async Task Pay(IPage page, string card)
    {
        await page.GetByLabel("Card number").FillAsync(card);
        await page.GetByLabel("Expires (MM/YY)").FillAsync("12/34");
        await page.GetByLabel("Security code").FillAsync("123");
        await page.GetByRole(AriaRole.Button).First.ClickAsync();
    }
}
