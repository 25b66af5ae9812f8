using System.Security.Cryptography;

namespace Colonnade.Platform.Telemetry;

/// <summary>How logs name an account: twelve hexadecimal digits of SHA-256 over its id, enough to follow one and to find it from its row.</summary>
public static class AccountHash
{
    public static string Of(Guid accountId)
    {
        Span<byte> id = stackalloc byte[16];
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        accountId.TryWriteBytes(id, bigEndian: true, out _);
        SHA256.HashData(id, hash);
        return Convert.ToHexStringLower(hash[..6]);
    }
}
