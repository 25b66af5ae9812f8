using Colonnade.Platform.Tests.Accounts;
using Colonnade.Platform.Tests.Tokens;
using Colonnade.Platform.Web;
using Colonnade.Platform.Webhooks;
using Colonnade.Testing;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace Colonnade.Platform.Tests.Webhooks;

public sealed class WebhookEndpointTests(WebhooksApp app) : IClassFixture<WebhooksApp>, IAsyncDisposable
{
    public ValueTask DisposeAsync() => app.RemoveAll();

    [Fact]
    public async Task An_endpoint_is_registered_listed_and_changed()
    {
        var endpoint = (await app.Register("https://example.com/hook?key=1", WebhooksApp.Made, WebhooksApp.Made)).Endpoint;
        endpoint.EventTypes.ShouldBe([WebhooksApp.Made]);
        endpoint.IsEnabled.ShouldBeTrue();
        (await app.Endpoints.List(WebhooksApp.Stop)).ShouldHaveSingleItem().Id.ShouldBe(endpoint.Id);

        var changed = (await app.Change(endpoint.Id, new WebhookEndpointChange
        {
            Url = new Change<string>("https://example.com/other"),
            Description = new Change<string>("  Till  "),
            EventTypes = new Change<IReadOnlyList<string>>([]),
        })).ShouldBeOfType<WebhookEndpointOutcome.Changed>().Endpoint;
        (changed.Url, changed.Description, changed.EventTypes.Length, changed.Version).ShouldBe(("https://example.com/other", "Till", 0, 2));
        var same = (await app.Change(endpoint.Id, new WebhookEndpointChange())).ShouldBeOfType<WebhookEndpointOutcome.Changed>().Endpoint;
        (same.Url, same.Description, same.IsEnabled).ShouldBe(("https://example.com/other", "Till", true));
        (await app.Change(endpoint.Id, new WebhookEndpointChange { Enabled = new Change<bool?>(false) })).ShouldBeOfType<WebhookEndpointOutcome.Changed>().Endpoint.DisabledBecause.ShouldBe("by_hand");
        (await app.Change(endpoint.Id, new WebhookEndpointChange { Enabled = new Change<bool?>(true) })).ShouldBeOfType<WebhookEndpointOutcome.Changed>().Endpoint.IsEnabled.ShouldBeTrue();
        (await app.Change(Guid.CreateVersion7(), new WebhookEndpointChange())).ShouldBeOfType<WebhookEndpointOutcome.NotFound>();
        (await app.EventsOf(endpoint.Id)).Count.ShouldBe(5);
    }

    [Fact]
    public async Task What_cannot_be_registered_is_said_by_field()
    {
        var endpoint = (await app.Register("https://example.com/hook")).Endpoint;
        await Refused("url", "not a url");
        await Refused("url", "/relative");
        await Refused("url", "ftp://example.com/");
        await Refused("url", "https://example.com/\0");
        await Refused("url", "https://example.com/" + new string('x', 2048));
        await Refused("url", "http://169.254.169.254/latest/meta-data");
        await Refused("description", "https://example.com/", new string('d', 501));
        await Refused("eventTypes", "https://example.com/", types: ["thing.unheard_of"]);
        await Refused("eventTypes", "https://example.com/", types: [WebhookEvents.TestType]);
        (await app.Endpoints.List(WebhooksApp.Stop)).ShouldHaveSingleItem();

        async Task Refused(string field, string url, string description = "", params string[] types)
        {
            var request = new NewWebhookEndpoint(url) { Description = description, EventTypes = types };
            (await app.InWork(work => app.Endpoints.Register(work, request, AccountsProduct.Client, WebhooksApp.Stop))).ShouldBeOfType<WebhookEndpointOutcome.Refused>().Field.ShouldBe(field);
            (await app.Change(endpoint.Id, new WebhookEndpointChange
            {
                Url = new Change<string>(url),
                Description = new Change<string>(description),
                EventTypes = new Change<IReadOnlyList<string>>(types),
            })).ShouldBeOfType<WebhookEndpointOutcome.Refused>().Field.ShouldBe(field);
        }
    }

    [Fact]
    public async Task Outside_Development_only_public_addresses_over_https_are_taken()
    {
        var node = await app.StartNode(new Dictionary<string, string?>(StringComparer.Ordinal) { ["Webhooks:AllowPrivate"] = "false" });
        var endpoints = node.Services.GetRequiredService<WebhookEndpoints>();
        foreach (var url in new[] { "http://example.com/", "https://127.0.0.1/", "https://localhost/", "https://example.com:8443/" })
        {
            (await app.InWork(work => endpoints.Register(work, new NewWebhookEndpoint(url), AccountsProduct.Client, WebhooksApp.Stop)))
                .ShouldBeOfType<WebhookEndpointOutcome.Refused>(url).Field.ShouldBe("url");
        }

        (await app.InWork(work => endpoints.Register(work, new NewWebhookEndpoint("https://example.com/"), AccountsProduct.Client, WebhooksApp.Stop))).ShouldBeOfType<WebhookEndpointOutcome.Registered>();
    }

    [Fact]
    public async Task What_nobody_wants_is_not_written_and_soon_not_asked_for()
    {
        var interest = app.Services.GetRequiredService<WebhookInterest>();
        await AccessTokenTests.Until(() => Task.FromResult(!interest.MayWant(WebhooksApp.Made)));
        await app.Register("http://127.0.0.1:9/", WebhooksApp.Changed);
        // Unknown until it was read again: then it is asked for, and written where it is wanted.
        await AccessTokenTests.Until(() => Task.FromResult(!interest.MayWant(WebhooksApp.Made) && interest.MayWant(WebhooksApp.Changed)));
        var before = await Events();
        await app.Publish(WebhooksApp.Made);
        interest.Forget();
        await app.Publish(WebhooksApp.Made);
        (await Events()).ShouldBe(before);
        await app.Publish(WebhooksApp.Changed);
        (await Events()).ShouldBe(before + 1);

        Task<int> Events() => app.Database.One<int>("select count(*)::int from webhook_events", null, WebhooksApp.Stop);
    }

    [Fact]
    public async Task An_endpoint_gets_what_is_published_from_its_registration_on_and_soon_on_other_nodes()
    {
        var other = await app.StartNode();
        await Api.WaitUntilListening(other.Services);
        var there = other.Services.GetRequiredService<WebhookInterest>();
        await AccessTokenTests.Until(() => Task.FromResult(!there.MayWant(WebhooksApp.Made)));
        for (var round = 0; round < 20; round++)
        {
            var endpoint = (await app.Register("http://127.0.0.1:9/")).Endpoint;
            await app.Publish();
            (await app.Deliveries.List(endpoint.Id, 10, null, WebhooksApp.Stop)).Count.ShouldBe(1);
            await AccessTokenTests.Until(() => Task.FromResult(there.MayWant(WebhooksApp.Made)));
            await app.Remove(endpoint.Id);
        }
    }
}
