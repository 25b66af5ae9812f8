using Colonnade.Platform.Payments;
using Microsoft.AspNetCore.Http;
using Shouldly;
using Xunit;

namespace Colonnade.Platform.Tests.Payments;

public sealed class StripeWebhookTests(PaymentsApp app) : IClassFixture<PaymentsApp>
{
    [Fact]
    public async Task An_event_takes_effect_once_however_often_it_comes()
    {
        const string Body = """{"id":"evt_once","type":"thing.happened","livemode":false,"data":{"object":{"id":"x"}}}""";
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => app.Deliver(Body)));
        answers.ShouldAllBe(answer => answer.Status == 200 && answer.Text == """{"received":true}""");
        (await app.Effects("evt_once")).ShouldBe(1);
    }

    [Fact]
    public async Task An_event_whose_effect_failed_comes_again()
    {
        const string Body = """{"id":"evt_broken","type":"thing.broken","data":{}}""";
        (await app.Deliver(Body)).ShouldBe(500);
        (await app.Deliver(Body)).ShouldBe(500);
        (await app.Deliver(Body.Replace("thing.broken", "thing.mended", StringComparison.Ordinal))).ShouldBe(200);
        (await app.Effects("evt_broken")).ShouldBe(1);
    }

    [Fact]
    public async Task A_body_without_an_id_goes_by_its_hash()
    {
        var before = await Stored();
        foreach (var body in new[] { """{"type":"a","data":{"order":1}}""", """{"type":"a","data":{"order":1}}""", """{"type":"a","data":{"order":2}}""" })
            (await app.Deliver(body)).ShouldBe(200);
        (await Stored()).ShouldBe(before + 2);

        Task<long> Stored() => app.Database.One<long>("select count(*) from stripe_events where id like 'sha256:%'", null, PaymentsApp.Stop);
    }

    [Theory]
    [InlineData("""{"id":"evt_live","type":"a","livemode":true,"data":{}}""")]
    [InlineData("""{"id":"evt_other_account","type":"a","account":"acct_of_somebody","data":{}}""")]
    [InlineData("""{"id":"evt_no_type"}""")]
    [InlineData("""{"id":1,"type":"a"}""")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{")]
    [InlineData("")]
    public async Task What_is_signed_and_no_event_of_this_mode_is_refused(string body) =>
        (await app.Deliver(body)).ShouldBe(400).At("code").GetString().ShouldBe("MALFORMED");

    [Fact]
    public async Task A_bad_signature_is_refused_and_leaves_nothing()
    {
        const string Body = """{"id":"evt_forged","type":"a","data":{}}""";
        (await app.Api.Post("/hooks/stripe", Body)).ShouldBe(400);
        (await app.Deliver(Body, header: "t=1,v1=00")).ShouldBe(400);
        (await app.Deliver(Body, header: StripeSignatures.HeaderOf("other"u8, app.Clock.GetUtcNow(), PaymentsApp.Secret))).ShouldBe(400);
        (await app.Deliver("not even json {", header: "t=1,v1=00")).ShouldBe(400);
        (await app.Effects("evt_forged")).ShouldBe(0);
        (await app.Database.One<long>("select count(*) from stripe_events where id = 'evt_forged'", null, PaymentsApp.Stop)).ShouldBe(0);
    }

    [Fact]
    public async Task More_than_256_KiB_are_not_read()
    {
        const string Most = "{\"id\":\"evt_big\",\"type\":\"a\",\"data\":{\"text\":\"";
        (await app.Deliver(Most + new string('x', StripeWebhooks.BodyLimit - Most.Length - 3) + "\"}}")).ShouldBe(200);
        (await app.Deliver(Most + new string('x', StripeWebhooks.BodyLimit) + "\"}}")).ShouldBe(413);
    }

    [Theory]
    [InlineData("""{"id":"evt_p1","type":"a","data":{"object":{"metadata":{"product":"another"}}}}""", "evt_p1", 0)]
    [InlineData("""{"id":"evt_p2","type":"a","data":{"object":{"metadata":{"product":"dummy"}}}}""", "evt_p2", 1)]
    [InlineData("""{"id":"evt_p3","type":"a","data":{"object":{"metadata":{},"parent":{"subscription_details":{"metadata":{"product":"another"}}}}}}""", "evt_p3", 0)]
    [InlineData("""{"id":"evt_p4","type":"a","data":{"object":{"metadata":null,"subscription_details":{"metadata":{"product":"another"}}}}}""", "evt_p4", 0)]
    [InlineData("""{"id":"evt_p5","type":"a","data":{"object":"x"}}""", "evt_p5", 1)]
    public async Task Events_of_other_products_pass_by(string body, string id, int effects)
    {
        (await app.Deliver(body)).ShouldBe(200);
        (await app.Effects(id)).ShouldBe(effects);
    }

    [Fact]
    public async Task Stripe_is_asked_before_and_the_event_comes_again_when_it_does_not_answer()
    {
        const string Body = """{"id":"evt_asked","type":"payment_intent.succeeded","data":{"object":{"id":"pi_1","object":"payment_intent","status":"processing"}}}""";
        app.Stripe.Answer(503);
        (await app.Deliver(Body, "/hooks/asking")).ShouldBe(503).Header("Retry-After").ShouldNotBeNull();
        app.Stripe.Answer(http => http.Response.WriteAsync("""{"id":"pi_1","object":"payment_intent","status":"succeeded"}"""));
        (await app.Deliver(Body, "/hooks/asking")).ShouldBe(200);
        (await app.Deliver(Body, "/hooks/asking")).ShouldBe(200);
        (await app.Effects("evt_askedsucceeded")).ShouldBe(1, "what Stripe says counts, not what the event says");
    }

    [Fact]
    public async Task Without_a_secret_the_route_is_closed_and_the_log_says_so()
    {
        var closed = await app.StartNode(new Dictionary<string, string?>(StringComparer.Ordinal) { ["Stripe:WebhookSecret"] = "" });
        const string Body = """{"id":"evt_closed","type":"a","data":{}}""";
        (await PaymentsApp.Of(closed).With(StripeSignatures.HeaderName, StripeSignatures.HeaderOf(System.Text.Encoding.UTF8.GetBytes(Body), app.Clock.GetUtcNow(), PaymentsApp.Secret))
            .Post("/hooks/stripe", Body)).ShouldBe(503);
        string.Join('\n', app.Log.All).ShouldContain("set Stripe__WebhookSecret");
        string.Join('\n', app.Log.All).ShouldNotContain(PaymentsApp.Secret);
    }

    [Fact]
    public async Task The_reference_describes_the_route()
    {
        var post = (await app.Api.Get("/openapi.json")).ShouldBe(200).Json.GetProperty("paths").GetProperty("/hooks/stripe").GetProperty("post");
        post.GetProperty("requestBody").GetProperty("content").TryGetProperty("application/json", out _).ShouldBeTrue();
        post.GetProperty("responses").TryGetProperty("200", out _).ShouldBeTrue();
    }

    [Fact]
    public async Task Ids_are_kept_for_sixty_days()
    {
        await app.Database.Execute(
            """
            insert into stripe_events (endpoint, id, type, received_at) values
                ('e', 'evt_59', 'a', clock() - interval '59 days'), ('e', 'evt_61', 'a', clock() - interval '61 days')
            """, null, PaymentsApp.Stop);
        await app.Advance(TimeSpan.FromHours(6));
        await app.RunJobs();
        (await app.Database.List<string>("select id from stripe_events where id in ('evt_59', 'evt_61')", null, PaymentsApp.Stop)).ShouldBe(["evt_59"]);
    }
}
