namespace Colonnade.Platform.ApiTokens;

/// <summary>One named token of a service, as it may be shown: never the token itself.</summary>
public sealed record ApiToken
{
    public Guid Id { get; init; }

    /// <summary>What its owner calls it; several may have one name, as while one replaces another.</summary>
    public string Name { get; init; } = "";

    /// <summary>How the token begins: <c>cod_orderdesk_</c> and eight characters. No two begin alike.</summary>
    public string Prefix { get; init; } = "";

    public string[] Scopes { get; init; } = [];

    /// <summary>The account or service that made it; null when a command did.</summary>
    public Guid? CreatedBy { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>From when on it is refused; null: never.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Roughly: nodes write it down once a minute. Null when it was not used yet.</summary>
    public DateTimeOffset? LastUsedAt { get; init; }

    /// <summary>The columns of <c>api_tokens</c> that fill this record.</summary>
    internal const string Columns = "id, name, prefix, scopes, created_by, created_at, expires_at, last_used_at";
}

/// <summary>A token to be made.</summary>
/// <param name="Name">1 to 100 characters after trimming.</param>
public sealed record NewApiToken(string Name)
{
    /// <summary>Of those the product declares, or <c>*</c>; null: all the product declares, which is less than <c>*</c>.</summary>
    public IReadOnlyList<string>? Scopes { get; init; }

    /// <summary>From when on it is refused; null: never.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }
}

/// <summary>What came of making a token.</summary>
public abstract record CreateApiTokenOutcome
{
    private CreateApiTokenOutcome()
    {
    }

    /// <param name="Token">Its row.</param>
    /// <param name="Secret">The token itself. Show it now: it can never be told again.</param>
    public sealed record Created(ApiToken Token, string Secret) : CreateApiTokenOutcome
    {
        /// <summary>Without the secret, wherever the record is printed.</summary>
        public override string ToString() => $"Created {Token.Prefix}";
    }

    /// <param name="Field"><c>name</c>, <c>scopes</c> or <c>expiresAt</c>.</param>
    /// <param name="Reason">One sentence for the person who asked.</param>
    public sealed record Refused(string Field, string Reason) : CreateApiTokenOutcome;
}
