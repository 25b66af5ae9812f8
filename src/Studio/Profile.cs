using System.ComponentModel.DataAnnotations;
using Colonnade.Platform.Accounts;
using Colonnade.Platform.Database;
using Colonnade.Platform.RateLimits;
using Colonnade.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Colonnade.Studio;

/// <summary>/api/users/profile: who the caller is.</summary>
public static class Profile
{
    private const string Select =
        """
        select a.id, p.name, a.email, p.avatar, p.bio, a.created_at, a.role
        from accounts a join profiles p on p.account_id = a.id where a.id = @id and a.deleted_at is null
        """;

    public static void MapProfile(this IEndpointRouteBuilder api)
    {
        var profile = api.MapGroup("/users/profile").WithTags("Users").RequireCustomer().Limit(StudioLimits.CallsPerCaller);
        profile.MapGet("/", Read)
            .WithSummary("Read the profile").Refuses(StudioErrors.NotFound("User"));
        profile.MapPut("/", Update)
            .WithSummary("Change the profile").Refuses(StudioErrors.NotFound("User"), StudioErrors.EmailTaken());
    }

    internal static async Task<User> Add(Work work, Guid id, string name, CancellationToken stop)
    {
        await work.Execute("insert into profiles (account_id, name) values (@id, @name)", new { id, name }, stop);
        return (await Find(work, id, stop))!;
    }

    internal static async Task<User?> Find(Work work, Guid id, CancellationToken stop) => (await work.One<ProfileRow>(Select, new { id }, stop))?.User();

    internal static async Task<User?> Find(ProductDatabase database, Guid id, CancellationToken stop) => (await database.One<ProfileRow>(Select, new { id }, stop))?.User();

    private static async Task<Results<Ok<User>, ProblemHttpResult>> Read(Caller caller, ProductDatabase database, CancellationToken stop) =>
        await Find(database, caller.AccountId, stop) is { } user ? TypedResults.Ok(user) : StudioErrors.NotFound("User");

    private static async Task<Results<Ok<UpdatedUser>, ProblemHttpResult>> Update(
        ProfileChange change, Caller caller, ProductAccounts accounts, ExistenceBudget budget, ProductDatabase database, ClientFacts client, HttpContext http, CancellationToken stop)
    {
        if (change.Email is not null && await budget.Wait(http, stop) is { } wait)
            return StudioErrors.TooMany(wait);
        await using var work = await database.Begin(stop);
        if (change.Email is not null)
        {
            // The new address holds at once; the old one is told.
            if (await accounts.ChangeEmail(work, caller.AccountId, EmailAddress.Parse(change.Email), client, stop, except: caller.SessionId) is ChangeEmailOutcome.EmailTaken)
            {
                await work.DisposeAsync();
                return await budget.Spend(http, stop) is { } spent ? StudioErrors.TooMany(spent) : StudioErrors.EmailTaken();
            }
        }

        // Column by column, so that two updates of different fields keep both.
        await work.Execute(
            """
            update profiles set name = coalesce(@Name, name), avatar = coalesce(@Avatar, avatar), bio = coalesce(@Bio, bio),
                updated_at = greatest(clock(), updated_at + interval '1 millisecond')
            where account_id = @AccountId
            """, new { caller.AccountId, Name = change.Name?.Trim(), change.Avatar, Bio = change.Bio?.Trim() }, stop);
        if (await Find(work, caller.AccountId, stop) is not { } user)
            return StudioErrors.NotFound("User");
        await work.Commit(stop);
        return TypedResults.Ok(new UpdatedUser(user));
    }

    private sealed record ProfileRow
    {
        public Guid Id { get; init; }
        public string Name { get; init; } = "";
        public string Email { get; init; } = "";
        public string Avatar { get; init; } = "";
        public string Bio { get; init; } = "";
        public DateTimeOffset CreatedAt { get; init; }
        public string Role { get; init; } = "";

        public User User() => new(Id, Name, Email, Avatar, Bio, CreatedAt, Roles.Of(Role));
    }
}

/// <summary>A user: the profile as it stands in the document, and the role.</summary>
public sealed record User(Guid Id, string Name, string Email, string Avatar, string Bio, DateTimeOffset JoinDate, string Role);

public sealed record UpdatedUser(User User);

/// <summary>Absent members, and null, keep what is there.</summary>
public sealed record ProfileChange : IValidatableObject
{
    public string? Name { get; init; }

    public string? Email { get; init; }

    [MaxLength(2048, ErrorMessage = "Avatar must have at most 2048 characters")]
    public string? Avatar { get; init; }

    [MaxLength(2000, ErrorMessage = "Bio must have at most 2000 characters")]
    public string? Bio { get; init; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Name is not null && Name.Trim().Length is 0 or > 100)
            yield return new ValidationResult("Name must have 1 to 100 characters", [nameof(Name)]);
        if (Email is not null && !EmailAddress.TryParse(Email, out _))
            yield return new ValidationResult("A valid email address is required", [nameof(Email)]);
        // It ends in an <img src> or a link.
        if (Avatar is { Length: > 0 } && !(Uri.TryCreate(Avatar, UriKind.Absolute, out var url) && url.Scheme is "http" or "https"))
            yield return new ValidationResult("Avatar must be an http or https URL", [nameof(Avatar)]);
    }
}
