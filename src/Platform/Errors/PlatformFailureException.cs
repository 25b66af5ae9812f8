namespace Colonnade.Platform.Errors;

/// <summary>
/// A platform failure met too deep to be returned as a value, such as no slot to hash a password in.
/// Written in the product's dialect like every other failure, and not logged as an error.
/// </summary>
public sealed class PlatformFailureException : Exception
{
    public PlatformFailureException(PlatformFailure failure, TimeSpan? retryAfter = null)
        : base(failure.ToString())
    {
        Failure = failure;
        RetryAfter = retryAfter;
    }

    public PlatformFailure Failure { get; }

    public TimeSpan? RetryAfter { get; }
}
