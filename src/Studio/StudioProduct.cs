using System.Text.Json;
using Colonnade.Platform.Accounts;
using Colonnade.Platform.Files;
using Colonnade.Platform.Idempotency;
using Colonnade.Platform.Jobs;
using Colonnade.Platform.Mail;
using Colonnade.Platform.OneTimeCodes;
using Colonnade.Platform.Payments;
using Colonnade.Platform.RateLimits;
using Colonnade.Platform.Reference;
using Colonnade.Platform.Tokens;
using Colonnade.Platform.Web;
using Colonnade.Platform.Webhooks;
using Colonnade.Studio.Catalogue;
using Colonnade.Studio.Jobs;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Colonnade.Studio;

/// <summary>A marketplace of creative services: packages, orders that are paid for, files that are delivered. The table of contents of this product.</summary>
public static class StudioProduct
{
    public static readonly ProductIdentity Identity = new("Studio", 3001, typeof(StudioProduct).Assembly);

    /// <summary>What people work with; pages and programs are not among it.</summary>
    private static readonly FileRules Files = new(FileType.All);

    public static WebApplication Build(WebApplicationBuilder builder)
    {
        builder.AddProduct(Identity, new StudioErrors(), JsonNamingPolicy.CamelCase);
        builder.Services.ConfigureHttpJsonOptions(static json => json.SerializerOptions.TypeInfoResolverChain.Insert(0, StudioJson.Default));
        builder.Services.AddValidation();
        builder.Services.AddAccounts(new AccountRules { Lock = SignInLock.Hidden });
        builder.Services.AddTokens(new TokenRules { AccessLife = TimeSpan.FromHours(24) });
        builder.Services.AddOneTimeCodes();
        builder.Services.AddRateLimits();
        builder.Services.AddIdempotency();
        builder.Services.AddWebhooks(new WebhookRules(EventTypes.All));
        builder.Services.AddFiles(Files);
        builder.Services.AddJobs(jobs => jobs.Add<MailPasswordReset>().Add<MailOrderNews>().Add<RunOrderTimer>().Add<WatchPayment>().Add<CloseIntent>().Add<SendRefund>());
        builder.AddMail();
        builder.AddPayments();
        builder.Services.AddSingleton<ServiceShelf>();
        builder.Services.AddSingleton<OrderMoves>();
        builder.Services.AddSingleton<OrderPayments>();
        builder.Services.AddSingleton<OrderRefunds>();
        builder.Services.AddPreparation(StarterCatalogue.Seed);
        builder.Services.AddReference(new ReferenceRules("Creative services in packages: order, pay, brief, receive, accept.")
        {
            Tags =
            [
                ("Authentication", "Accounts, tokens and forgotten passwords."),
                ("Users", "The own profile."),
                ("Services", "What providers offer, in packages."),
                ("Orders", "Orders and their steps from one status to another."),
                ("Payments", "Paying for an order."),
                ("Refunds", "What was paid back."),
                ("Content", "Files of orders."),
                ("Messages", "What customer and provider write to each other."),
                ("Disputes", "What an operator has to decide."),
                ("Webhooks", "What payment providers tell, and who is told of orders."),
            ],
        });

        var app = builder.Build();
        // It listens for changes from the start.
        app.Services.GetRequiredService<ServiceShelf>();
        app.UseProduct();
        app.MapReference();
        app.MapTokens();
        app.MapFiles();
        app.MapResetPage();
        app.MapOrderStates();

        var api = app.MapGroup("/api");
        api.MapRegistration();
        api.MapSignIn();
        api.MapPasswordReset();
        api.MapProfile();
        api.MapServices();
        api.MapServiceEditing();
        api.MapOrders();
        api.MapOrderLife();
        api.MapDisputes();
        api.MapRefunds();
        api.MapMessages();
        api.MapOrderHistory();
        api.MapPayments();
        api.MapContent();
        api.MapInboundWebhooks();
        api.MapWebhooks();
        return app;
    }
}
