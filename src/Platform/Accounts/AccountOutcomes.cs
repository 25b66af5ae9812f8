namespace Colonnade.Platform.Accounts;

/// <summary>What became of a registration.</summary>
public abstract record RegisterOutcome
{
    private RegisterOutcome()
    {
    }

    public sealed record Registered(Account Account) : RegisterOutcome;

    /// <summary>Another account of this product has the address.</summary>
    public sealed record EmailTaken : RegisterOutcome;
}

/// <summary>What became of a sign-in.</summary>
public abstract record SignInOutcome
{
    private SignInOutcome()
    {
    }

    /// <summary>The password was right; <see cref="Account"/> is what a session is issued for.</summary>
    public sealed record SignedIn(Account Account) : SignInOutcome;

    /// <summary>Unknown name, wrong password, banned, or locked where locks are not shown: which of them is told to nobody.</summary>
    public sealed record Refused : SignInOutcome;

    /// <summary>Too many failures; only where <see cref="SignInLock.IsShown"/>.</summary>
    public sealed record Locked(DateTimeOffset Until, TimeSpan RetryAfter) : SignInOutcome;
}

/// <summary>What became of a change of password by someone who knows the current one.</summary>
public abstract record ChangePasswordOutcome
{
    private ChangePasswordOutcome()
    {
    }

    /// <summary>All other sessions have ended.</summary>
    public sealed record Changed(Account Account) : ChangePasswordOutcome;

    /// <summary>The current password is wrong, or guessed at too often.</summary>
    public sealed record Refused : ChangePasswordOutcome;

    /// <summary>Too many failures; only where <see cref="SignInLock.IsShown"/>.</summary>
    public sealed record Locked(DateTimeOffset Until, TimeSpan RetryAfter) : ChangePasswordOutcome;
}

/// <summary>What became of a change of address.</summary>
public abstract record ChangeEmailOutcome
{
    private ChangeEmailOutcome()
    {
    }

    public sealed record Changed(Account Account) : ChangeEmailOutcome;

    /// <summary>Another account of this product has the address; the transaction can go on.</summary>
    public sealed record EmailTaken : ChangeEmailOutcome;
}
