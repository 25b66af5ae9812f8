using Colonnade.Platform.RateLimits;

namespace Colonnade.Narhub;

/// <summary>Every limit of this product, named what-per-whom. The document has three: registrations, sign-ins, and all the rest together.</summary>
public static class NarhubLimits
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    public static readonly Limit RegistrationsPerAddress = Limit.PerAddress("registrations", 5, Minute).Exact();
    public static readonly Limit SignInsPerAddress = Limit.PerAddress("sign_ins", 10, Minute).Exact();

    /// <summary>One bucket a user over all other routes; who is not signed in shares that of the address.</summary>
    public static readonly Limit OthersPerCaller = Limit.PerCaller("others", 100, Minute);

    /// <summary>Beside <see cref="OthersPerCaller"/>, on what mails or guesses secrets.</summary>
    public static readonly Limit ResetMailsPerAddress = Limit.PerAddress("reset_mails", 5, Minute).Exact();
    public static readonly Limit ResetsPerAddress = Limit.PerAddress("resets", 10, Minute).Exact();
    public static readonly Limit VerificationsPerAddress = Limit.PerAddress("verifications", 10, Minute).Exact();
}
