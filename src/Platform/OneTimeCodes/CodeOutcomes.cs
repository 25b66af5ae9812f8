namespace Colonnade.Platform.OneTimeCodes;

/// <summary>What became of the wish to be sent a code.</summary>
public abstract record SendOutcome
{
    private SendOutcome()
    {
    }

    /// <summary>A new code, in place of an older one. Enqueue its mail in the same transaction, unless nobody has the address.</summary>
    /// <param name="ExpiresAt">Until when it is good.</param>
    /// <param name="SealedDigits">For the mail job, to be read with <see cref="Codes.Reveal"/>; null unless the purpose has digits.</param>
    /// <param name="SealedLink">The same for the link's token.</param>
    /// <param name="LinkExpiresAt">Until when the link is good.</param>
    /// <param name="SealedAddress">Where the mail goes, for the mail job too: the account may have another address when it runs.</param>
    public sealed record Sent(DateTimeOffset ExpiresAt, string? SealedDigits, string? SealedLink, DateTimeOffset LinkExpiresAt, string SealedAddress) : SendOutcome;

    /// <summary>One was sent less than a minute ago and is still good: send nothing, answer the same.</summary>
    public sealed record Unchanged(DateTimeOffset ExpiresAt, DateTimeOffset LinkExpiresAt) : SendOutcome;

    /// <summary>Five an hour or ten a day have gone to this address: send nothing.</summary>
    public sealed record TooMany(TimeSpan RetryAfter) : SendOutcome;
}

/// <summary>What a code that came back is worth.</summary>
public abstract record TryOutcome
{
    private TryOutcome()
    {
    }

    /// <summary>It is right, and not used yet: <see cref="Codes.Consume"/> it in the transaction of what it allows.</summary>
    public sealed record Right : TryOutcome
    {
        internal Right(Guid code, Guid accountId, int credentialsVersion)
        {
            Code = code;
            AccountId = accountId;
            CredentialsVersion = credentialsVersion;
        }

        /// <summary>Whose address was proved.</summary>
        public Guid AccountId { get; }

        internal Guid Code { get; }

        internal int CredentialsVersion { get; }
    }

    public sealed record Wrong : TryOutcome;

    /// <summary>It was right, and is too old now.</summary>
    public sealed record Expired : TryOutcome;

    /// <summary>A link that was right and has been used, or stands beside digits that were.</summary>
    public sealed record Used : TryOutcome;

    /// <summary>There is no code to compare with: none sent, used, tried five times, or void because password or address changed.</summary>
    public sealed record None : TryOutcome;
}
