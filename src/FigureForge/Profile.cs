using System.ComponentModel.DataAnnotations;
using Colonnade.Platform.Database;
using Colonnade.Platform.Idempotency;
using Colonnade.Platform.RateLimits;
using Colonnade.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Npgsql;

namespace Colonnade.FigureForge;

/// <summary>/api/auth/user: who the caller is, and what they have used.</summary>
public static class Profile
{
    public static void MapProfile(this IEndpointRouteBuilder api)
    {
        var user = api.MapGroup("/auth/user").WithTags("Users").RequireCustomer().Limit(FigureForgeLimits.CallsPerCaller);
        user.MapGet("/", Read)
            .WithSummary("Read who is signed in").Refuses(FigureForgeErrors.NotFound("User"));
        user.MapMethods("/update/", ["POST", "PUT", "PATCH"], Update).Idempotent()
            .WithSummary("Change the profile").Refuses(FigureForgeErrors.NotFound("User"), FigureForgeErrors.Conflict("This username is taken"));
        user.MapGet("/stats/", Stats)
            .WithSummary("Read what was used").Refuses(FigureForgeErrors.NotFound("User"));
    }

    internal static async Task<User?> Find(ProductDatabase database, Guid id, CancellationToken stop)
    {
        await Credits.Current(database, id, stop);
        await using var work = await database.Begin(stop);
        return await Find(work, id, stop);
    }

    internal static async Task<User?> Find(Work work, Guid id, CancellationToken stop)
    {
        var account = await work.One<AccountRow>("select email, created_at from accounts where id = @id and deleted_at is null", new { id }, stop);
        var artist = await work.One<ArtistRow>($"select {ArtistRow.Columns} from artists where account_id = @id", new { id }, stop);
        if (account is null || artist is null)
            return null;
        var subscription = await SubscriptionRow.Latest(work, id, stop);
        return new User(WireId.User(id), account.Email, artist.Username, artist.DisplayName, account.CreatedAt, subscription?.Shown(), Quota.Of(artist));
    }

    private static async Task<Results<Ok<User>, ProblemHttpResult>> Read(Caller caller, ProductDatabase database, CancellationToken stop) =>
        await Find(database, caller.AccountId, stop) is { } user ? TypedResults.Ok(user) : FigureForgeErrors.NotFound("User");

    private static async Task<Results<Ok<User>, ProblemHttpResult>> Update(ProfileChange change, Caller caller, Work work, CancellationToken stop)
    {
        await Credits.Renew(work, caller.AccountId, stop);
        try
        {
            await work.Execute(
                """
                update artists set username = coalesce(@Username, username), display_name = coalesce(@DisplayName, display_name), updated_at = clock()
                where account_id = @AccountId
                """, new { caller.AccountId, Username = change.Username?.Trim(), DisplayName = change.DisplayName?.Trim() }, stop);
        }
        catch (PostgresException taken) when (taken is { SqlState: PostgresErrorCodes.UniqueViolation, ConstraintName: "artists_username" })
        {
            return FigureForgeErrors.Conflict("This username is taken");
        }

        if (await Find(work, caller.AccountId, stop) is not { } user)
            return FigureForgeErrors.NotFound("User");
        await work.Commit(stop);
        return TypedResults.Ok(user);
    }

    private static async Task<Results<Ok<UserStats>, ProblemHttpResult>> Stats(Caller caller, ProductDatabase database, GenerationModels models, CancellationToken stop)
    {
        if (await Credits.Current(database, caller.AccountId, stop) is not { } artist)
            return FigureForgeErrors.NotFound("User");
        var practice = (await database.One<PracticeRow>(
            "select count(*) as sessions, coalesce(sum(drawn), 0) as drawn, coalesce(sum(drawn_seconds), 0) as seconds from practice_sessions where account_id = @AccountId and finished_at is not null",
            new { caller.AccountId }, stop))!;
        return TypedResults.Ok(new UserStats(
            artist.ImagesGenerated, artist.Left / models.Default.Credits, artist.Tier, artist.MonthlyGranted - artist.MonthlyCredits, artist.Left, Quota.IsNearlyUsedUp(artist),
            practice.Sessions, practice.Drawn, practice.Seconds));
    }

    private sealed record AccountRow
    {
        public string Email { get; init; } = "";
        public DateTimeOffset CreatedAt { get; init; }
    }

    private sealed record PracticeRow
    {
        public long Sessions { get; init; }
        public long Drawn { get; init; }
        public long Seconds { get; init; }
    }
}

/// <summary>A user as only they see themselves.</summary>
public sealed record User(string Id, string Email, string Username, string DisplayName, DateTimeOffset CreatedAt, SubscriptionData? Subscription, Quota Quota);

public sealed record UserStats(
    long ImagesGenerated, int ImagesRemaining, string SubscriptionTier, int CreditsUsed, int CreditsRemaining, bool Upsell,
    long PracticeSessions, long PracticeDrawings, long PracticeSeconds);

/// <summary>Absent members, and null, keep what is there.</summary>
public sealed record ProfileChange : IValidatableObject
{
    [RegularExpression(@"\s*[A-Za-z0-9][A-Za-z0-9_.\-]{2,29}\s*", ErrorMessage = "username must have 3 to 30 letters, digits, dots, hyphens or underscores, the first a letter or digit")]
    public string? Username { get; init; }

    [MaxLength(100, ErrorMessage = "display_name must have at most 100 characters")]
    public string? DisplayName { get; init; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Username is null && DisplayName is null)
            yield return new ValidationResult("username or display_name is required", [nameof(Username)]);
        // The expression lets an empty text pass.
        if (Username is { } name && name.Trim().Length is < 3 or > 30)
            yield return new ValidationResult("username must have 3 to 30 characters", [nameof(Username)]);
    }
}
