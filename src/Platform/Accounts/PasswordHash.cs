using System.Buffers.Text;
using System.Globalization;

namespace Colonnade.Platform.Accounts;

/// <summary>
/// A password as it is stored: <c>$pbkdf2-sha512$i=220000$salt$hash</c>, salt (16 bytes) and hash (64 bytes) in base64url.
/// </summary>
public sealed class PasswordHash
{
    internal const int SaltLength = 16;
    internal const int HashLength = 64;
    private const string Scheme = "pbkdf2-sha512";
    private const int MostIterations = 10_000_000;

    internal PasswordHash(int iterations, byte[] salt, byte[] hash)
    {
        Iterations = iterations;
        Salt = salt;
        Hash = hash;
    }

    internal int Iterations { get; }

    internal byte[] Salt { get; }

    internal byte[] Hash { get; }

    /// <summary>What the column <c>accounts.password</c> holds.</summary>
    internal string Stored => string.Create(CultureInfo.InvariantCulture, $"${Scheme}$i={Iterations}${Base64Url.EncodeToString(Salt)}${Base64Url.EncodeToString(Hash)}");

    /// <exception cref="FormatException">The column holds something else.</exception>
    internal static PasswordHash Parse(string stored)
    {
        var parts = stored.Split('$');
        if (parts is ["", Scheme, ['i', '=', .. var iterations], var salt, var hash]
            && int.TryParse(iterations, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count is > 0 and <= MostIterations
            && Base64Url.DecodeFromChars(salt) is { Length: SaltLength } saltBytes && Base64Url.DecodeFromChars(hash) is { Length: HashLength } hashBytes)
            return new PasswordHash(count, saltBytes, hashBytes);
        throw new FormatException("A stored password is not in the form this version writes.");
    }

    public override string ToString() => "password hash";
}
