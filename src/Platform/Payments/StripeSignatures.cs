using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Colonnade.Platform.Payments;

/// <summary>
/// Stripe's scheme of signing: <c>Stripe-Signature: t=&lt;seconds&gt;,v1=&lt;hex&gt;[,v1=…]</c>, HMAC-SHA-256 under the secret over
/// <c>&lt;t&gt;.&lt;raw body&gt;</c>. Any <c>v1</c> under any of the configured secrets will do: both sides can change theirs without a gap.
/// </summary>
/// <remarks>Source: https://docs.stripe.com/webhooks#verify-manually. Other versions in the header, as <c>v0</c>, are no signatures.</remarks>
public sealed class StripeSignatures
{
    /// <summary>How old or how far ahead a signature's time may be.</summary>
    public static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(300);

    public const string HeaderName = "Stripe-Signature";

    private const int LongestHeader = 4096;
    private const int MostSignatures = 16;
    private readonly byte[][] _secrets;
    private readonly TimeProvider _time;

    public StripeSignatures(StripeSettings settings, TimeProvider time)
    {
        _secrets = [.. settings.WebhookSecrets.Select(Encoding.UTF8.GetBytes)];
        _time = time;
    }

    /// <summary>Whether any secret is configured; without one nothing can be let in.</summary>
    public bool CanVerify => _secrets.Length > 0;

    /// <summary>Whether <paramref name="header"/> signs <paramref name="body"/> now, compared in constant time.</summary>
    /// <param name="body">The bytes as they came.</param>
    /// <param name="header">The value of <see cref="HeaderName"/>; null or malformed is false.</param>
    public bool Verify(ReadOnlySpan<byte> body, string? header)
    {
        if (header is null || !TryRead(header, out var time, out var signatures))
            return false;
        var distance = _time.GetUtcNow().ToUnixTimeSeconds() - long.Parse(time, NumberStyles.None, CultureInfo.InvariantCulture);
        if (Math.Abs(distance) > (long)Tolerance.TotalSeconds)
            return false;
        var isSigned = false;
        foreach (var secret in _secrets)
        {
            var expected = Sign(body, time, secret);
            foreach (var signature in signatures)
                isSigned |= CryptographicOperations.FixedTimeEquals(expected, signature);
        }

        return isSigned;
    }

    /// <summary>The value of <see cref="HeaderName"/> for <paramref name="body"/>, as Stripe makes it.</summary>
    public static string HeaderOf(ReadOnlySpan<byte> body, DateTimeOffset time, params IEnumerable<string> secrets)
    {
        var seconds = time.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var header = new StringBuilder("t=").Append(seconds);
        foreach (var secret in secrets)
            header.Append(",v1=").Append(Convert.ToHexStringLower(Sign(body, seconds, Encoding.UTF8.GetBytes(secret))));
        return header.ToString();
    }

    private static byte[] Sign(ReadOnlySpan<byte> body, string time, byte[] secret)
    {
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, secret);
        hmac.AppendData(Encoding.ASCII.GetBytes(time + "."));
        hmac.AppendData(body);
        return hmac.GetHashAndReset();
    }

    private static bool TryRead(string header, out string time, out List<byte[]> signatures)
    {
        time = "";
        signatures = [];
        if (header.Length > LongestHeader)
            return false;
        foreach (var part in header.Split(','))
        {
            var (name, value) = part.IndexOf('=', StringComparison.Ordinal) is > 0 and var at ? (part[..at].Trim(), part[(at + 1)..].Trim()) : ("", "");
            if (name == "t")
            {
                // Two times, and it would not be clear which one was signed.
                if (time.Length > 0 || value.Length is 0 or > 12 || value.AsSpan().ContainsAnyExceptInRange('0', '9'))
                    return false;
                time = value;
            }
            else if (name == "v1" && value.Length == 2 * SHA256.HashSizeInBytes && signatures.Count < MostSignatures)
            {
                var bytes = new byte[SHA256.HashSizeInBytes];
                if (Convert.FromHexString(value, bytes, out _, out _) == System.Buffers.OperationStatus.Done)
                    signatures.Add(bytes);
            }
        }

        return time.Length > 0 && signatures.Count > 0;
    }
}
