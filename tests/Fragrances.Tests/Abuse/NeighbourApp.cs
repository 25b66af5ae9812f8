using System.Text.Json;
using Colonnade.Platform.Accounts;
using Colonnade.Platform.Errors;
using Colonnade.Platform.Mail;
using Colonnade.Platform.Sessions;
using Colonnade.Platform.Tokens;
using Colonnade.Platform.Web;
using Colonnade.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace Colonnade.Fragrances.Tests.Abuse;

/// <summary>Another product under the same roof, with the same secret: its tokens mean nothing to Fragrances.</summary>
public sealed class NeighbourApp() : ProductFixture(new ProductIdentity("Neighbour", 3999, typeof(Dialect).Assembly), Build)
{
    /// <summary>A good access token of somebody there.</summary>
    public async Task<string> Token()
    {
        var stop = TestContext.Current.CancellationToken;
        EmailAddress.TryParse($"{Guid.CreateVersion7():N}@example.com", out var email).ShouldBeTrue();
        await using var work = await Database.Begin(stop);
        var registered = await Services.GetRequiredService<ProductAccounts>().Register(work, new NewAccount(email, null), ClientFacts.None, stop);
        var account = registered.ShouldBeOfType<RegisterOutcome.Registered>().Account;
        var life = new SessionLife(TimeSpan.FromDays(7), TimeSpan.FromDays(90));
        var tokens = await Services.GetRequiredService<SessionTokens>().Issue(work, account, life, ClientFacts.None, stop);
        await work.Commit(stop);
        (await Api.WithBearer(tokens!.AccessToken).Get("/me")).ShouldBe(200);
        return tokens.AccessToken;
    }

    private static WebApplication Build(WebApplicationBuilder builder)
    {
        builder.AddProduct(new ProductIdentity("Neighbour", 3999, typeof(Dialect).Assembly), new FragrancesErrors(), JsonNamingPolicy.CamelCase);
        builder.AddMail();
        builder.Services.AddAccounts(new AccountRules());
        builder.Services.AddTokens(new TokenRules());
        var app = builder.Build();
        app.UseProduct();
        app.MapGet("/me", (Caller caller) => caller).RequireCustomer();
        return app;
    }
}
