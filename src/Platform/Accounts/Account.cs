namespace Colonnade.Platform.Accounts;

/// <summary>One account as its row was when it was read.</summary>
public sealed record Account
{
    public Guid Id { get; init; }

    /// <summary>As typed, trimmed.</summary>
    public string Email { get; init; } = "";

    public DateTimeOffset? EmailVerifiedAt { get; init; }

    public string Role { get; init; } = "";

    /// <summary>BCP 47, such as <c>de-AT</c>.</summary>
    public string? Locale { get; init; }

    public Guid? OrganisationId { get; init; }

    public DateTimeOffset? BannedAt { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset UpdatedAt { get; init; }

    /// <summary>Counts changes of the row.</summary>
    public long Version { get; init; }

    /// <summary>Counts changes of password or address; what was proved before such a change proves nothing after it.</summary>
    public int CredentialsVersion { get; init; }

    /// <summary>False for an account that signs in by code only.</summary>
    public bool HasPassword { get; init; }

    /// <summary>The stored hash; read only where a password is compared, and gone from what is handed out.</summary>
    internal string? Password { get; init; }

    /// <summary>The columns of <c>accounts a</c> that fill this record.</summary>
    internal const string Columns =
        """
        a.id, a.email, a.email_verified_at, a.role, a.locale, a.organisation_id, a.banned_at, a.created_at, a.updated_at, a.version,
        a.credentials_version, a.password is not null as has_password
        """;
}

/// <summary>An account to be registered.</summary>
/// <param name="Email">Where it is reached, and its name at sign-in.</param>
/// <param name="Password">From <see cref="Passwords.Hash"/>; null signs in by code only.</param>
public sealed record NewAccount(EmailAddress Email, PasswordHash? Password)
{
    public string Role { get; init; } = "user";

    public string? Locale { get; init; }
}
