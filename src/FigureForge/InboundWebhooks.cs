using System.Text.Json;
using Colonnade.FigureForge.Jobs;
using Colonnade.Platform.Database;
using Colonnade.Platform.Jobs;
using Colonnade.Platform.Payments;
using Colonnade.Platform.RateLimits;
using Colonnade.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Colonnade.FigureForge;

/// <summary>/api/webhooks: what Stripe tells, signed. It says where to look; what is so, Stripe is asked.</summary>
public static class InboundWebhooks
{
    public static void MapInboundWebhooks(this IEndpointRouteBuilder api)
    {
        var webhooks = api.MapGroup("/webhooks").WithTags("Webhooks");
        webhooks.MapStripeWebhook("/stripe/", Ask, Apply).Limit(FigureForgeLimits.EventsPerAddress);
        webhooks.MapGet("/health/", Health).AllowAnyone().Limit(FigureForgeLimits.HealthPerAddress)
            .WithSummary("Read whether events are taken");
    }

    private static async Task<Told> Ask(StripeEvent happened, IServiceProvider services, CancellationToken stop)
    {
        StripeCheckoutSession? session = null;
        if (happened.ResourceKind == "checkout.session" && happened.ResourceId is { Length: > 0 and <= 255 } id
            && await services.GetRequiredService<ProductDatabase>().One<bool>("select exists (select from checkouts where session_id = @id)", new { id }, stop))
            session = (await services.GetRequiredService<StripeClient>().CheckoutSessions.Retrieve(id, stop)).OrUnavailable();
        var facts = CustomerOf(happened) is { } customer ? await services.GetRequiredService<Billing>().Ask(customer, stop) : null;
        return new Told(facts, session);
    }

    private static async Task Apply(StripeEvent happened, Told told, Work work, IServiceProvider services, CancellationToken stop)
    {
        if (told.Session is not null)
            await Checkouts.Settle(work, told.Session, stop);
        // Somebody was faster, perhaps with older news: a job asks again.
        if (told.Facts is not null && !await services.GetRequiredService<Billing>().Apply(work, told.Facts, stop))
            await work.Enqueue(new SyncBilling(told.Facts.Account), stop);
    }

    private static Ok<WebhookHealth> Health(StripeSignatures signatures, Listener listener) =>
        TypedResults.Ok(new WebhookHealth(signatures.CanVerify && listener.IsLive ? "ok" : "degraded"));

    private static string? CustomerOf(StripeEvent happened)
    {
        if (happened.ResourceKind == "customer")
            return happened.ResourceId;
        if (happened.Resource.ValueKind != JsonValueKind.Object || !happened.Resource.TryGetProperty("customer", out var customer))
            return null;
        return customer.ValueKind switch
        {
            JsonValueKind.String when customer.GetString() is { Length: > 0 and <= 255 } id => id,
            JsonValueKind.Object when customer.TryGetProperty("id", out var id) && id.ValueKind == JsonValueKind.String => id.GetString(),
            _ => null,
        };
    }

    private sealed record Told(BillingFacts? Facts, StripeCheckoutSession? Session);
}

public sealed record WebhookHealth(string Status);
