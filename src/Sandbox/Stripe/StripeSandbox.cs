using Colonnade.Platform.Jobs;
using Colonnade.Platform.Web;
using Colonnade.Sandbox.Stripe.Pages;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Colonnade.Sandbox.Stripe;

/// <summary>
/// Stands in for Stripe: the API under <c>/v1</c>, the pages in which people pay, webhooks, and under <c>/stripe</c> the ledger and what
/// tests need. All of it lies in PostgreSQL and outlives a restart.
/// </summary>
internal static class StripeSandbox
{
    public static void AddStripe(this IServiceCollection services)
    {
        services.AddSingleton<WebhookTargets>();
        services.AddSingleton<StripeDesk>();
        services.AddSingleton(_ => new OutgoingHttp(OutgoingRules.Configured));
        services.AddJobs(jobs =>
        {
            jobs.Add<DeliverStripeWebhook>();
            jobs.Every<TendStripe>(TimeSpan.FromSeconds(30));
        });
    }

    public static void MapStripe(this IEndpointRouteBuilder app)
    {
        var v1 = app.MapGroup("/v1").AllowAnyone();
        v1.MapCustomers();
        v1.MapPaymentMethods();
        v1.MapPaymentIntents();
        v1.MapCharges();
        v1.MapRefunds();
        v1.MapProducts();
        v1.MapPrices();
        v1.MapSubscriptions();
        v1.MapInvoices();
        v1.MapCheckoutSessions();
        v1.MapPortalSessions();
        v1.MapEvents();
        v1.MapWebhookEndpoints();
        v1.MapBalance();
        v1.MapTestClocks();
        v1.MapUnknown();

        app.MapPayPage();
        app.MapCheckoutPage();
        app.MapPortalPage();
        app.MapInvoicePage();
        app.MapLedgerPage();
        app.MapLedger();
        app.MapFaults();
        app.MapShortCuts();
    }
}
