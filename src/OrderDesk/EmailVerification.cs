using System.ComponentModel.DataAnnotations;
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
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Colonnade.OrderDesk;

/// <summary>
/// /api/auth/verify-email, /resend-verification-code, /register-confirmation, /resend-confirmation-email: proving that an
/// address is its owner's. One mail carries a code to type and a UUID in a link; either will do, once.
/// </summary>
public static class EmailVerification
{
    private static readonly CodePurpose Purpose = new("email_verification", TimeSpan.FromMinutes(10), CodeForm.DigitsAndLink)
    {
        LinkLife = TimeSpan.FromHours(24),
        HasUuidLink = true,
        IsOfAddressAlone = true,
    };

    public static void MapEmailVerification(this IEndpointRouteBuilder api)
    {
        var auth = api.MapGroup("/auth").WithTags("Authentication").AllowAnyone();
        auth.MapPost("/verify-email", Verify).Limit(OrderDeskLimits.VerificationsPerAddress)
            .WithSummary("Prove an address with the mailed code")
            .Refuses(OrderDeskErrors.UserNotFound(), OrderDeskErrors.NoVerificationCode(), OrderDeskErrors.WrongVerificationCode(), OrderDeskErrors.OldVerificationCode(), OrderDeskErrors.AlreadyVerified());
        auth.MapPost("/resend-verification-code", ResendCode).Limit(OrderDeskLimits.VerificationMailsPerAddress)
            .WithSummary("Have the verification code mailed again").Refuses(OrderDeskErrors.UserNotFound(), OrderDeskErrors.AlreadyVerified());
        auth.MapPost("/register-confirmation", Confirm).Limit(OrderDeskLimits.VerificationsPerAddress)
            .WithSummary("Prove an address with the mailed link's UUID").Refuses(OrderDeskErrors.NoConfirmation(), OrderDeskErrors.SpentConfirmation());
        auth.MapPost("/resend-confirmation-email", ResendLink).Limit(OrderDeskLimits.VerificationMailsPerAddress)
            .WithSummary("Have the confirmation link mailed again").Refuses(OrderDeskErrors.UserNotFound(), OrderDeskErrors.AlreadyVerified());
    }

    /// <summary>/confirm-email: where the mailed link leads. Mail scanners look at it too, so that only its button confirms.</summary>
    public static void MapConfirmationPage(this IEndpointRouteBuilder app)
    {
        var page = app.MapGroup("/confirm-email").AllowAnyone().ExcludeFromDescription().DisableAntiforgery();
        page.MapGet("/", (HttpContext http, string uuid = "") => LinkPage.Ask(http, "Confirm your address", uuid, Html.None, "Confirm address"));
        page.MapPost("/", ConfirmOnPage).Limit(OrderDeskLimits.VerificationsPerAddress);
    }

    /// <summary>Has the mail sent as part of <paramref name="work"/>; one a minute at most.</summary>
    internal static async Task<SendOutcome> Send(Work work, Codes codes, EmailAddress email, Account? account, CancellationToken stop)
    {
        var outcome = await codes.Send(work, Purpose, email, account, stop);
        if (outcome is SendOutcome.Sent { SealedDigits: { } digits, SealedLink: { } link, SealedAddress: var address } && account is not null)
            await work.Enqueue(new MailEmailVerification(account.Id, address, digits, link), stop);
        return outcome;
    }

    private static async Task<Results<Ok<Done>, ProblemHttpResult>> Verify(
        TypedCode request, Codes codes, ProductAccounts accounts, ExistenceBudget budget, ProductDatabase database,
        ClientFacts client, HttpContext http, CancellationToken stop)
    {
        var (email, account, refusal) = await KnownUser.Find(request.Email!, accounts, budget, http, stop);
        if (refusal is not null)
            return refusal;
        if (account is { EmailVerifiedAt: not null } && !budget.HidesExistence)
            return OrderDeskErrors.AlreadyVerified();
        var outcome = await codes.Try(Purpose, email, request.Code!, stop);
        if (outcome is TryOutcome.Right right && await Prove(right, codes, accounts, database, client, stop))
            return TypedResults.Ok(new Done(true, "Email verified successfully"));
        return outcome switch
        {
            TryOutcome.Expired => OrderDeskErrors.OldVerificationCode(),
            TryOutcome.None or TryOutcome.Right when !budget.HidesExistence => OrderDeskErrors.NoVerificationCode(),
            _ => OrderDeskErrors.WrongVerificationCode(),
        };
    }

