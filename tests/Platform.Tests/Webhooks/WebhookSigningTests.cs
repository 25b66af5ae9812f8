using System.Text.Json;
using Colonnade.Platform.Tests.Accounts;
using Colonnade.Testing;
using Shouldly;
using Xunit;

namespace Colonnade.Platform.Tests.Webhooks;

/// <summary>Our signatures as Standard Webhooks' own npm package sees them, and as its text says they are made.</summary>
public sealed class WebhookSigningTests(WebhooksApp app) : IClassFixture<WebhooksApp>, IAsyncDisposable
{
    public ValueTask DisposeAsync() => app.RemoveAll();

    [Fact]
    public async Task The_reference_library_verifies_our_deliveries_with_either_secret_while_one_is_rotated()
    {
        await using var receiver = await Receiver.Start();
        var (endpoint, first) = await app.Register(receiver.Url);
        first.ShouldMatch("^whsec_[A-Za-z0-9+/]{43}=$");
        await app.Publish(data: new { text = "é € 🎩 \\ \" \u2028", nested = new { list = TimeSpan.Zero } });
        await app.RunJobs();
        var second = (await app.Rotate(endpoint.Id)).ShouldNotBeNull();
        second.ShouldNotBe(first, StringComparer.Ordinal);
        await app.Publish(data: new { });
        await app.RunJobs();

        var (plain, overlapping) = (receiver.All.First(), receiver.All.Last());
        plain.Signatures.Length.ShouldBe(1);
        overlapping.Signatures.Length.ShouldBe(2);
        foreach (var seen in await Verify((first, plain), (first, overlapping), (second, overlapping)))
        {
            seen.GetProperty("verified").GetBoolean().ShouldBeTrue();
            seen.GetProperty("byTheLetter").GetBoolean().ShouldBeTrue();
            foreach (var change in new[] { "anotherBody", "anotherId", "anotherTime", "anotherSecret" })
                seen.GetProperty(change).GetBoolean().ShouldBeFalse(change);
        }

        (await Verify((second, plain))).ShouldHaveSingleItem().GetProperty("verified").GetBoolean().ShouldBeFalse();
    }

    [Fact]
    public async Task A_former_secret_ends_when_its_time_is_over()
    {
        await using var receiver = await Receiver.Start();
        var (endpoint, first) = await app.Register(receiver.Url);
        var second = (await app.Rotate(endpoint.Id, TimeSpan.FromHours(1))).ShouldNotBeNull();
        await app.Advance(TimeSpan.FromHours(1) - TimeSpan.FromMilliseconds(1));
        (await Signatures()).ShouldBe(2);
        await app.Advance(TimeSpan.FromMilliseconds(1));
        (await Signatures()).ShouldBe(1);
        (await Verify((first, receiver.All.Last()))).Single().GetProperty("verified").GetBoolean().ShouldBeFalse();
        (await Verify((second, receiver.All.Last()))).Single().GetProperty("verified").GetBoolean().ShouldBeTrue();

        // One that leaked ends at once.
        (await app.Rotate(endpoint.Id, TimeSpan.Zero)).ShouldNotBeNull();
        (await Signatures()).ShouldBe(1);
        (await Verify((second, receiver.All.Last()))).Single().GetProperty("verified").GetBoolean().ShouldBeFalse();
        (await app.EventsOf(endpoint.Id)).ShouldBe(["webhook_endpoint_registered", "webhook_secret_rotated", "webhook_secret_rotated"]);
        (await app.Rotate(Guid.CreateVersion7())).ShouldBeNull();

        async Task<int> Signatures()
        {
            await app.Publish();
            await app.RunJobs();
            return receiver.All.Last().Signatures.Length;
        }
    }

    [Fact]
    public async Task Of_parallel_rotations_one_secret_is_present_and_no_more_than_three_sign()
    {
        await using var receiver = await Receiver.Start();
        var (endpoint, first) = await app.Register(receiver.Url);
        var secrets = await AccountsProduct.AtOnce(12, _ => app.Rotate(endpoint.Id));
        secrets.ShouldBeUnique(StringComparer.Ordinal);
        (await app.Database.One<int>("select count(*)::int from webhook_secrets where endpoint_id = @Id and expires_at is null", endpoint, WebhooksApp.Stop)).ShouldBe(1);
        await app.Publish();
        await app.RunJobs();
        receiver.All.Single().Signatures.Length.ShouldBe(3);
        (await Verify([.. secrets.Append(first).Select(secret => (secret!, receiver.All.Single()))])).Count(seen => seen.GetProperty("verified").GetBoolean()).ShouldBe(3);
    }

    [Fact]
    public async Task No_secret_is_readable_at_rest_or_logged()
    {
        await using var receiver = await Receiver.Start();
        receiver.Answer(500);
        var registered = await app.Register(receiver.Url);
        var secrets = new[] { registered.Secret, (await app.Rotate(registered.Endpoint.Id)).ShouldNotBeNull() };
        await app.Publish();
        await app.RunJobs();
        var rows = await app.Database.One<string>(
            """
            select concat_ws(' ', (select string_agg(t::text, ' ') from jobs t), (select string_agg(t::text, ' ') from audit t), (select string_agg(t::text, ' ') from webhook_endpoints t),
                (select string_agg(t::text, ' ') from webhook_secrets t), (select string_agg(t::text, ' ') from webhook_events t), (select string_agg(t::text, ' ') from webhook_attempts t))
            """, null, WebhooksApp.Stop);
        rows.ShouldNotBeNull().ShouldContain(registered.Endpoint.Id.ToString());
        registered.ToString().ShouldNotContain("whsec_");
        foreach (var secret in secrets.Select(secret => secret["whsec_".Length..]))
        {
            rows.ShouldNotContain(secret);
            rows.ShouldNotContain(Convert.ToHexStringLower(Convert.FromBase64String(secret)));
            app.Log.All.ShouldAllBe(line => !line.Contains(secret, StringComparison.Ordinal));
        }

        // The address may hold a secret of the receiver's: it is in no log either.
        app.Log.All.ShouldAllBe(line => !line.Contains(receiver.Url, StringComparison.Ordinal));
    }

    private async Task<List<JsonElement>> Verify(params (string Secret, Received Received)[] deliveries)
    {
        var input = JsonSerializer.Serialize(new
        {
            now = app.Clock.GetUtcNow().ToUnixTimeMilliseconds(),
            deliveries = deliveries.Select(delivery => new { secret = delivery.Secret, body = delivery.Received.Body, headers = delivery.Received.Headers }),
        });
        return [.. JsonDocument.Parse(await JavaScript.Run("webhooks.mjs", input, WebhooksApp.Stop)).RootElement.EnumerateArray()];
    }
}
