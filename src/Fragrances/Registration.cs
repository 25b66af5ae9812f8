using System.ComponentModel.DataAnnotations;
using Colonnade.Platform.Accounts;
using Colonnade.Platform.Database;
using Colonnade.Platform.OneTimeCodes;
using Colonnade.Platform.RateLimits;
using Colonnade.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Colonnade.Fragrances;

/// <summary>/api/auth/register: how an account begins.</summary>
public static class Registration
{
    private const string Known = "An account with this email already exists";

    public static void MapRegistration(this IEndpointRouteBuilder api)
    {
        var auth = api.MapGroup("/auth").WithTags("Authentication").AllowAnyone();
        auth.MapPost("/register", Register).Limit(FragrancesLimits.RegistrationsPerAddress)
            .WithSummary("Register an account")
            .Refuses(FragrancesErrors.Invalid("Invalid email address", "email"), FragrancesErrors.Duplicate(Known, "email"), FragrancesErrors.TooMany(TimeSpan.FromMinutes(1)), FragrancesErrors.Unprocessable(PasswordRules.Rule, "password"));
    }

    private static async Task<Results<Created<Registered>, ProblemHttpResult>> Register(
        RegisterRequest request, ProductAccounts accounts, Passwords passwords, ExistenceBudget budget, Codes codes, ProductDatabase database,
        ClientFacts client, HttpContext http, CancellationToken stop)
    {
        if (!EmailAddress.TryParse(request.Email!.ToLowerInvariant(), out var email))
            return FragrancesErrors.Invalid("Invalid email address", "email");
        if (PasswordRules.Broken(passwords, request.Password!, email) is { } broken)
            // A taken address is told first, whatever the password.
            return await accounts.Find(email, stop) is null ? broken : await Taken(budget, http, stop);

        var hash = await passwords.Hash(request.Password!, stop);
        await using var work = await database.Begin(stop);
        if (await accounts.Register(work, new NewAccount(email, hash), client, stop) is not RegisterOutcome.Registered { Account: var account })
            return await Taken(budget, http, stop);
        var fullName = request.FullName!.Trim();
        await work.Execute(
            "insert into profiles (account_id, full_name, experience_level) values (@Id, @fullName, @level)",
            new { account.Id, fullName, level = request.ExperienceLevel ?? "beginner" }, stop);
        await EmailVerification.Send(work, codes, email, account, stop);
        await work.Commit(stop);

        const string message = "Account created successfully. Please check your email for verification.";
        var user = new RegisteredUser(account.Id, account.Email, fullName, EmailConfirmed: false);
        return TypedResults.Created("/api/user/profile", new Registered(true, message, user));
    }

    private static async Task<ProblemHttpResult> Taken(ExistenceBudget budget, HttpContext http, CancellationToken stop) =>
        await budget.Spend(http, stop) is { } wait
            ? FragrancesErrors.TooMany(wait)
            : FragrancesErrors.Duplicate(Known, "email");
}

public sealed record RegisterRequest : IValidatableObject
{
    internal const int LongestName = 100;

    [Required(ErrorMessage = "Email is required")]
    [MaxLength(255, ErrorMessage = "Email must have at most 255 characters")]
    public string? Email { get; init; }

    [Required(ErrorMessage = "Password is required"), Told(LeastLength = Passwords.Shortest)]
    public string? Password { get; init; }

    [Required(ErrorMessage = "Full name is required"), Told(MostLength = LongestName)]
    public string? FullName { get; init; }

    [AllowedValues("beginner", "enthusiast", "collector", null, ErrorMessage = "Experience level must be beginner, enthusiast or collector")]
    public string? ExperienceLevel { get; init; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (FullName?.Trim().Length > LongestName)
            yield return new ValidationResult("Full name must have at most 100 characters", [nameof(FullName)]);
    }
}

public sealed record Registered(bool Success, string Message, RegisteredUser User);

public sealed record RegisteredUser(Guid Id, string Email, string FullName, bool EmailConfirmed);