    private static Task<Results<Ok<Mailed>, ProblemHttpResult>> ResendCode(
        MailWish request, Codes codes, ProductAccounts accounts, ExistenceBudget budget, ProductDatabase database, HttpContext http, CancellationToken stop) =>
        Resend(request, "Verification code sent successfully", static (code, _) => code, codes, accounts, budget, database, http, stop);

    private static Task<Results<Ok<Mailed>, ProblemHttpResult>> ResendLink(
        MailWish request, Codes codes, ProductAccounts accounts, ExistenceBudget budget, ProductDatabase database, HttpContext http, CancellationToken stop) =>
        Resend(request, "Confirmation email sent successfully", static (_, link) => link, codes, accounts, budget, database, http, stop);

    private static async Task<Results<Ok<Mailed>, ProblemHttpResult>> Resend(
        MailWish request, string message, Func<DateTimeOffset, DateTimeOffset, DateTimeOffset> shown,
        Codes codes, ProductAccounts accounts, ExistenceBudget budget, ProductDatabase database, HttpContext http, CancellationToken stop)
    {
        var (email, account, refusal) = await KnownUser.Find(request.Email!, accounts, budget, http, stop);
        if (refusal is not null)
            return refusal;
        if (account is { EmailVerifiedAt: not null })
        {
            if (!budget.HidesExistence)
                return OrderDeskErrors.AlreadyVerified();
            account = null;
        }

        await using var work = await database.Begin(stop);
        var outcome = await Send(work, codes, email, account, stop);
        await work.Commit(stop);
        return outcome switch
        {
            SendOutcome.Sent sent => Answer(shown(sent.ExpiresAt, sent.LinkExpiresAt)),
            SendOutcome.Unchanged unchanged => Answer(shown(unchanged.ExpiresAt, unchanged.LinkExpiresAt)),
            SendOutcome.TooMany tooMany => OrderDeskErrors.TooMany(tooMany.RetryAfter),
            _ => throw new InvalidOperationException($"{outcome} is no outcome of sending."),
        };

        Ok<Mailed> Answer(DateTimeOffset expiresAt) => TypedResults.Ok(new Mailed(true, message, new MailedData(expiresAt)));
    }

    private static async Task<Results<Ok<Done>, ProblemHttpResult>> Confirm(
        Confirmation request, Codes codes, ProductAccounts accounts, ProductDatabase database, ClientFacts client, CancellationToken stop) =>
        await TryConfirm(request.Uuid!, codes, accounts, database, client, stop) is { } refusal
            ? refusal
            : TypedResults.Ok(new Done(true, "Account confirmed successfully"));

    private static async Task<ContentHttpResult> ConfirmOnPage(
        [FromForm] string token, HttpContext http, Codes codes, ProductAccounts accounts, ProductDatabase database, ClientFacts client, CancellationToken stop) =>
        await TryConfirm(token, codes, accounts, database, client, stop) is null
            ? LinkPage.Tell(http, "Address confirmed", "Thank you. You can close this page.")
            : LinkPage.Tell(http, "This link is no longer good", "It was used before or is too old. Ask for another one where you signed up.", StatusCodes.Status400BadRequest);

    private static async Task<ProblemHttpResult?> TryConfirm(
        string uuid, Codes codes, ProductAccounts accounts, ProductDatabase database, ClientFacts client, CancellationToken stop) =>
        await codes.TryLink(Purpose, uuid.Trim().ToLowerInvariant(), stop) switch
        {
            TryOutcome.Right right when await Prove(right, codes, accounts, database, client, stop) => null,
            TryOutcome.Right or TryOutcome.Used or TryOutcome.Expired => OrderDeskErrors.SpentConfirmation(),
            _ => OrderDeskErrors.NoConfirmation(),
        };

    /// <summary>False when somebody was faster. The password stays, and so do sessions: the document signs in before it verifies.</summary>
    private static async Task<bool> Prove(
        TryOutcome.Right right, Codes codes, ProductAccounts accounts, ProductDatabase database, ClientFacts client, CancellationToken stop)
    {
        await using var work = await database.Begin(stop);
        if (!await codes.Consume(work, right, stop))
            return false;
        await accounts.MarkVerified(work, right.AccountId, client, stop);
        await work.Commit(stop);
        return true;
    }
}

public sealed record TypedCode
{
    [EmailRule]
    public string? Email { get; init; }

    [CodeRule]
    public string? Code { get; init; }
}

public sealed record Confirmation
{
    [Required(ErrorMessage = "uuid is required")]
    public string? Uuid { get; init; }
}
