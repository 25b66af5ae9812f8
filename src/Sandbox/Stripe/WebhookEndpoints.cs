using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Routing;

namespace Colonnade.Sandbox.Stripe;

/// <summary>/v1/webhook_endpoints: who else wants to be told. The secret is in the answer to the creation, and nowhere after.</summary>
internal static class WebhookEndpoints
{
    private const string Secret = "sandbox_secret";

    public static void MapWebhookEndpoints(this IEndpointRouteBuilder v1)
    {
        v1.Write("/webhook_endpoints", Create);
        v1.Read("/webhook_endpoints", List);
        v1.Read("/webhook_endpoints/{id}", static async call => Shown(await call.Objects.Find("webhook_endpoint", call.Id)));
        v1.Write("/webhook_endpoints/{id}", Update);
        v1.Remove("/webhook_endpoints/{id}", Delete);
    }

    private static async Task<JsonObject> Create(StripeCall call)
    {
        var endpoint = new JsonObject
        {
            ["id"] = Objects.NewId("we"),
            ["object"] = "webhook_endpoint",
            ["api_version"] = call.Given.Filled("api_version"),
            ["application"] = null,
            ["created"] = call.Seconds,
            ["description"] = call.Given.Filled("description"),
            ["enabled_events"] = Wanted(call),
            ["livemode"] = false,
            ["metadata"] = call.Given.Metadata(),
            ["status"] = "enabled",
            ["url"] = Url(call),
            [Secret] = Objects.NewId("whsec", 32),
        };
        await call.Objects.Add(endpoint);
        var answer = Shown(endpoint);
        answer["secret"] = (string)endpoint[Secret]!;
        return answer;
    }

    private static async Task<JsonObject> List(StripeCall call)
    {
        var page = await call.Objects.Page("webhook_endpoint", "/v1/webhook_endpoints", [], call.Given);
        foreach (var endpoint in page["data"]!.AsArray())
            endpoint!.AsObject().Remove(Secret);
        return page;
    }

    private static async Task<JsonObject> Update(StripeCall call)
    {
        var endpoint = await call.Objects.Lock("webhook_endpoint", call.Id);
        endpoint["metadata"] = call.Given.Metadata((JsonObject)endpoint["metadata"]!);
        if (call.Given.Has("url"))
            endpoint["url"] = Url(call);
        if (call.Given.Has("enabled_events"))
            endpoint["enabled_events"] = Wanted(call);
        if (call.Given.Flag("disabled") is { } disabled)
            endpoint["status"] = disabled ? "disabled" : "enabled";
        if (call.Given.Text("description") is { } description)
            endpoint["description"] = description;
        await call.Objects.Save(endpoint);
        return Shown(endpoint);
    }

    private static async Task<JsonObject> Delete(StripeCall call)
    {
        await call.Objects.Lock("webhook_endpoint", call.Id);
        await call.Objects.Remove(call.Id);
        return new JsonObject { ["id"] = call.Id, ["object"] = "webhook_endpoint", ["deleted"] = true };
    }

    private static JsonArray Wanted(StripeCall call) => call.Given.Texts("enabled_events") is { Count: > 0 } wanted
        ? new JsonArray([.. wanted.Select(type => (JsonNode)type)])
        : throw StripeRefusal.Missing("enabled_events");

    private static string Url(StripeCall call)
    {
        var url = call.Given.Required("url");
        return url.Length <= 2048 && Uri.TryCreate(url, UriKind.Absolute, out var parsed) && parsed.Scheme is "http" or "https"
            ? url
            : throw StripeRefusal.Invalid("url", "Invalid URL: An explicit scheme (such as https) must be provided.", "url_invalid");
    }

    private static JsonObject Shown(JsonObject endpoint)
    {
        var shown = (JsonObject)endpoint.DeepClone();
        shown.Remove(Secret);
        return shown;
    }
}
