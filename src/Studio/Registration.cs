using System.ComponentModel.DataAnnotations;
using Colonnade.Platform.Accounts;
using Colonnade.Platform.Database;
using Colonnade.Platform.RateLimits;
using Colonnade.Platform.Tokens;
using Colonnade.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Colonnade.Studio;

/// <summary>/api/auth/register: how a user begins, signed in at once.</summary>
public static class Registration
{
    public static void MapRegistration(this IEndpointRouteBuilder api) =>
        api.MapPost("/auth/register", Register).WithTags("Authentication").AllowAnyone().Limit(StudioLimits.AuthenticationsPerAddress).IssuesTokens()
            .WithSummary("Register an account").Refuses(StudioErrors.EmailTaken(), StudioErrors.Invalid("Password must have at least 8 characters", "password"));

    private static async Task<Results<Created<SignedIn>, ProblemHttpResult>> Register(
        NewUser request, ProductAccounts accounts, Passwords passwords, SessionTokens sessions, ExistenceBudget budget, ProductDatabase database,
        ClientFacts client, HttpContext http, CancellationToken stop)
    {
        if (PasswordReset.FlawOf(passwords, request.Password!) is { } flaw)
            return flaw;
        if (await budget.Wait(http, stop) is { } wait)
            return StudioErrors.TooMany(wait);
        var email = EmailAddress.Parse(request.Email!);
        var hash = await passwords.Hash(request.Password!, stop);
        await using (var work = await database.Begin(stop))
        {
            if (await accounts.Register(work, new NewAccount(email, hash), client, stop) is RegisterOutcome.Registered { Account: var account })
            {
                var profile = await Profile.Add(work, account.Id, request.Name!.Trim(), stop);
                var tokens = await sessions.Issue(work, account, SignIn.Life, client, stop);
                await work.Commit(stop);
                return TypedResults.Created("/api/users/profile", new SignedIn(profile, Session.Of(tokens!)));
            }
        }

        return await budget.Spend(http, stop) is { } spent ? StudioErrors.TooMany(spent) : StudioErrors.EmailTaken();
    }
}

public sealed record NewUser
{
    [EmailRule]
    public string? Email { get; init; }

    [Required(ErrorMessage = "Password is required")]
    public string? Password { get; init; }

    [NameRule]
    public string? Name { get; init; }
}

/// <summary>An address that mail can go to.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class EmailRuleAttribute : RequiredAttribute
{
    protected override ValidationResult? IsValid(object? value, ValidationContext validationContext) => EmailAddress.TryParse(value as string ?? "", out _)
        ? ValidationResult.Success
        : new ValidationResult("A valid email address is required", [validationContext.MemberName!]);
}

/// <summary>1 to 100 characters after trimming.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class NameRuleAttribute : RequiredAttribute
{
    protected override ValidationResult? IsValid(object? value, ValidationContext validationContext) => (value as string ?? "").Trim().Length is >= 1 and <= 100
        ? ValidationResult.Success
        : new ValidationResult("Name must have 1 to 100 characters", [validationContext.MemberName!]);
}
