using Colonnade.Platform.Jobs;
using Colonnade.Platform.Tests.Accounts;
using Colonnade.Platform.Web;
using Colonnade.Platform.Webhooks;
using Colonnade.Testing;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace Colonnade.Platform.Tests.Webhooks;

public sealed class WebhookRetryTests(WebhooksApp app) : IClassFixture<WebhooksApp>, IAsyncDisposable
{
    public ValueTask DisposeAsync() => app.RemoveAll();

    [Fact]
    public async Task Ten_attempts_are_made_over_three_days()
    {
        await using var receiver = await Receiver.Start();
        receiver.Answer(500);
        var endpoint = (await app.Register(receiver.Url)).Endpoint;
        await app.Publish();
        await app.RunJobs();
        TimeSpan[] pauses =
        [
            TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(30), TimeSpan.FromHours(2), TimeSpan.FromHours(5),
            TimeSpan.FromHours(10), TimeSpan.FromHours(14), TimeSpan.FromHours(20), TimeSpan.FromHours(24),
        ];
        for (var attempt = 1; attempt <= pauses.Length; attempt++)
        {
            receiver.All.Count.ShouldBe(attempt);
            var pause = pauses[attempt - 1];
            var delivery = await app.Delivery(endpoint.Id);
            (delivery.NextAt - app.Clock.GetUtcNow()).ShouldNotBeNull().ShouldBeInRange(pause, pause * 1.2);
            await app.Advance(pause - TimeSpan.FromMilliseconds(1));
            await app.RunJobs();
            receiver.All.Count.ShouldBe(attempt);
            await app.Advance(pause * 0.2 + TimeSpan.FromMilliseconds(1));
            await app.RunJobs();
        }

        receiver.All.Count.ShouldBe(10);
        receiver.All.Select(received => (received.Id, received.Body)).Distinct().ShouldHaveSingleItem();
        receiver.All.Select(received => received.Headers["webhook-timestamp"]).ShouldBeUnique(StringComparer.Ordinal);
        var over = await app.Delivery(endpoint.Id);
        (over.State, over.Attempts, over.NextAt, over.FinishedAt).ShouldBe(("failed", 10, null, app.Clock.GetUtcNow()));
        (await app.Attempts(endpoint.Id)).Select(attempt => (attempt.Number, attempt.Status)).ShouldBe(Enumerable.Range(1, 10).Select(number => (number, (int?)500)));
        await app.Advance(TimeSpan.FromDays(1));
        await app.RunJobs();
        receiver.All.Count.ShouldBe(10);
        (await app.Database.One<int>("select count(*)::int from jobs where kind = 'deliver_webhook' and state in ('failed', 'scheduled', 'waiting')", null, WebhooksApp.Stop)).ShouldBe(0);
        (await app.Endpoints.Find(endpoint.Id, WebhooksApp.Stop))!.IsEnabled.ShouldBeTrue();
    }

    [Fact]
    public async Task Once_accepted_there_are_no_further_attempts_and_the_endpoint_is_well()
    {
        await using var receiver = await Receiver.Start();
        receiver.Answer(503);
        var endpoint = (await app.Register(receiver.Url)).Endpoint;
        await app.Publish();
        await app.RunJobs();
        (await app.Endpoints.Find(endpoint.Id, WebhooksApp.Stop))!.FailingSince.ShouldNotBeNull();
        receiver.Answer(200);
        await app.Advance(TimeSpan.FromSeconds(6));
        await app.RunJobs();
        (await app.Delivery(endpoint.Id)).State.ShouldBe("delivered");
        (await app.Endpoints.Find(endpoint.Id, WebhooksApp.Stop))!.FailingSince.ShouldBeNull();
        await app.Advance(TimeSpan.FromHours(1));
        await app.RunJobs();
        receiver.All.Count.ShouldBe(2);
    }

