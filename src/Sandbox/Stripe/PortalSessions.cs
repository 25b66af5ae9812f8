using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Routing;

namespace Colonnade.Sandbox.Stripe;

/// <summary>/v1/billing_portal/sessions. The page is in <see cref="Pages.PortalPage"/>; its URL is good for an hour.</summary>
internal static class PortalSessions
{
    private const long Life = 3600;

    public static void MapPortalSessions(this IEndpointRouteBuilder v1) => v1.Write("/billing_portal/sessions", Create);

    /// <summary>The session with this secret; a refusal when there is none, or none any more.</summary>
    public static async Task<JsonObject> Living(StripeCall call, string secret) =>
        (await call.Objects.All("billing_portal.session", new JsonObject { ["sandbox_secret"] = secret })) is [var session] && (long)session["created"]! + Life > call.Seconds
            ? session
            : throw StripeRefusal.Invalid(null, "This portal session has expired. Go back and open the portal again.", null, 404);

    private static async Task<JsonObject> Create(StripeCall call)
    {
        var customer = await Customers.Living(call, call.Given.Required("customer"));
        var returnUrl = call.Given.Filled("return_url");
        if (returnUrl is not null && !(Uri.TryCreate(returnUrl, UriKind.Absolute, out var url) && url.Scheme is "http" or "https"))
            throw StripeRefusal.Invalid("return_url", "Not a valid URL", "url_invalid");
        var flow = call.Given.Of("flow_data")?.Choice("type", "payment_method_update", "subscription_cancel", "subscription_update", "subscription_update_confirm");
        var secret = Objects.NewId("test", 40);
        var session = new JsonObject
        {
            ["id"] = Objects.NewId("bps"),
            ["object"] = "billing_portal.session",
            ["configuration"] = "bpc_sandbox",
            ["created"] = call.Seconds,
            ["customer"] = (string)customer["id"]!,
            ["customer_account"] = null,
            ["flow"] = flow is null ? null : new JsonObject { ["type"] = flow },
            ["livemode"] = false,
            ["locale"] = null,
            ["on_behalf_of"] = null,
            ["return_url"] = returnUrl,
            ["url"] = call.Desk.UrlOf("/portal/" + secret + (flow == "payment_method_update" ? "#card" : "")),
            ["sandbox_secret"] = secret,
        };
        await call.Objects.Add(session);
        var shown = (JsonObject)session.DeepClone();
        shown.Remove("sandbox_secret");
        return shown;
    }
}
