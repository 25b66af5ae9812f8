using System.ComponentModel.DataAnnotations;
using Colonnade.FigureForge.Jobs;
using Colonnade.Platform.Accounts;
using Colonnade.Platform.Database;
using Colonnade.Platform.Jobs;
using Colonnade.Platform.OneTimeCodes;
using Colonnade.Platform.RateLimits;
using Colonnade.Platform.Tokens;
using Colonnade.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Colonnade.FigureForge;

/// <summary>/api/auth/magic-link: six digits by mail are the only way in; asking for them is how an account begins.</summary>
public static class MagicLinks
{
    private static readonly CodePurpose Purpose = new("magic_link", TimeSpan.FromMinutes(10), CodeForm.Digits);

    public static void MapMagicLinks(this IEndpointRouteBuilder api)
    {
        var links = api.MapGroup("/auth/magic-link").WithTags("Authentication").AllowAnyone();
        links.MapPost("/request/", Ask).Limit(FigureForgeLimits.CodesPerAddress)
            .WithSummary("Have a code and a link mailed");
        links.MapPost("/verify/", Verify).Limit(FigureForgeLimits.CodeTriesPerAddress).IssuesTokens()
            .WithSummary("Sign in with the mailed code").Refuses(FigureForgeErrors.WrongCode("expired"));
        links.MapPost("/check-user/", Check).Limit(FigureForgeLimits.ChecksPerAddress)
            .WithSummary("Ask whether somebody has an account");
    }

    /// <summary>/magic-link: where the mailed link leads when no front end takes it. It shows the code and uses nothing up.</summary>
    public static void MapMagicLinkPage(this IEndpointRouteBuilder app) => app.MapGet("/magic-link", static (HttpContext http, string code = "") =>
        LinkPage.Tell(http, "Your code", code.Length == 6 && code.All(char.IsAsciiDigit) ? $"Enter {code} where you were asked for it." : "This link holds no code. Please ask for another."))
        .AllowAnyone().ExcludeFromDescription();

    private static async Task<Ok<CodeSent>> Ask(MailWish request, Codes codes, ProductAccounts accounts, ProductDatabase database, ClientFacts client, CancellationToken stop)
    {
        var email = EmailAddress.Parse(request.Email!);
        await using var work = await database.Begin(stop);
        var account = await accounts.Find(email, stop);
        if (account is null)
        {
            // Of several first wishes at once one registers; the others have waited for it and find the account.
            account = await accounts.Register(work, new NewAccount(email, null), client, stop) is RegisterOutcome.Registered { Account: var registered } ? registered : await accounts.Find(email, stop);
            await Artists.Begin(work, account!.Id, stop);
        }

        if (account.BannedAt is null && await codes.Send(work, Purpose, email, account, stop) is SendOutcome.Sent { SealedDigits: { } digits })
            await work.Enqueue(new MailMagicLink(account.Id, digits), stop);
        await work.Commit(stop);
        return TypedResults.Ok(new CodeSent("If mail can reach the address, a code is on its way", request.Email!.Trim(), (int)Purpose.Life.TotalSeconds));
    }

    private static async Task<Results<Ok<SignedIn>, ProblemHttpResult>> Verify(
        CodeTry request, Codes codes, ProductAccounts accounts, SessionTokens sessions, ProductDatabase database, ClientFacts client, CancellationToken stop)
    {
        var outcome = await codes.Try(Purpose, EmailAddress.Parse(request.Email!), request.Code!, stop);
        if (outcome is not TryOutcome.Right right)
            return FigureForgeErrors.WrongCode(outcome is TryOutcome.Expired ? "expired" : "invalid_code");
        await using var work = await database.Begin(stop);
        if (!await codes.Consume(work, right, stop) || await accounts.Claim(work, right.AccountId, client, stop) is not { } account
            || await sessions.Issue(work, account, SignIn.Life, client, stop) is not { } tokens)
            return FigureForgeErrors.WrongCode("invalid_code");
        var user = await Profile.Find(work, account.Id, stop);
        await work.Commit(stop);
        return TypedResults.Ok(SignedIn.Of(tokens, user!));
    }

    private static async Task<Results<Ok<UserExists>, ProblemHttpResult>> Check(MailWish request, ProductAccounts accounts, ExistenceBudget budget, HttpContext http, CancellationToken stop)
    {
        if (budget.HidesExistence)
            return TypedResults.Ok(new UserExists(true));
        // Either answer tells: both are paid for, before anything is looked up.
        if (await budget.Spend(http, stop) is { } wait)
            return FigureForgeErrors.TooMany(wait);
        return TypedResults.Ok(new UserExists(await accounts.Find(EmailAddress.Parse(request.Email!), stop) is not null));
    }
}

public sealed record MailWish
{
    [EmailRule]
    public string? Email { get; init; }
}

public sealed record CodeTry
{
    [EmailRule]
    public string? Email { get; init; }

    [Required(ErrorMessage = "code is required")]
    [RegularExpression(@"\s*[0-9]{6}\s*", ErrorMessage = "code must have six digits")]
    public string? Code { get; init; }
}

public sealed record CodeSent(string Message, string Email, int ExpiresIn);

public sealed record UserExists(bool Exists);

/// <summary>An address that mail can go to.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class EmailRuleAttribute : ValidationAttribute
{
    protected override ValidationResult? IsValid(object? value, ValidationContext validationContext) => EmailAddress.TryParse(value as string ?? "", out _)
        ? ValidationResult.Success
        : new ValidationResult("A valid email address is required", [validationContext.MemberName!]);
}
