using System.ComponentModel.DataAnnotations;
using Colonnade.Platform.Accounts;
using Colonnade.Platform.Audit;
using Colonnade.Platform.Database;
using Colonnade.Platform.RateLimits;
using Colonnade.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;

namespace Colonnade.OrderDesk;

/// <summary>/api/auth/login: whether e-mail and password are somebody's, and whose. It begins no session.</summary>
public static class SignIn
{
    public static void MapSignIn(this IEndpointRouteBuilder api) =>
        api.MapPost("/auth/login", Login).WithTags("Authentication").AllowAnyone().Limit(OrderDeskLimits.SignInsPerAddress)
            .WithSummary("Check e-mail and password").Refuses(OrderDeskErrors.InvalidCredentials(), OrderDeskErrors.NotVerified());

    /// <summary>The account, or why not: unknown, wrong, locked and banned look alike; unverified is told to nobody without the password.</summary>
    internal static async Task<(Account? Account, ProblemHttpResult? Refusal)> Check(
        Credentials credentials, ProductAccounts accounts, IConfiguration configuration, ClientFacts client, CancellationToken stop)
    {
        if (await accounts.SignIn(credentials.Email!, credentials.Password!, client, stop) is not SignInOutcome.SignedIn { Account: var account })
            return (null, OrderDeskErrors.InvalidCredentials());
        return account.EmailVerifiedAt is null && configuration.GetValue("Accounts:RequireVerifiedEmail", false)
            ? (null, OrderDeskErrors.NotVerified())
            : (account, null);
    }

    private static async Task<Results<Ok<Answer<UserData>>, ProblemHttpResult>> Login(
        Credentials credentials, ProductAccounts accounts, ProductDatabase database, IConfiguration configuration, ClientFacts client, CancellationToken stop)
    {
        var (account, refusal) = await Check(credentials, accounts, configuration, client, stop);
        if (account is null)
            return refusal!;
        await using var work = await database.Begin(stop);
        await work.Audit(new AuditEntry(AuditEvents.SignedIn, account.Id, client), stop);
        await work.Commit(stop);
        return TypedResults.Ok(new Answer<UserData>(true, UserData.Of(account), "Login successful"));
    }
}

public sealed record Credentials
{
    [EmailRule]
    public string? Email { get; init; }

    [Required(ErrorMessage = OrderDeskErrors.NoPassword)]
    public string? Password { get; init; }
}
