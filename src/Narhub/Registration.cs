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

namespace Colonnade.Narhub;

/// <summary>/api/auth/register: how a user begins. It begins no session.</summary>
public static class Registration
{
    public static void MapRegistration(this IEndpointRouteBuilder api) =>
        api.MapPost("/auth/register", Register).WithTags("Auth").AllowAnyone().Limit(NarhubLimits.RegistrationsPerAddress)
            .WithSummary("Register an account").Refuses(NarhubErrors.DuplicateEmail());

    private static async Task<Results<Created<Registered>, ProblemHttpResult>> Register(
        NewUser request, ProductAccounts accounts, Passwords passwords, ExistenceBudget budget, Codes codes, ProductDatabase database,
        TimeProvider time, ClientFacts client, HttpContext http, CancellationToken stop)
    {
        if (await budget.Wait(http, stop) is { } wait)
            return NarhubErrors.TooMany(wait);
        var email = EmailAddress.Parse(request.Email!);
        var name = request.Name!.Trim();
        var hash = await passwords.Hash(request.Password!, stop);
        await using (var work = await database.Begin(stop))
        {
            if (await accounts.Register(work, new NewAccount(email, hash), client, stop) is RegisterOutcome.Registered { Account: var account })
            {
                await work.Execute("insert into users (id, name, company, created_at, updated_at) values (@Id, @name, @Company, @CreatedAt, @CreatedAt)",
                    new { account.Id, name, Company = NullIfBlank(request.Company), account.CreatedAt }, stop);
                await EmailVerification.Send(work, codes, email, account, stop);
                await work.Commit(stop);
                return Answer(new NewcomerData(account.Id, name, account.Email, account.CreatedAt));
            }
        }

        if (!budget.HidesExistence)
            return await budget.Spend(http, stop) is { } spent ? NarhubErrors.TooMany(spent) : NarhubErrors.DuplicateEmail();
        var now = time.GetUtcNow();
        return Answer(new NewcomerData(Guid.CreateVersion7(now), name, email.Text, now));
    }

    internal static string? NullIfBlank(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();

    private static Created<Registered> Answer(NewcomerData user) =>
        TypedResults.Created("/api/user/profile", new Registered("Account created successfully", user));
}

public sealed record NewUser : IValidatableObject
{
    [Told(IsRequired = true, LeastLength = TextRules.ShortestName, MostLength = TextRules.LongestName)]
    public string? Name { get; init; }

    [Told(IsRequired = true, Format = "email")]
    public string? Email { get; init; }

    [Told(IsRequired = true, LeastLength = Passwords.Shortest)]
    public string? Password { get; init; }

    [Told(MostLength = TextRules.LongestCompany)]
    public string? Company { get; init; }

    /// <summary>What is missing comes before what is wrong, and the first sentence is the answer's.</summary>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        string[] missing =
        [
            .. string.IsNullOrWhiteSpace(Name) ? [nameof(Name)] : Array.Empty<string>(),
            .. string.IsNullOrWhiteSpace(Email) ? [nameof(Email)] : Array.Empty<string>(),
            .. string.IsNullOrEmpty(Password) ? [nameof(Password)] : Array.Empty<string>(),
        ];
        if (missing.Length > 0)
        {
            yield return TextRules.Broken(NarhubErrors.NoCredentials, missing);
            yield break;
        }

        if (!EmailAddress.TryParse(Email, out _))
            yield return TextRules.Broken(NarhubErrors.InvalidEmail, nameof(Email));
        if (TextRules.FlawOfName(Name!) is { } ofName)
            yield return TextRules.Broken(ofName, nameof(Name));
        if (TextRules.FlawOfPassword(Password!, NarhubErrors.ShortPassword) is { } ofPassword)
            yield return TextRules.Broken(ofPassword, nameof(Password));
        if (Company is not null && TextRules.FlawOfCompany(Company) is { } ofCompany)
            yield return TextRules.Broken(ofCompany, nameof(Company));
    }
}

public sealed record Registered(string Message, NewcomerData User);

public sealed record NewcomerData(Guid Id, string Name, string Email, DateTimeOffset CreatedAt);