    [Fact]
    public async Task An_endpoint_that_is_gone_is_disabled_and_what_waits_for_it_is_cancelled()
    {
        await using var receiver = await Receiver.Start();
        receiver.Answer(500);
        var endpoint = (await app.Register(receiver.Url)).Endpoint;
        await app.Publish();
        await app.RunJobs();
        await app.Advance(TimeSpan.FromMilliseconds(2));
        receiver.Answer(410);
        await app.Publish();
        await app.RunJobs();

        var disabled = (await app.Endpoints.Find(endpoint.Id, WebhooksApp.Stop)).ShouldNotBeNull();
        (disabled.IsEnabled, disabled.DisabledBecause, disabled.DisabledAt).ShouldBe((false, "gone", app.Clock.GetUtcNow()));
        (await app.EventsOf(endpoint.Id)).ShouldBe(["webhook_endpoint_registered", "webhook_endpoint_disabled"]);
        await app.Publish();
        await app.Advance(TimeSpan.FromMinutes(1));
        await app.RunJobs();
        receiver.All.Count.ShouldBe(2);
        (await app.Deliveries.List(endpoint.Id, 10, null, WebhooksApp.Stop)).Select(delivery => delivery.State).ShouldBe(["failed", "cancelled"]);
    }

    [Fact]
    public async Task An_endpoint_that_fails_for_five_days_is_disabled()
    {
        await using var receiver = await Receiver.Start();
        receiver.Answer(500);
        var endpoint = (await app.Register(receiver.Url)).Endpoint;
        await app.Publish();
        await app.RunJobs();
        await app.Advance(TimeSpan.FromDays(5) - TimeSpan.FromMilliseconds(1));
        await app.RunJobs();
        (await app.Endpoints.Find(endpoint.Id, WebhooksApp.Stop))!.IsEnabled.ShouldBeTrue();
        await app.Advance(TimeSpan.FromMilliseconds(1));
        await app.Publish();
        await app.RunJobs();
        (await app.Endpoints.Find(endpoint.Id, WebhooksApp.Stop))!.DisabledBecause.ShouldBe("failing");
        (await app.EventsOf(endpoint.Id)).Count(name => name == "webhook_endpoint_disabled").ShouldBe(1);
        app.Log.All.Count(line => line.Contains($"Webhook endpoint {endpoint.Id} was disabled: failing", StringComparison.Ordinal)).ShouldBe(1);

        // Enabled again it has all its time once more.
        (await app.Change(endpoint.Id, new WebhookEndpointChange { Enabled = new Change<bool?>(true) })).ShouldBeOfType<WebhookEndpointOutcome.Changed>().Endpoint.FailingSince.ShouldBeNull();
        await app.Publish();
        await app.RunJobs();
        (await app.Endpoints.Find(endpoint.Id, WebhooksApp.Stop))!.IsEnabled.ShouldBeTrue();
    }

    [Fact]
    public async Task An_endpoint_that_is_disabled_by_hand_gets_nothing_more_until_it_is_sent_again()
    {
        await using var receiver = await Receiver.Start();
        receiver.Answer(500);
        var endpoint = (await app.Register(receiver.Url)).Endpoint;
        await app.Publish();
        await app.RunJobs();
        await app.Change(endpoint.Id, new WebhookEndpointChange { Enabled = new Change<bool?>(false) });
        await app.Advance(TimeSpan.FromSeconds(6));
        await app.RunJobs();
        receiver.All.Count.ShouldBe(1);
        var delivery = await app.Delivery(endpoint.Id);
        delivery.State.ShouldBe("cancelled");
        (await app.Resend(endpoint.Id, delivery.MessageId)).ShouldBe(ResendOutcome.Disabled);

        receiver.Answer(200);
        await app.Change(endpoint.Id, new WebhookEndpointChange { Enabled = new Change<bool?>(true) });
        (await app.Resend(endpoint.Id, delivery.MessageId)).ShouldBe(ResendOutcome.Queued);
        await app.RunJobs();
        (await app.Delivery(endpoint.Id)).State.ShouldBe("delivered");
        (await app.Attempts(endpoint.Id)).Select(attempt => attempt.Number).ShouldBe([1, 2]);
    }

    [Fact]
    public async Task What_was_delivered_can_be_sent_again_under_the_same_id_and_many_who_ask_at_once_get_one()
    {
        await using var receiver = await Receiver.Start();
        var endpoint = (await app.Register(receiver.Url)).Endpoint;
        await app.Publish();
        await app.RunJobs();
        var message = (await app.Delivery(endpoint.Id)).MessageId;
        (await AccountsProduct.AtOnce(12, _ => app.Resend(endpoint.Id, message))).ShouldAllBe(outcome => outcome == ResendOutcome.Queued);
        await app.RunJobs();
        receiver.All.Count.ShouldBe(2);
        receiver.All.Select(received => received.Id).Distinct(StringComparer.Ordinal).ShouldHaveSingleItem();
        (await app.Resend(endpoint.Id, new WebhookMessageId(Guid.CreateVersion7()))).ShouldBe(ResendOutcome.NotFound);
        (await app.Resend(Guid.CreateVersion7(), message)).ShouldBe(ResendOutcome.NotFound);
    }

