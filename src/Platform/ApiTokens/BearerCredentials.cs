using Colonnade.Platform.Tokens;
using Colonnade.Platform.Web;
using Microsoft.AspNetCore.Http;

namespace Colonnade.Platform.ApiTokens;

/// <summary>
/// The caller behind <c>Authorization: Bearer</c> where services call too: a configured service token, an API token, or,
/// where the product has them, an account's access token.
/// </summary>
internal sealed class BearerCredentials(ServiceTokens configured, LiveApiTokens live, AccessTokens? accessTokens, ProductIdentity product) : ICredentials
{
    private readonly string _head = ProductApiTokens.Head(product);

    public IReadOnlyList<CredentialForm> Forms { get; } =
        [new("serviceToken", "A service token from the settings, or a named API token with scopes.") { IsOfService = true }, .. accessTokens?.Forms ?? []];

    public ValueTask<Caller?> Identify(HttpContext http)
    {
        if (http.Request.Headers.Authorization.Count == 0)
            return default;
        if (!BearerHeader.TryRead(http, out var token) || token.Length > AccessToken.Longest)
            return BearerHeader.Refuse(http);

        var digest = TokenDigest.Of(token.Span);
        if (configured.Find(digest) is { } service)
            return ValueTask.FromResult<Caller?>(service);
        if (token.Span.StartsWith(_head, StringComparison.Ordinal))
            return ProductApiTokens.IsWellFormed(token.Span, _head) ? OfApiToken(http, digest) : BearerHeader.Refuse(http);
        return accessTokens?.Identify(http, token) ?? BearerHeader.Refuse(http);
    }

    private ValueTask<Caller?> OfApiToken(HttpContext http, TokenDigest digest)
    {
        var caller = live.CallerOf(digest, http.RequestAborted);
        return caller is { IsCompletedSuccessfully: true, Result: not null } ? caller : RefuseUnless(http, caller);
    }

    private static async ValueTask<Caller?> RefuseUnless(HttpContext http, ValueTask<Caller?> caller) => await caller ?? await BearerHeader.Refuse(http);
}
