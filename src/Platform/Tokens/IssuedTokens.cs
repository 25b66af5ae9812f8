namespace Colonnade.Platform.Tokens;

/// <summary>
/// What a client gets at sign-in and at each refresh. The answer that carries it must not be stored
/// (<see cref="TokenRoutes.IssuesTokens{T}"/>).
/// </summary>
public sealed record IssuedTokens
{
    public required Guid AccountId { get; init; }

    public required Guid SessionId { get; init; }

    /// <summary>JWT, for <c>Authorization: Bearer</c>.</summary>
    public required string AccessToken { get; init; }

    public required DateTimeOffset AccessExpiresAt { get; init; }

    /// <summary>How long the access token is good, in seconds.</summary>
    public required int ExpiresIn { get; init; }

    /// <summary>43 characters that mean nothing; good once.</summary>
    public required string RefreshToken { get; init; }

    /// <summary>When the refresh token is no longer good if it is not used.</summary>
    public required DateTimeOffset RefreshExpiresAt { get; init; }

    /// <summary>The same in seconds from now, for a cookie's <c>Max-Age</c>.</summary>
    public required int RefreshExpiresIn { get; init; }

    /// <summary>Names the session and none of the secrets: it may meet a log.</summary>
    public override string ToString() => $"tokens of session {SessionId}";
}

/// <summary>What became of a refresh.</summary>
public abstract record RefreshOutcome
{
    private RefreshOutcome()
    {
    }

    public sealed record Refreshed(IssuedTokens Tokens) : RefreshOutcome;

    /// <summary>Unknown, expired, revoked, or spent before: which of them is told to nobody.</summary>
    public sealed record Refused : RefreshOutcome;
}
