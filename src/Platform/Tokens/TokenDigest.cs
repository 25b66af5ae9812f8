using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Colonnade.Platform.Tokens;

/// <summary>SHA-256 of a token: what is remembered and stored in its place.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct TokenDigest(UInt128 High, UInt128 Low)
{
    /// <param name="token">At most <see cref="AccessToken.Longest"/> characters.</param>
    public static TokenDigest Of(ReadOnlySpan<char> token)
    {
        // Beyond ASCII every character becomes "?", which no token has: it finds nothing that was remembered.
        Span<byte> ascii = stackalloc byte[token.Length];
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        Encoding.ASCII.GetBytes(token, ascii);
        SHA256.HashData(ascii, hash);
        return MemoryMarshal.Read<TokenDigest>(hash);
    }

    /// <summary>The 32 bytes, as SHA-256 gives them.</summary>
    public byte[] ToBytes()
    {
        var bytes = new byte[SHA256.HashSizeInBytes];
        MemoryMarshal.Write(bytes, in this);
        return bytes;
    }

    /// <summary>Compares in a time that tells nothing of where two differ.</summary>
    public bool FixedTimeEquals(in TokenDigest other) => CryptographicOperations.FixedTimeEquals(
        MemoryMarshal.AsBytes(new ReadOnlySpan<TokenDigest>(in this)), MemoryMarshal.AsBytes(new ReadOnlySpan<TokenDigest>(in other)));
}
