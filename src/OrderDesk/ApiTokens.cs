using System.Text.Json.Serialization;
using Colonnade.Platform.ApiTokens;
using Colonnade.Platform.Database;
using Colonnade.Platform.RateLimits;
using Colonnade.Platform.Tokens;
using Colonnade.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Colonnade.OrderDesk;

/// <summary>/api/tokens: named tokens for services, each with scopes and an end; only for whoever may do everything.</summary>
public static class ApiTokens
{
    public static void MapApiTokens(this IEndpointRouteBuilder api)
    {
        var tokens = api.MapGroup("/tokens").WithTags("Tokens").RequireScope(Caller.EveryScope).Limit(OrderDeskLimits.TokensPerCaller);
        tokens.MapGet("/", List)
            .WithSummary("List the tokens of services");
        tokens.MapPost("/", Create).IssuesTokens()
            .WithSummary("Make a token for a service; it is shown once");
        tokens.MapGet("/{tokenId}", Get)
            .WithSummary("Read what is known of a token").Refuses(OrderDeskErrors.TokenNotFound());
        tokens.MapDelete("/{tokenId}", Revoke)
            .WithSummary("Revoke a token").Refuses(OrderDeskErrors.TokenNotFound());
    }

    private static async Task<Ok<Answer<TokenList>>> List(ProductApiTokens tokens, CancellationToken stop) =>
        TypedResults.Ok(new Answer<TokenList>(true, new TokenList([.. (await tokens.List(stop)).Select(token => ApiTokenData.Of(token))])));

    private static async Task<Results<Created<Answer<ApiTokenData>>, ProblemHttpResult>> Create(
        TokenWish wish, ProductApiTokens tokens, ProductDatabase database, ClientFacts client, CancellationToken stop)
    {
        await using var work = await database.Begin(stop);
        switch (await tokens.Create(work, new NewApiToken(wish.Name ?? "") { Scopes = wish.Scopes, ExpiresAt = wish.ExpiresAt }, client, stop))
        {
            case CreateApiTokenOutcome.Created created:
                await work.Commit(stop);
                return TypedResults.Created($"/api/tokens/{created.Token.Id}",
                    new Answer<ApiTokenData>(true, ApiTokenData.Of(created.Token, created.Secret), "Token created successfully; it is not shown again"));
            case CreateApiTokenOutcome.Refused refused:
                return OrderDeskErrors.Invalid(refused.Reason, refused.Field);
            default:
                throw new InvalidOperationException("Making a token had no outcome.");
        }
    }

    private static async Task<Results<Ok<Answer<ApiTokenData>>, ProblemHttpResult>> Get(PathUuid tokenId, ProductApiTokens tokens, CancellationToken stop) =>
        (await tokens.List(stop)).Find(token => token.Id == tokenId.Value) is { } token
            ? TypedResults.Ok(new Answer<ApiTokenData>(true, ApiTokenData.Of(token)))
            : OrderDeskErrors.TokenNotFound();

    private static async Task<Results<Ok<Done>, ProblemHttpResult>> Revoke(
        PathUuid tokenId, ProductApiTokens tokens, ProductDatabase database, ClientFacts client, CancellationToken stop)
    {
        await using var work = await database.Begin(stop);
        if (!await tokens.Revoke(work, tokenId.Value, client, stop))
            return OrderDeskErrors.TokenNotFound();
        await work.Commit(stop);
        return TypedResults.Ok(new Done(true, "Token revoked successfully"));
    }
}

/// <param name="Name">What to call it in lists.</param>
/// <param name="Scopes">Of users:read, users:write, orders:read, orders:write, or *; the four when not given.</param>
/// <param name="ExpiresAt">From when on it is refused; never when not given.</param>
public sealed record TokenWish(string? Name = null, IReadOnlyList<string>? Scopes = null, DateTimeOffset? ExpiresAt = null);

public sealed record TokenList(IReadOnlyList<ApiTokenData> Tokens);

/// <summary>A token as it is shown; with the token itself only where it was just made.</summary>
public sealed record ApiTokenData(
    Guid TokenId,
    string Name,
    string Prefix,
    IReadOnlyList<string> Scopes,
    DateTimeOffset CreatedAt,
    DateTimeOffset? ExpiresAt,
    DateTimeOffset? LastUsedAt,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Token)
{
    internal static ApiTokenData Of(ApiToken token, string? secret = null) =>
        new(token.Id, token.Name, token.Prefix, token.Scopes, token.CreatedAt, token.ExpiresAt, token.LastUsedAt, secret);

    /// <summary>Without the token, wherever the record is printed.</summary>
    public override string ToString() => $"token {Prefix}";
}
