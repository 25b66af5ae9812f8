using Colonnade.OrderDesk.Jobs;
using Colonnade.Platform.Accounts;
using Colonnade.Platform.Database;
using Colonnade.Platform.Jobs;
using Colonnade.Platform.OneTimeCodes;
using Colonnade.Platform.RateLimits;
using Colonnade.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Colonnade.OrderDesk;

/// <summary>/api/auth/forgot-password, /send-reset-code, /reset-password: a new password for whoever reads the user's mail.</summary>
public static class PasswordReset
{
    private static readonly CodePurpose Purpose = new("password_reset", TimeSpan.FromMinutes(15), CodeForm.Digits);

    public static void MapPasswordReset(this IEndpointRouteBuilder api)
    {
        var auth = api.MapGroup("/auth").WithTags("Authentication").AllowAnyone();
        auth.MapPost("/forgot-password", Send).Limit(OrderDeskLimits.ResetCodesPerAddress)
            .WithSummary("Have a reset code mailed").Refuses(OrderDeskErrors.UserNotFound());
        auth.MapPost("/send-reset-code", Send).Limit(OrderDeskLimits.ResetCodesPerAddress)
            .WithName("passwordReset.sendAgain").WithSummary("Have a reset code mailed: another name of /api/auth/forgot-password").Refuses(OrderDeskErrors.UserNotFound());
        auth.MapPost("/reset-password", Reset).Limit(OrderDeskLimits.ResetsPerAddress)
            .WithSummary("Set a new password with the mailed code")
            .Refuses(OrderDeskErrors.UserNotFound(), OrderDeskErrors.NoResetCode(), OrderDeskErrors.WrongResetCode(), OrderDeskErrors.OldResetCode());
    }

    private static async Task<Results<Ok<Mailed>, ProblemHttpResult>> Send(
        MailWish request, Codes codes, ProductAccounts accounts, ExistenceBudget budget, ProductDatabase database, HttpContext http, CancellationToken stop)
    {
        var (email, account, refusal) = await KnownUser.Find(request.Email!, accounts, budget, http, stop);
        if (refusal is not null)
            return refusal;
        await using var work = await database.Begin(stop);
        var outcome = await codes.Send(work, Purpose, email, account, stop);
        if (outcome is SendOutcome.Sent { SealedDigits: { } digits, SealedAddress: var address } && account is not null)
            await work.Enqueue(new MailPasswordReset(account.Id, address, digits), stop);
        await work.Commit(stop);
        return outcome switch
        {
            SendOutcome.Sent sent => Mailed(sent.ExpiresAt),
            SendOutcome.Unchanged unchanged => Mailed(unchanged.ExpiresAt),
            SendOutcome.TooMany tooMany => OrderDeskErrors.TooMany(tooMany.RetryAfter),
            _ => throw new InvalidOperationException($"{outcome} is no outcome of sending."),
        };
    }

    private static async Task<Results<Ok<Done>, ProblemHttpResult>> Reset(
        PasswordReplacement request, Codes codes, ProductAccounts accounts, Passwords passwords, ExistenceBudget budget, ProductDatabase database,
        ClientFacts client, HttpContext http, CancellationToken stop)
    {
        var (email, _, refusal) = await KnownUser.Find(request.Email!, accounts, budget, http, stop);
        if (refusal is not null)
            return refusal;
        var outcome = await codes.Try(Purpose, email, request.Code!, stop);
        if (outcome is not TryOutcome.Right right)
            return Refusal(outcome, budget);

        var hash = await passwords.Hash(request.NewPassword!, stop);
        await using var work = await database.Begin(stop);
        if (!await codes.Consume(work, right, stop))
            return Refusal(new TryOutcome.None(), budget);
        await accounts.SetPassword(work, right.AccountId, hash, client, stop);
        await work.Commit(stop);
        return TypedResults.Ok(new Done(true, "Password reset successfully"));
    }

    private static ProblemHttpResult Refusal(TryOutcome outcome, ExistenceBudget budget) => outcome switch
    {
        TryOutcome.Expired => OrderDeskErrors.OldResetCode(),
        // Whether a code was sent tells whether there is a user.
        TryOutcome.None when !budget.HidesExistence => OrderDeskErrors.NoResetCode(),
        _ => OrderDeskErrors.WrongResetCode(),
    };

    private static Ok<Mailed> Mailed(DateTimeOffset expiresAt) => TypedResults.Ok(new Mailed(true, "Reset code sent to email", new MailedData(expiresAt)));
}

public sealed record MailWish
{
    [EmailRule]
    public string? Email { get; init; }
}

public sealed record PasswordReplacement
{
    [EmailRule]
    public string? Email { get; init; }

    [CodeRule]
    public string? Code { get; init; }

    [NewPasswordRule]
    public string? NewPassword { get; init; }
}
