using System.Text.Json;
using Colonnade.Narhub.Jobs;
using Colonnade.Platform.Accounts;
using Colonnade.Platform.Database;
using Colonnade.Platform.Documents;
using Colonnade.Platform.Idempotency;
using Colonnade.Platform.Jobs;
using Colonnade.Platform.Mail;
using Colonnade.Platform.OneTimeCodes;
using Colonnade.Platform.RateLimits;
using Colonnade.Platform.Reference;
using Colonnade.Platform.Sessions;
using Colonnade.Platform.Web;
using Colonnade.Platform.Webhooks;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Colonnade.Narhub;

/// <summary>Enterprise software, from cart to paid invoice. The table of contents of this product.</summary>
public static class NarhubProduct
{
    public static readonly ProductIdentity Identity = new("Narhub", 3000, typeof(NarhubProduct).Assembly);

    public static WebApplication Build(WebApplicationBuilder builder)
    {
        // Orders and users are written in snake_case; what concerns carts and products says its camelCase names itself.
        builder.AddProduct(Identity, new NarhubErrors(), JsonNamingPolicy.SnakeCaseLower);
        builder.Services.ConfigureHttpJsonOptions(static json => json.SerializerOptions.TypeInfoResolverChain.Insert(0, NarhubJson.Default));
        builder.Services.AddValidation();
        // The document's own passwords are among the worst.
        builder.Services.AddAccounts(new AccountRules { Lock = SignInLock.Hidden, RefuseWorstPasswords = false });
        builder.Services.AddCookieSessions(new CookieSessionRules("next-auth.session-token"));
        builder.Services.AddProtectedPaths("/api/user", "/api/cart", "/api/orders", "/api/quotes", "/api/admin");
        builder.Services.AddOneTimeCodes();
        builder.Services.AddRateLimits();
        builder.Services.AddIdempotency();
        builder.Services.AddWebhooks(new WebhookRules(EventTypes.All));
        builder.Services.AddDocuments();
        builder.AddOrders();
        builder.Services.AddJobs(jobs => jobs.Add<MailEmailVerification>().Add<MailPasswordReset>());
        builder.AddMail();
        builder.Services.AddPreparation(static (services, stop) => StarterCatalogue.IsWanted(services.GetRequiredService<IConfiguration>(), services.GetRequiredService<IHostEnvironment>())
            ? StarterCatalogue.Seed(services.GetRequiredService<ProductDatabase>(), stop)
            : Task.CompletedTask);
        builder.Services.AddReference(new ReferenceRules("A marketplace of enterprise software: carts, orders paid by bank transfer, invoices.")
        {
            Remarks = "Whoever asks for it, by `?envelope=1` or `Accept: application/json; profile=\"envelope\"`, gets every JSON answer as `{data, message, error}`.",
            Tags =
            [
                ("Auth", "Accounts, sessions and forgotten passwords."),
                ("Auth.js", "What next-auth's client asks for."),
                ("User", "The own account."),
                ("Products", "The catalogue."),
                ("Cart", "What is meant to be ordered."),
                ("Orders", "Orders and their papers."),
                ("Quotes", "Final prices before an order."),
                ("Admin", "Catalogue and users, for operators."),
                ("Admin: orders", "All orders, for operators."),
                ("Admin: payments", "Payments, bank statements and what found no order, for operators."),
                ("Admin: invoices", "Invoices and credit notes, for operators."),
                ("Admin: quotes", "Requests for quotes and their answers, for operators."),
                ("Admin: webhooks", "Where orders are told of, for operators."),
            ],
        });

        var app = builder.Build();
        app.UseProduct();
        app.UseMiddleware<Envelope>();
        app.MapReference();
        app.MapLinkPages();

        var api = app.MapGroup("/api").AllowCredentials();
        api.MapRegistration();
        api.MapSignIn();
        api.MapAuthJs();
        api.MapEmailVerification();
        api.MapPasswordReset();
        api.MapProfile();
        api.MapUserExport();
        api.MapErasure();
        api.MapProducts();
        api.MapCart();
        api.MapOrders();
        api.MapInvoices();
        api.MapQuotes();
        api.MapAdminOrders();
        api.MapAdminPayments();
        api.MapAdminStatements();
        api.MapAdminInvoices();
        api.MapAdminQuotes();
        api.MapAdminWebhooks();
        api.MapAdminProducts();
        api.MapAdminUsers();
        return app;
    }
}
