using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Routing;

namespace Colonnade.Sandbox.Stripe;

/// <summary>/v1/events: all that happened, and to whom it is told.</summary>
internal static class Events
{
    public static void MapEvents(this IEndpointRouteBuilder v1)
    {
        v1.Read("/events", List);
        v1.Read("/events/{id}", static call => call.Objects.Find("event", call.Id));
    }

    /// <summary>Writes an event down and has it delivered, in the call's transaction.</summary>
    public static async Task Record(StripeCall call, string type, JsonObject resource, JsonObject? previous)
    {
        var data = new JsonObject { ["object"] = resource.DeepClone() };
        if (previous is not null)
            data["previous_attributes"] = previous;
        var product = await ProductOf(call, resource);
        var targets = await Targets(call, type, product);
        var happened = new JsonObject
        {
            ["id"] = Objects.NewId("evt"),
            ["object"] = "event",
            ["api_version"] = null,
            ["created"] = call.Seconds,
            ["data"] = data,
            ["livemode"] = false,
            ["pending_webhooks"] = targets.Count,
            ["request"] = new JsonObject { ["id"] = call.RequestId, ["idempotency_key"] = call.IdempotencyKey },
            ["type"] = type,
        };
        await call.Objects.Add(happened);
        if (targets.Count > 0)
            await Deliveries.Plan(call.Work, (string)happened["id"]!, targets);
    }

    /// <summary>Whose it is: as its own metadata says, or its subscription's, or its customer's; null when nothing does.</summary>
    private static async Task<string?> ProductOf(StripeCall call, JsonObject resource)
    {
        if (Named(resource) is { } own)
            return own;
        if ((string?)resource["parent"]?["subscription_details"]?["metadata"]?["product"] is { } subscribed)
            return subscribed;
        if (resource["invoice"] is JsonValue of && of.TryGetValue<string>(out var invoice) && await call.Objects.TryFind("invoice", invoice) is { } found
            && (string?)found["parent"]?["subscription_details"]?["metadata"]?["product"] is { } invoiced)
        {
            return invoiced;
        }

        return (string?)resource["customer"] is { } customer && await call.Objects.TryFind("customer", customer) is { } owner ? Named(owner) : null;

        static string? Named(JsonObject thing) => (string?)thing["metadata"]?["product"];
    }

    private static async Task<List<DeliveryTarget>> Targets(StripeCall call, string type, string? product)
    {
        var targets = call.Desk.Targets.Products.Where(target => product is null || target.Product == product).ToList();
        foreach (var endpoint in await call.Objects.All("webhook_endpoint", new JsonObject { ["status"] = "enabled" }))
        {
            if (endpoint["enabled_events"]!.AsArray().Any(wanted => (string?)wanted == "*" || (string?)wanted == type))
                targets.Add(new DeliveryTarget((string)endpoint["url"]!, null, (string)endpoint["id"]!));
        }

        return targets;
    }

    private static Task<JsonObject> List(StripeCall call)
    {
        var types = call.Given.Texts("types");
        if (call.Given.Filled("type") is { } single)
            types = [single];
        // "invoice.*" stands for all that begins so.
        return call.Objects.Page("event", "/v1/events", [], call.Given,
            types.Count == 0 ? "true" : "body ->> 'type' like any (select replace(replace(v, '_', '\\_'), '*', '%') from unnest(@Values) v)", types);
    }
}
