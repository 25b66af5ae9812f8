using System.Text.Json;
using Colonnade.Fragrances.Catalogue;
using Colonnade.Fragrances.Jobs;
using Colonnade.Platform.Accounts;
using Colonnade.Platform.Database;
using Colonnade.Platform.Idempotency;
using Colonnade.Platform.Jobs;
using Colonnade.Platform.Mail;
using Colonnade.Platform.OneTimeCodes;
using Colonnade.Platform.RateLimits;
using Colonnade.Platform.Reference;
using Colonnade.Platform.Tokens;
using Colonnade.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Colonnade.Fragrances;

/// <summary>Search over a fragrance catalogue and personal collections. The table of contents of this product.</summary>
public static class FragrancesProduct
{
    public static readonly ProductIdentity Identity = new("Fragrances", 3004, typeof(FragrancesProduct).Assembly);

    public static WebApplication Build(WebApplicationBuilder builder)
    {
        builder.AddProduct(Identity, new FragrancesErrors(), JsonNamingPolicy.CamelCase);
        builder.Services.AddValidation();
        builder.Services.AddAccounts(new AccountRules { Lock = SignInLock.Shown, RefuseWorstPasswords = true });
        builder.Services.AddTokens(new TokenRules());
        builder.Services.AddOneTimeCodes();
        builder.Services.AddRateLimits();
        builder.Services.AddIdempotency();
        builder.Services.AddJobs(jobs => jobs.Add<MailEmailVerification>().Add<MailPasswordReset>());
        builder.AddMail();
        builder.Services.AddSingleton<LiveCatalogue>();
        builder.Services.AddHostedService(provider => provider.GetRequiredService<LiveCatalogue>());
        builder.Services.ShedWhenWaitingFor(static services => services.GetRequiredService<LiveCatalogue>().Turns);
        builder.Services.ReadyWhen("reading the catalogue", static services => services.GetRequiredService<LiveCatalogue>().IsRead);
        builder.Services.AddPreparation(static (services, stop) => services.GetRequiredService<IConfiguration>().GetValue("Fragrances:Starter", true)
            ? StarterCatalogue.Seed(services.GetRequiredService<ProductDatabase>(), services.GetRequiredService<TimeProvider>(), stop)
            : Task.CompletedTask);
        builder.Services.AddReference(new ReferenceRules("Search over a fragrance catalogue that forgives typing errors, and personal collections.")
        {
            Tags =
            [
                ("Authentication", "Accounts, tokens and forgotten passwords."),
                ("Profile", "What an account says of itself."),
                ("Fragrances", "The catalogue: search, details, brands."),
                ("Collection", "What an account owns and wishes for."),
                ("Wears", "When what was worn."),
                ("Import and export", "Collections as files."),
            ],
        });

        var app = builder.Build();
        app.UseProduct();
        app.MapReference();
        app.MapTokens();
        app.MapLinkPages();

        var api = app.MapGroup("/api");
        api.MapRegistration();
        api.MapEmailVerification();
        api.MapSignIn();
        api.MapPasswordReset();
        api.MapProfile();
        api.MapFragranceSearch();
        api.MapBrands();
        api.MapCollection();
        api.MapWears();
        api.MapCollectionStats();
        api.MapCollectionImport();
        api.MapImportReview();
        api.MapCollectionExport();
        api.MapPublicCollections();
        return app;
    }
}