    [Fact]
    public async Task What_waits_for_its_next_attempt_is_sent_at_once_and_its_schedule_begins_anew()
    {
        await using var receiver = await Receiver.Start();
        receiver.Answer(500);
        var endpoint = (await app.Register(receiver.Url)).Endpoint;
        await app.Publish();
        await app.RunJobs();
        await app.Advance(TimeSpan.FromSeconds(6));
        await app.RunJobs();
        (await app.Resend(endpoint.Id, (await app.Delivery(endpoint.Id)).MessageId)).ShouldBe(ResendOutcome.Queued);
        await app.RunJobs();
        receiver.All.Count.ShouldBe(3);
        receiver.Answer(200);
        await app.Advance(TimeSpan.FromSeconds(6));
        await app.RunJobs();
        receiver.All.Count.ShouldBe(4);
        // The job of the former round comes due and finds nothing to do.
        await app.Advance(TimeSpan.FromMinutes(6));
        await app.RunJobs();
        receiver.All.Count.ShouldBe(4);
        (await app.Delivery(endpoint.Id)).State.ShouldBe("delivered");
    }

    [Fact]
    public async Task What_lost_its_job_can_be_sent_again()
    {
        await using var receiver = await Receiver.Start();
        var endpoint = (await app.Register(receiver.Url)).Endpoint;
        await app.Publish();
        await app.Database.Execute("update jobs set state = 'failed', finished_at = clock() where kind = 'deliver_webhook' and state = 'waiting'", null, WebhooksApp.Stop);
        await app.RunJobs();
        receiver.All.ShouldBeEmpty();
        (await app.Resend(endpoint.Id, (await app.Delivery(endpoint.Id)).MessageId)).ShouldBe(ResendOutcome.Queued);
        await app.RunJobs();
        receiver.All.Count.ShouldBe(1);
        // The job that was given up, tried again by hand, finds nothing left to do.
        var given = (await app.Services.GetRequiredService<JobQueue>().Failed(10, WebhooksApp.Stop)).Where(job => job.Kind == "deliver_webhook").ShouldHaveSingleItem();
        (await app.Services.GetRequiredService<JobQueue>().Retry(given.Id, WebhooksApp.Stop)).ShouldBeTrue();
        await app.RunJobs();
        receiver.All.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_removed_endpoint_gets_nothing_more_and_is_swept_away()
    {
        await using var receiver = await Receiver.Start();
        receiver.Answer(500);
        var endpoint = (await app.Register(receiver.Url)).Endpoint;
        await app.Publish();
        await app.RunJobs();
        var message = (await app.Delivery(endpoint.Id)).MessageId;
        (await AccountsProduct.AtOnce(8, _ => app.Remove(endpoint.Id))).Count(removed => removed).ShouldBe(1);
        (await app.EventsOf(endpoint.Id)).ShouldBe(["webhook_endpoint_registered", "webhook_endpoint_removed"]);
        (await app.Database.One<int>("select count(*)::int from webhook_secrets where endpoint_id = @Id", endpoint, WebhooksApp.Stop)).ShouldBe(0);
        (await app.Endpoints.Find(endpoint.Id, WebhooksApp.Stop)).ShouldBeNull();
        (await app.Deliveries.List(endpoint.Id, 10, null, WebhooksApp.Stop)).ShouldBeEmpty();
        (await app.Resend(endpoint.Id, message)).ShouldBe(ResendOutcome.NotFound);
        await app.Advance(TimeSpan.FromSeconds(6));
        await app.RunJobs();
        receiver.All.Count.ShouldBe(1);

        (await app.Database.One<int>("select count(*)::int from webhook_endpoints where id = @Id", endpoint, WebhooksApp.Stop)).ShouldBe(1);
        await app.Advance(TimeSpan.FromDays(30) + TimeSpan.FromHours(1));
        await app.RunJobs();
        (await app.Database.One<int>(
            """
            select (select count(*) from webhook_endpoints where id = @endpoint)::int + (select count(*) from webhook_events where id = @Event)::int
                 + (select count(*) from webhook_attempts where event_id = @Event)::int
            """, new { endpoint = endpoint.Id, message.Event }, WebhooksApp.Stop)).ShouldBe(0);
    }
}
