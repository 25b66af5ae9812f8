using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Colonnade.Platform.Accounts;
using Colonnade.Platform.Database;
using Colonnade.Platform.RateLimits;
using Colonnade.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Colonnade.Narhub;

/// <summary>/api/user/profile and /password: who the caller is.</summary>
public static class Profile
{
    public static void MapProfile(this IEndpointRouteBuilder api)
    {
        var user = api.MapGroup("/user").WithTags("User").RequireCustomer().Limit(NarhubLimits.OthersPerCaller);
        user.MapGet("/profile", Read)
            .WithSummary("Read the profile").Refuses(NarhubErrors.NotFound("User"));
        user.MapPut("/profile", Update)
            .WithSummary("Change the profile").Refuses(NarhubErrors.NotFound("User"));
        user.MapPut("/password", ChangePassword)
            .WithSummary("Change the password").Refuses(NarhubErrors.WrongPassword());
    }

    private static async Task<Results<Ok<ProfileAnswer>, ProblemHttpResult>> Read(Caller caller, ProductDatabase database, CancellationToken stop) =>
        await UserData.Find(database, caller.AccountId, stop) is { } user
            ? TypedResults.Ok(new ProfileAnswer(user))
            : NarhubErrors.NotFound("User");

    private static async Task<Results<Ok<ProfileUpdated>, ProblemHttpResult>> Update(
        ProfileChange? change, Caller caller, ProductDatabase database, CancellationToken stop)
    {
        var name = change?.Name ?? default;
        var company = change?.Company ?? default;
        // Column by column, so that two updates of different members keep both.
        var user = await database.One<ChangedUser>(
            """
            update users u set
                name = case when @setName then @name else u.name end,
                company = case when @setCompany then @company else u.company end,
                updated_at = case when @setName or @setCompany then clock() else u.updated_at end,
                version = u.version + case when @setName or @setCompany then 1 else 0 end
            from accounts a
            where u.id = @AccountId and a.id = u.id and a.deleted_at is null
            returning u.id, a.email, u.name, u.company
            """,
            new
            {
                caller.AccountId,
                setName = name.IsSet,
                name = name.Value?.Trim(),
                setCompany = company.IsSet,
                company = Registration.NullIfBlank(company.Value),
            },
            stop);
        return user is null ? NarhubErrors.NotFound("User") : TypedResults.Ok(new ProfileUpdated("Profile updated successfully", user));
    }

    private static async Task<Results<Ok<Done>, ProblemHttpResult>> ChangePassword(
        PasswordChange request, Caller caller, ProductAccounts accounts, ClientFacts client, CancellationToken stop) =>
        await accounts.ChangePassword(caller, request.CurrentPassword!, request.NewPassword!, client, stop) is ChangePasswordOutcome.Changed
            ? TypedResults.Ok(new Done("Password updated successfully"))
            : NarhubErrors.WrongPassword();
}

public sealed record ProfileAnswer(UserData User);

/// <summary>The document's type <c>User</c>.</summary>
public sealed record UserData
{
    /// <summary>Null when there is none, or it was erased.</summary>
    internal static Task<UserData?> Find(ProductDatabase database, Guid id, CancellationToken stop) => database.One<UserData>(
        """
        select a.id, a.email, u.name, u.company, a.role, a.email_verified_at is not null as email_verified, u.created_at, greatest(u.updated_at, a.updated_at) as updated_at
        from accounts a join users u on u.id = a.id
        where a.id = @id and a.deleted_at is null
        """, new { id }, stop);

    public Guid Id { get; init; }
    public string Email { get; init; } = "";
    public string? Name { get; init; }
    public string? Company { get; init; }

    [AllowedValues("user", "admin")]
    public string Role { get; init; } = "";
    public bool EmailVerified { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; init; }
}

/// <summary>Absent members keep what is there; <c>company: null</c> and an empty one clear it.</summary>
public sealed record ProfileChange : IValidatableObject
{
    [Told(LeastLength = TextRules.ShortestName, MostLength = TextRules.LongestName)]
    public Change<string> Name { get; init; }

    [Told(MostLength = TextRules.LongestCompany)]
    public Change<string> Company { get; init; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Name.IsSet && TextRules.FlawOfName(Name.Value ?? "") is { } ofName)
            yield return TextRules.Broken(ofName, nameof(Name));
        if (Company.Value is { } company && TextRules.FlawOfCompany(company) is { } ofCompany)
            yield return TextRules.Broken(ofCompany, nameof(Company));
    }
}

public sealed record ProfileUpdated(string Message, ChangedUser User);

public sealed record ChangedUser
{
    public Guid Id { get; init; }
    public string Email { get; init; } = "";
    public string? Name { get; init; }
    public string? Company { get; init; }
}

public sealed record PasswordChange : IValidatableObject
{
    [JsonPropertyName("currentPassword"), Told(IsRequired = true)]
    public string? CurrentPassword { get; init; }

    [JsonPropertyName("newPassword"), Told(IsRequired = true, LeastLength = Passwords.Shortest)]
    public string? NewPassword { get; init; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        string[] missing =
        [
            .. string.IsNullOrEmpty(CurrentPassword) ? [nameof(CurrentPassword)] : Array.Empty<string>(),
            .. string.IsNullOrEmpty(NewPassword) ? [nameof(NewPassword)] : Array.Empty<string>(),
        ];
        if (missing.Length > 0)
            yield return TextRules.Broken(NarhubErrors.NoPasswords, missing);
        else if (TextRules.FlawOfPassword(NewPassword!, NarhubErrors.ShortNewPassword) is { } flaw)
            yield return TextRules.Broken(flaw, nameof(NewPassword));
    }
}
