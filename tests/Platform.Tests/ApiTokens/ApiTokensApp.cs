using Colonnade.Platform.Accounts;
using Colonnade.Platform.ApiTokens;
using Colonnade.Platform.Audit;
using Colonnade.Platform.Database;
using Colonnade.Platform.Idempotency;
using Colonnade.Platform.RateLimits;
using Colonnade.Platform.Tests.Accounts;
using Colonnade.Platform.Web;
using Colonnade.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;

namespace Colonnade.Platform.Tests.ApiTokens;

/// <summary>A product that services call too: things are read and written, by accounts their own, and metered by services alone.</summary>
public sealed class ApiTokensApp() : AccountsProduct(
    new AccountRules(),
    builder =>
    {
        builder.Services.AddApiTokens(new ApiTokenRules(["things:read", "things:write", "meters:read"]) { AccountScopes = ["things:read", "things:write"] });
        builder.Services.AddIdempotency();
        builder.Services.AddRateLimits();
    },
    app =>
    {
        app.MapGet("/things", Who).RequireScope("things:read");
        app.MapPost("/things", static async (Caller caller, ClientFacts client, Work work, CancellationToken stop) =>
        {
            var number = Guid.CreateVersion7();
            await work.Audit(new AuditEntry("thing_made", null, client) { Detail = new { number } }, stop);
            await work.Commit(stop);
            return TypedResults.Ok(new { number, caller.Id });
        }).RequireScope("things:write").Idempotent();
        app.MapGet("/meters", Who).RequireScope("meters:read");
        app.MapGet("/tokens", Who).RequireScope(Caller.EveryScope);
        app.MapGet("/few", Who).RequireScope("things:read").Limit(Limit.PerCaller("few", 2, TimeSpan.FromMinutes(1)));
        app.MapGet("/account-of-a-service", static (Caller caller) => caller.AccountId).RequireScope("meters:read");
    })
{
    public const string Placeholder = "your_secret_bearer_token_here";

    public ProductApiTokens ApiTokens => Services.GetRequiredService<ProductApiTokens>();

    public async Task<CreateApiTokenOutcome.Created> Create(params string[] scopes) => await Create(new NewApiToken("Shop") { Scopes = scopes });

    public async Task<CreateApiTokenOutcome.Created> Create(NewApiToken token) =>
        (await InWork(work => ApiTokens.Create(work, token, Client, Stop))).ShouldBeOfType<CreateApiTokenOutcome.Created>();

    public Task<bool> Revoke(Guid id) => InWork(work => ApiTokens.Revoke(work, id, Client, Stop));

    public Api As(CreateApiTokenOutcome.Created token) => Api.WithBearer(token.Secret);

    private static object Who(Caller caller) => new { caller.Id, caller.IsService, caller.OwnerId, caller.Role };
}
