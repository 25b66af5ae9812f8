using Colonnade.Platform.Accounts;
using Colonnade.Platform.Database;
using Colonnade.Platform.OneTimeCodes;
using Colonnade.Platform.RateLimits;
using Colonnade.Platform.Web;
using Colonnade.Platform.Webhooks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Colonnade.OrderDesk;

/// <summary>/api/auth/register: how a user begins.</summary>
public static class Registration
{
    private const string Created = "User created successfully";

    public static void MapRegistration(this IEndpointRouteBuilder api) =>
        api.MapPost("/auth/register", Register).WithTags("Authentication").AllowAnyone().Limit(OrderDeskLimits.RegistrationsPerAddress)
            .WithSummary("Register a user").Refuses(OrderDeskErrors.UserExists());

    private static async Task<Results<Created<Answer<UserData>>, ProblemHttpResult>> Register(
        NewUser request, ProductAccounts accounts, Passwords passwords, ExistenceBudget budget, Codes codes, WebhookEvents events, ProductDatabase database,
        TimeProvider time, ClientFacts client, HttpContext http, CancellationToken stop)
    {
        if (await budget.Wait(http, stop) is { } wait)
            return OrderDeskErrors.TooMany(wait);
        var email = EmailAddress.Parse(request.Email!);
        var hash = await passwords.Hash(request.Password!, stop);
        await using (var work = await database.Begin(stop))
        {
            if (await accounts.Register(work, new NewAccount(email, hash), client, stop) is RegisterOutcome.Registered { Account: var account })
            {
                await EmailVerification.Send(work, codes, email, account, stop);
                await events.Publish(work, EventTypes.UserCreated, UserData.Of(account), stop);
                await work.Commit(stop);
                return Answer(UserData.Of(account));
            }
        }

        // Whoever registers again without having confirmed has probably lost the mail.
        if (await accounts.Find(email, stop) is { EmailVerifiedAt: null } unconfirmed)
        {
            await using var work = await database.Begin(stop);
            await EmailVerification.Send(work, codes, email, unconfirmed, stop);
            await work.Commit(stop);
        }

        if (!budget.HidesExistence)
            return await budget.Spend(http, stop) is { } spent ? OrderDeskErrors.TooMany(spent) : OrderDeskErrors.UserExists();
        var now = time.GetUtcNow();
        return Answer(new UserData(Guid.CreateVersion7(now), email.Text, now, now));
    }

    private static Created<Answer<UserData>> Answer(UserData user) => TypedResults.Created($"/api/user/{user.UserId}", new Answer<UserData>(true, user, Created));
}

public sealed record NewUser
{
    [EmailRule]
    public string? Email { get; init; }

    [NewPasswordRule]
    public string? Password { get; init; }
}
