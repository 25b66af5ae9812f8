using System.ComponentModel.DataAnnotations;
using Colonnade.Platform.Accounts;
using Colonnade.Platform.Database;
using Colonnade.Platform.RateLimits;
using Colonnade.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Colonnade.Narhub;

/// <summary>/api/admin/users: who there is, who is an operator, who is shut out. Acts on the next request of the user.</summary>
public static class AdminUsers
{
    private const string Columns =
        """
        a.id, a.email, u.name, u.company, a.role, a.email_verified_at is not null as email_verified, a.banned_at,
        u.created_at, greatest(u.updated_at, a.updated_at) as updated_at
        """;

    private static readonly QueryWords Search = new("search", "Only with this in address, name or company");
    private static readonly QueryChoice Role = new("role", ["user", "admin"], null, "Only with this role");
    private static readonly QueryWords After = new("after", "Only those behind this user: `next` of the page before") { Format = "uuid" };

    public static void MapAdminUsers(this IEndpointRouteBuilder api)
    {
        var users = api.MapGroup("/admin/users").WithTags("Admin").RequireOperator().Limit(NarhubLimits.OthersPerCaller);
        users.MapGet("/", List)
            .WithSummary("List and search users").Query(Search, Role, OrderQuery.Limit, After);
        users.MapGet("/{userId}", Read)
            .WithSummary("Read a user").Refuses(NarhubErrors.NotFound("User"));
        users.MapPatch("/{userId}", Update)
            .WithSummary("Change a user's role or access").Refuses(NarhubErrors.NotFound("User"), NarhubErrors.Conflict("Operators cannot change their own role or access"));
    }

    /// <summary>The newest first; <c>next</c> is the <c>after</c> of the following page.</summary>
    private static async Task<Results<Ok<AdminUserList>, ProblemHttpResult>> List(HttpRequest request, ProductDatabase database, CancellationToken stop)
    {
        var query = new QueryReader(request, NarhubErrors.InvalidParameter);
        var search = query.Words(Search);
        var role = query.Choice(Role) ?? "";
        var limit = (int)(query.Whole(OrderQuery.Limit) ?? OrderQuery.UsualLimit);
        var after = query.Words(After);
        if (query.Refusal is { } refusal)
            return refusal;
        if (!Guid.TryParse(after, out var cursor) && after is not null)
            return NarhubErrors.Invalid("after must be a user's id", "after");
        var users = await database.List<AdminUser>(
            $"""
            select {Columns} from accounts a join users u on u.id = a.id
            where a.deleted_at is null and (@role = '' or a.role = @role) and (@cursor::uuid is null or a.id < @cursor)
              and (@search::text is null or strpos(lower(a.email || ' ' || coalesce(u.name, '') || ' ' || coalesce(u.company, '')), lower(@search)) > 0)
            order by a.id desc
            limit @limit + 1
            """, new { role, cursor = after is null ? (Guid?)null : cursor, search, limit }, stop);
        var page = users.Take(limit).ToList();
        return TypedResults.Ok(new AdminUserList(page, users.Count > limit ? page[^1].Id : null));
    }

    private static async Task<Results<Ok<AdminUserAnswer>, ProblemHttpResult>> Read(PathUuid userId, ProductDatabase database, CancellationToken stop) =>
        await database.One<AdminUser>(
            $"select {Columns} from accounts a join users u on u.id = a.id where a.id = @Value and a.deleted_at is null", userId, stop) is { } user
            ? TypedResults.Ok(new AdminUserAnswer(user))
            : NarhubErrors.NotFound("User");

    private static async Task<Results<Ok<AdminUserAnswer>, ProblemHttpResult>> Update(
        PathUuid userId, AdminUserChange change, Caller caller, ProductAccounts accounts, ProductDatabase database, ClientFacts client, CancellationToken stop)
    {
        // Nobody locks themselves out by mistake.
        if (userId.Value == caller.AccountId)
            return NarhubErrors.Conflict("Operators cannot change their own role or access");
        await using var work = await database.Begin(stop);
        if (change.Role is not null && !await accounts.ChangeRole(work, userId.Value, change.Role, client, stop))
            return NarhubErrors.NotFound("User");
        if (change.Banned is true)
            await accounts.Ban(work, userId.Value, client, stop);
        else if (change.Banned is false)
            await accounts.Unban(work, userId.Value, client, stop);
        var user = await work.One<AdminUser>(
            $"select {Columns} from accounts a join users u on u.id = a.id where a.id = @Value and a.deleted_at is null", userId, stop);
        if (user is null)
            return NarhubErrors.NotFound("User");
        await work.Commit(stop);
        return TypedResults.Ok(new AdminUserAnswer(user));
    }
}

public sealed record AdminUserList(IReadOnlyList<AdminUser> Users, Guid? Next);

public sealed record AdminUserAnswer(AdminUser User);

public sealed record AdminUser
{
    public Guid Id { get; init; }
    public string Email { get; init; } = "";
    public string? Name { get; init; }
    public string? Company { get; init; }

    [AllowedValues("user", "admin")]
    public string Role { get; init; } = "";
    public bool EmailVerified { get; init; }
    public DateTimeOffset? BannedAt { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; init; }
}

/// <summary>Absent members keep what is there.</summary>
public sealed record AdminUserChange
{
    [AllowedValues("user", "admin", null, ErrorMessage = "role must be user or admin")]
    public string? Role { get; init; }

    public bool? Banned { get; init; }
}
