using System.Text.Json;
using Colonnade.OrderDesk.Jobs;
using Colonnade.Platform.Accounts;
using Colonnade.Platform.ApiTokens;
using Colonnade.Platform.Idempotency;
using Colonnade.Platform.Jobs;
using Colonnade.Platform.Mail;
using Colonnade.Platform.OneTimeCodes;
using Colonnade.Platform.RateLimits;
using Colonnade.Platform.Reference;
using Colonnade.Platform.Tokens;
using Colonnade.Platform.Web;
using Colonnade.Platform.Webhooks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.Extensions.DependencyInjection;

namespace Colonnade.OrderDesk;

/// <summary>Users and orders behind a service token. The table of contents of this product.</summary>
public static class OrderDeskProduct
{
    public static readonly ProductIdentity Identity = new("OrderDesk", 3002, typeof(OrderDeskProduct).Assembly);

    public static WebApplication Build(WebApplicationBuilder builder)
    {
        builder.AddProduct(Identity, new OrderDeskErrors(), JsonNamingPolicy.CamelCase);
        builder.Services.AddValidation();
        builder.Services.ConfigureHttpJsonOptions(static json => json.SerializerOptions.TypeInfoResolverChain.Insert(0, OrderDeskJson.Default));
        // The document's own passwords are among the worst.
        builder.Services.AddAccounts(new AccountRules { Lock = SignInLock.Hidden, RefuseWorstPasswords = false });
        builder.Services.AddTokens(new TokenRules());
        builder.Services.AddApiTokens(new ApiTokenRules([Scopes.ReadUsers, Scopes.WriteUsers, Scopes.ReadOrders, Scopes.WriteOrders])
        {
            AccountScopes = [Scopes.ReadUsers, Scopes.WriteUsers, Scopes.ReadOrders, Scopes.WriteOrders],
        });
        builder.Services.AddProtectedPaths("/api/user", "/api/order", "/api/orders", "/api/tokens", "/api/webhooks", "/api/auth/sessions", "/api/auth/logout");
        builder.Services.AddWebhooks(new WebhookRules(EventTypes.All));
        builder.Services.AddOneTimeCodes();
        builder.Services.AddRateLimits();
        builder.Services.AddIdempotency();
        builder.Services.AddJobs(jobs => jobs.Add<MailEmailVerification>().Add<MailPasswordReset>().Every<PurgeOrders>(TimeSpan.FromHours(1)));
        builder.AddMail();
        builder.Services.AddReference(new ReferenceRules("Users, one-time codes and orders, for programs that hold a service token and for users who sign in.")
        {
            Tags =
            [
                ("Authentication", "Accounts, codes and forgotten passwords."),
                ("User tokens", "Tokens for a user's own hands, and the sessions behind them."),
                ("Users", "What a service, or the user, sees and changes of a user."),
                ("Orders", "Orders, their list, export and history."),
                ("Tokens", "Named tokens for services."),
                ("Webhooks", "Where users and orders are told of, by Standard Webhooks 1.0."),
            ],
        });
        builder.Services.ConfigureAll<OpenApiOptions>(static openApi => openApi.AddSchemaTransformer(TextRuleSchema.Describe));

        var app = builder.Build();
        app.UseProduct();
        app.MapReference();
        app.MapTokens();
        app.MapConfirmationPage();

        var api = app.MapGroup("/api");
        api.MapRegistration();
        api.MapSignIn();
        api.MapPasswordReset();
        api.MapEmailVerification();
        api.MapUserTokens();
        api.MapSessions();
        api.MapApiTokens();
        api.MapWebhooks();
        api.MapWebhookLog();
        api.MapUsers();
        api.MapOrders();
        api.MapOrderList();
        api.MapOrderExport();
        api.MapOrderHistory();
        return app;
    }
}

/// <summary>What a token may be allowed. A user's has all of them, for the user and orders of its own.</summary>
public static class Scopes
{
    public const string ReadUsers = "users:read";
    public const string WriteUsers = "users:write";
    public const string ReadOrders = "orders:read";
    public const string WriteOrders = "orders:write";
}
