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

/// <summary>/api/user/:userId: a service sees and changes every user, a user itself; everybody else is not there.</summary>
public static class Users
{
    private static readonly TimeSpan RecentSignIn = TimeSpan.FromMinutes(15);

    public static void MapUsers(this IEndpointRouteBuilder api)
    {
        var users = api.MapGroup("/user/{userId}").WithTags("Users");
        users.MapGet("/", Get).RequireScope(Scopes.ReadUsers).Limit(OrderDeskLimits.UserReadsPerCaller)
            .WithSummary("Read a user").TellsVersion().Refuses(OrderDeskErrors.UserNotFound());
        users.MapPatch("/", Update).RequireScope(Scopes.WriteUsers).Limit(OrderDeskLimits.UserChangesPerCaller)
            .WithSummary("Change a user's address or password").ChecksVersion()
            .Refuses(OrderDeskErrors.NothingToUpdate(), OrderDeskErrors.UserNotFound(), OrderDeskErrors.EmailInUse(), OrderDeskErrors.SignInAgain(), OrderDeskErrors.Changed("User"));
        users.MapDelete("/", Delete).RequireScope(Scopes.WriteUsers).Limit(OrderDeskLimits.UserChangesPerCaller)
            .WithSummary("Delete a user").Refuses(OrderDeskErrors.UserNotFound(), OrderDeskErrors.SignInAgain());
    }

    private static async Task<Results<Ok<Answer<UserData>>, ProblemHttpResult, StatusCodeHttpResult>> Get(
        PathUuid userId, Caller caller, ProductAccounts accounts, HttpContext http, CancellationToken stop)
    {
        if (!Sees(caller, userId) || await accounts.Find(userId.Value, stop) is not { } account)
            return OrderDeskErrors.UserNotFound();
        http.Response.SetETag(account.Version);
        return http.Request.IsKnown(account.Version)
            ? TypedResults.StatusCode(StatusCodes.Status304NotModified)
            : TypedResults.Ok(new Answer<UserData>(true, UserData.Of(account)));
    }

    private static async Task<Results<Ok<Answer<UserData>>, ProblemHttpResult>> Update(
        PathUuid userId, UserChange change, Caller caller, ProductAccounts accounts, Passwords passwords, Codes codes, ExistenceBudget budget,
        WebhookEvents events, ProductDatabase database, ClientFacts client, HttpContext http, CancellationToken stop)
    {
        if (change is { Email.IsSet: false, Password.IsSet: false })
            return OrderDeskErrors.NothingToUpdate();
        if (!Sees(caller, userId) || await accounts.Find(userId.Value, stop) is null)
            return OrderDeskErrors.UserNotFound();
        if (!await MayChangeCredentials(caller, database, stop))
            return OrderDeskErrors.SignInAgain();
        // A service may know who has an address; a user must not find out address by address.
        if (change.Email.IsSet && !caller.IsService && await budget.Wait(http, stop) is { } pause)
            return OrderDeskErrors.TooMany(pause);
        var hash = change.Password.IsSet ? await passwords.Hash(change.Password.Value!, stop) : null;

        await using var work = await database.Begin(stop);
        var current = await work.One<Current>(
            "select email, version from accounts where id = @id and deleted_at is null for update", new { id = userId.Value }, stop);
        if (current is null)
            return OrderDeskErrors.UserNotFound();
        if (http.Request.VersionsToMatch() is { } versions && !versions.Contains(current.Version))
            return OrderDeskErrors.Changed("User");
        var session = caller.IsService ? (Guid?)null : caller.SessionId;
        Account? account = null;
        if (change.Email.IsSet)
        {
            var email = EmailAddress.Parse(change.Email.Value!);
            switch (await accounts.ChangeEmail(work, userId.Value, email, client, stop, session))
            {
                case ChangeEmailOutcome.Changed changed:
                    account = changed.Account;
                    break;
                case ChangeEmailOutcome.EmailTaken:
                    await work.DisposeAsync();
                    return !caller.IsService && await budget.Spend(http, stop) is { } wait ? OrderDeskErrors.TooMany(wait) : OrderDeskErrors.EmailInUse();
                default:
                    return OrderDeskErrors.UserNotFound();
            }

            if (EmailAddress.Parse(current.Email).Key != email.Key)
                await EmailVerification.Send(work, codes, email, account, stop);
        }

        if (hash is not null)
            account = await accounts.ReplacePassword(work, userId.Value, hash, client, stop, session);
        var user = UserData.Of(account!);
        await events.Publish(work, EventTypes.UserUpdated, user, stop);
        await work.Commit(stop);
        http.Response.SetETag(account!.Version);
        return TypedResults.Ok(new Answer<UserData>(true, user, "User updated successfully"));
    }

    private static async Task<Results<Ok<Done>, ProblemHttpResult>> Delete(
        PathUuid userId, Caller caller, ProductAccounts accounts, WebhookEvents events, ProductDatabase database, ClientFacts client, CancellationToken stop)
    {
        if (!Sees(caller, userId))
            return OrderDeskErrors.UserNotFound();
        if (!await MayChangeCredentials(caller, database, stop))
            return OrderDeskErrors.SignInAgain();
        await using var work = await database.Begin(stop);
        if (!await accounts.Delete(work, userId.Value, client, stop))
            return OrderDeskErrors.UserNotFound();
        await events.Publish(work, EventTypes.UserDeleted, new DeletedUser(userId.Value), stop);
        await work.Commit(stop);
        return TypedResults.Ok(new Done(true, "User deleted successfully"));
    }

    private static bool Sees(Caller caller, PathUuid userId) => caller.OwnerId is null || caller.OwnerId == userId.Value;

    /// <summary>A token that was stolen must not be enough to take the account over: a user has to have signed in lately.</summary>
    private static async Task<bool> MayChangeCredentials(Caller caller, ProductDatabase database, CancellationToken stop) =>
        caller.IsService || await database.One<bool>(
            "select exists (select from sessions where id = @SessionId and created_at > clock() - @RecentSignIn)", new { caller.SessionId, RecentSignIn }, stop);

    private sealed record Current
    {
        public string Email { get; init; } = "";
        public long Version { get; init; }
    }
}

/// <summary>All that is told of a user who is gone.</summary>
public sealed record DeletedUser(Guid UserId);

public sealed record UserChange
{
    [EmailRule]
    public Change<string> Email { get; init; }

    [NewPasswordRule]
    public Change<string> Password { get; init; }
}
