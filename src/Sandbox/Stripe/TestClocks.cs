using System.Text.Json.Nodes;
using Colonnade.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Colonnade.Sandbox.Stripe;

/// <summary>
/// /v1/test_helpers/test_clocks: customers whose time stands still until it is moved. And the Sandbox's own short cut:
/// <c>POST /stripe/subscriptions/{id}/advance</c> moves a subscription to the end of its period.
/// </summary>
internal static class TestClocks
{
    private const string Kind = "test_helpers.test_clock";

    public static void MapTestClocks(this IEndpointRouteBuilder v1)
    {
        v1.Write("/test_helpers/test_clocks", Create);
        v1.Read("/test_helpers/test_clocks", static call => call.Objects.Page(Kind, "/v1/test_helpers/test_clocks", [], call.Given));
        v1.Read("/test_helpers/test_clocks/{id}", static call => call.Objects.Find(Kind, call.Id));
        v1.Write("/test_helpers/test_clocks/{id}/advance", Advance);
        v1.Remove("/test_helpers/test_clocks/{id}", Delete);
    }

    public static void MapShortCuts(this IEndpointRouteBuilder app) => app.MapPost("/stripe/subscriptions/{id}/advance", NextPeriod).AllowAnyone();

    /// <summary>What time it is for whoever <paramref name="of"/> belongs to: its test clock's, or everybody's.</summary>
    public static async Task<DateTimeOffset> NowOf(StripeCall call, JsonObject of) =>
        (string?)of["test_clock"] is { } id && await call.Objects.TryFind(Kind, id) is { } clock ? SubscriptionShape.Time(clock["frozen_time"]) : call.Now;

    private static async Task<JsonObject> Create(StripeCall call)
    {
        var clock = New(call, call.Given.Time("frozen_time")?.ToUnixTimeSeconds() ?? throw StripeRefusal.Missing("frozen_time"), call.Given.Filled("name"));
        await call.Objects.Add(clock);
        return clock;
    }

    private static async Task<JsonObject> Advance(StripeCall call)
    {
        var clock = await call.Objects.Lock(Kind, call.Id);
        var to = call.Given.Time("frozen_time")?.ToUnixTimeSeconds() ?? throw StripeRefusal.Missing("frozen_time");
        if (to <= (long)clock["frozen_time"]!)
            throw StripeRefusal.Invalid("frozen_time", "You can only advance a test clock forward.");
        await MoveTo(call, clock, to);
        return clock;
    }

    private static async Task<JsonObject> Delete(StripeCall call)
    {
        await call.Objects.Lock(Kind, call.Id);
        await call.Objects.Remove(call.Id);
        return new JsonObject { ["id"] = call.Id, ["object"] = Kind, ["deleted"] = true };
    }

    private static async Task MoveTo(StripeCall call, JsonObject clock, long to)
    {
        clock["frozen_time"] = to;
        await call.Objects.Save(clock);
        foreach (var subscription in await call.Objects.All("subscription", new JsonObject { ["test_clock"] = (string)clock["id"]! }))
            await SubscriptionCycle.CatchUp(call, (string)subscription["id"]!, DateTimeOffset.FromUnixTimeSeconds(to));
        await call.Tell("test_helpers.test_clock.ready", clock);
    }

    private static async Task<IResult> NextPeriod(string id, HttpContext http)
    {
        var desk = http.RequestServices.GetRequiredService<StripeDesk>();
        try
        {
            var after = await desk.Do(async call =>
            {
                var subscription = await call.Objects.Lock("subscription", id);
                if ((string?)subscription["test_clock"] is not { } clockId)
                    clockId = await PutUnderClock(call, subscription);
                var clock = await call.Objects.Lock(Kind, clockId);
                await MoveTo(call, clock, SubscriptionShape.PeriodEnd(subscription).ToUnixTimeSeconds());
                return await call.Objects.Find("subscription", id);
            });
            return TypedResults.Text(after.ToJsonString(), "application/json");
        }
        catch (StripeRefusal refusal)
        {
            return TypedResults.Text(new JsonObject { ["error"] = refusal.Error.DeepClone() }.ToJsonString(), "application/json", statusCode: refusal.Status);
        }
    }

    /// <summary>The customer's time stands still from now on, for all they subscribed to.</summary>
    private static async Task<string> PutUnderClock(StripeCall call, JsonObject subscription)
    {
        var clock = New(call, call.Seconds, "made by the Sandbox");
        await call.Objects.Add(clock);
        var id = (string)clock["id"]!;
        var customer = await call.Objects.Lock("customer", (string)subscription["customer"]!);
        customer["test_clock"] = id;
        await call.Objects.Save(customer);
        foreach (var each in await call.Objects.All("subscription", new JsonObject { ["customer"] = (string)customer["id"]! }))
        {
            var one = await call.Objects.Lock("subscription", (string)each["id"]!);
            one["test_clock"] = id;
            await call.Objects.Save(one);
        }

        return id;
    }

    private static JsonObject New(StripeCall call, long frozen, string? name) => new()
    {
        ["id"] = Objects.NewId("clock"),
        ["object"] = Kind,
        ["created"] = call.Seconds,
        ["deletes_after"] = frozen + (long)TimeSpan.FromDays(30).TotalSeconds,
        ["frozen_time"] = frozen,
        ["livemode"] = false,
        ["name"] = name,
        ["status"] = "ready",
        ["status_details"] = new JsonObject(),
    };
}
