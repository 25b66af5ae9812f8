using System.ComponentModel.DataAnnotations;
using Colonnade.Platform.Database;
using Colonnade.Platform.RateLimits;
using Colonnade.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Colonnade.Fragrances;

/// <summary>/api/user/profile: who the caller is and what they like.</summary>
public static class Profile
{
    public static void MapProfile(this IEndpointRouteBuilder api)
    {
        var profile = api.MapGroup("/user/profile").WithTags("Profile").RequireCustomer();
        profile.MapGet("/", Read).Limit(FragrancesLimits.ProfileReadsPerCaller)
            .WithSummary("Read the profile").Refuses(FragrancesErrors.NotFound("Profile not found"));
        profile.MapPut("/", Update).Limit(FragrancesLimits.ProfileChangesPerCaller)
            .WithSummary("Change the profile").Refuses(FragrancesErrors.NotFound("Profile not found"));
    }

    private const string Columns =
        """
        a.id, a.email, p.full_name, p.experience_level, p.preferred_scent_types, p.collection_public,
        p.recommendations_enabled, p.onboarding_completed, p.created_at, p.updated_at
        """;

    private static async Task<Results<Ok<UserProfile>, ProblemHttpResult>> Read(Caller caller, ProductDatabase database, CancellationToken stop) =>
        await database.One<ProfileRow>(
            $"select {Columns} from accounts a join profiles p on p.account_id = a.id where a.id = @AccountId", caller, stop) is { } row
            ? TypedResults.Ok(UserProfile.Of(row))
            : FragrancesErrors.NotFound("Profile not found");

    private static async Task<Results<Ok<ProfileUpdated>, ProblemHttpResult>> Update(
        UpdateProfile change, Caller caller, ProductDatabase database, CancellationToken stop)
    {
        // Column by column, so that two updates of different fields keep both.
        var row = await database.One<ProfileRow>(
            $"""
            update profiles p set
                full_name = coalesce(@FullName, full_name),
                experience_level = coalesce(@ExperienceLevel, experience_level),
                preferred_scent_types = coalesce(@PreferredScentTypes, preferred_scent_types),
                collection_public = coalesce(@CollectionPublic, collection_public),
                recommendations_enabled = coalesce(@RecommendationsEnabled, recommendations_enabled),
                onboarding_completed = coalesce(@OnboardingCompleted, onboarding_completed),
                updated_at = greatest(clock(), p.updated_at + interval '1 millisecond')
            from accounts a
            where p.account_id = @AccountId and a.id = p.account_id
            returning {Columns}
            """,
            new
            {
                caller.AccountId,
                FullName = change.FullName?.Trim(),
                change.ExperienceLevel,
                PreferredScentTypes = change.PreferredScentTypes?.Select(type => type.Trim()).Distinct(StringComparer.Ordinal).ToArray(),
                change.PrivacySettings?.CollectionPublic,
                change.PrivacySettings?.RecommendationsEnabled,
                change.OnboardingCompleted,
            },
            stop);
        return row is null
            ? FragrancesErrors.NotFound("Profile not found")
            : TypedResults.Ok(new ProfileUpdated(true, "Profile updated successfully", UserProfile.Of(row)));
    }

    internal sealed record ProfileRow
    {
        public Guid Id { get; init; }
        public string Email { get; init; } = "";
        public string FullName { get; init; } = "";
        public string ExperienceLevel { get; init; } = "";
        public string[] PreferredScentTypes { get; init; } = [];
        public bool CollectionPublic { get; init; }
        public bool RecommendationsEnabled { get; init; }
        public bool OnboardingCompleted { get; init; }
        public DateTimeOffset CreatedAt { get; init; }
        public DateTimeOffset UpdatedAt { get; init; }
    }
}

public sealed record UserProfile(
    Guid Id,
    string Email,
    string FullName,
    [property: AllowedValues("beginner", "enthusiast", "collector")] string ExperienceLevel,
    IReadOnlyList<string> PreferredScentTypes,
    PrivacySettings PrivacySettings,
    bool OnboardingCompleted,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt)
{
    internal static UserProfile Of(Profile.ProfileRow row) => new(
        row.Id, row.Email, row.FullName, row.ExperienceLevel, row.PreferredScentTypes,
        new PrivacySettings(row.CollectionPublic, row.RecommendationsEnabled), row.OnboardingCompleted, row.CreatedAt, row.UpdatedAt);
}

public sealed record PrivacySettings(bool CollectionPublic, bool RecommendationsEnabled);

public sealed record ProfileUpdated(bool Success, string Message, UserProfile Profile);

/// <summary>Absent members keep what is there; privacy settings are merged.</summary>
public sealed record UpdateProfile : IValidatableObject
{
    [Told(LeastLength = 1, MostLength = RegisterRequest.LongestName)]
    public string? FullName { get; init; }

    [AllowedValues("beginner", "enthusiast", "collector", null, ErrorMessage = "Experience level must be beginner, enthusiast or collector")]
    public string? ExperienceLevel { get; init; }

    [MaxLength(50, ErrorMessage = "At most 50 scent types")]
    public IReadOnlyList<string>? PreferredScentTypes { get; init; }

    public UpdatePrivacySettings? PrivacySettings { get; init; }

    public bool? OnboardingCompleted { get; init; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (FullName is not null && FullName.Trim().Length is 0 or > RegisterRequest.LongestName)
            yield return new ValidationResult("Full name must have 1 to 100 characters", [nameof(FullName)]);
        if (PreferredScentTypes is not null && PreferredScentTypes.Any(type => type is null || type.Trim().Length is 0 or > 50))
            yield return new ValidationResult("A scent type must have 1 to 50 characters", [nameof(PreferredScentTypes)]);
    }
}

public sealed record UpdatePrivacySettings(bool? CollectionPublic = null, bool? RecommendationsEnabled = null);
