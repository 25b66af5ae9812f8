using System.Text.Json;
using Colonnade.FigureForge.Jobs;
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
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Colonnade.FigureForge;

/// <summary>Reference pictures for figure drawing: drawn on demand, paid for in credits, kept, shared and practised with. The table of contents of this product.</summary>
public static class FigureForgeProduct
{
    public static readonly ProductIdentity Identity = new("FigureForge", 3003, typeof(FigureForgeProduct).Assembly);

    private static readonly FileRules Files = new([FileType.Png, FileType.Jpeg, FileType.WebP]) { QuotaBytes = 100L * 1024 * 1024 * 1024, QuotaFiles = 100_000 };

    public static WebApplication Build(WebApplicationBuilder builder)
    {
        builder.AddProduct(Identity, new FigureForgeErrors(), JsonNamingPolicy.SnakeCaseLower);
        builder.Services.ConfigureHttpJsonOptions(static json => json.SerializerOptions.TypeInfoResolverChain.Insert(0, FigureForgeJson.Default));
        builder.Services.AddValidation();
        builder.Services.AddAccounts(new AccountRules());
        builder.Services.AddTokens(new TokenRules());
        builder.Services.AddOneTimeCodes();
        builder.Services.AddRateLimits();
        builder.Services.AddIdempotency();
        builder.Services.AddFiles(Files);
        builder.Services.AddJobs(jobs => jobs
            .Add<MailMagicLink>().Add<DrawFigures>().Add<AskBlackForestLabs>().Add<ExpireGeneration>().Every<TendGenerations>(TimeSpan.FromMinutes(1))
            .Every<GrantMonthlyCredits>(TimeSpan.FromMinutes(5)).Add<EraseImages>()
            .Add<SyncBilling>().Every<TendSubscriptions>(TimeSpan.FromMinutes(15)).Add<UndoSubscription>().Add<CloseCustomer>().Add<MailPaymentProblem>().Add<WatchCheckout>());
        builder.AddMail();
        builder.AddPayments();
        builder.Services.AddSingleton<BlackForestLabs>();
        builder.Services.AddSingleton<GenerationModels>();
        builder.Services.AddSingleton<Drawing>();
        builder.Services.AddSingleton<GenerationNews>();
        builder.Services.AddSingleton<ImageLinks>();
        builder.Services.AddSingleton<Billing>();
        builder.Services.AddSingleton<Checkouts>();
        builder.Services.AddSingleton<ReturnUrls>();
        builder.Services.AddReference(new ReferenceRules("Figures to draw from: generated, kept, shared and practised with.")
        {
            HasTrailingSlashes = true,
            Tags =
            [
                ("Authentication", "Codes by mail, and tokens."),
                ("Users", "The own account."),
                ("Images", "Generating, keeping and showing figures."),
                ("Boards", "Images put together."),
                ("Practice", "Drawing against the clock."),
                ("Pricing", "What it costs, for everybody."),
                ("Subscriptions", "Plans, credits and bills."),
                ("Webhooks", "What Stripe tells."),
            ],
        });

        var app = builder.Build();
        // It listens for changes from the start.
        app.Services.GetRequiredService<GenerationNews>();
        app.UseProduct();
        app.MapReference();
        app.MapTokens();
        app.MapFiles();
        app.MapMagicLinkPage();

        var api = app.MapGroup("/api");
        api.MapMagicLinks();
        api.MapSignIn();
        api.MapProfile();
        api.MapAccountDeletion();
        var images = api.MapGroup("/images").WithTags("Images");
        images.MapChoosing();
        images.MapGeneration();
        images.MapGenerationJobs();
        images.MapGallery();
        images.MapBulkActions();
        images.MapImageReports();
        images.MapImages();
        api.MapBoards();
        api.MapPractice();
        api.MapPricing();
        api.MapSubscriptions();
        api.MapPlanChanges();
        api.MapInboundWebhooks();
        return app;
    }
}
