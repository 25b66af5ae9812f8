using System.Security.Cryptography;
using System.Text;
using Colonnade.Platform.Web;
using Microsoft.Extensions.Configuration;

namespace Colonnade.Platform.Keys;

/// <summary>
/// Seals what must not lie readable in the database: signing keys, answers kept for replays, codes on their way
/// into a mail. AES-256-GCM under a key derived (HKDF-SHA-256) from <c>Colonnade:Secret</c> for this product.
/// </summary>
/// <remarks>
/// Layout: version (1 byte), nonce (12), tag (16), ciphertext. <c>context</c> is authenticated, not stored: a value
/// moved to another row or purpose does not open.
/// </remarks>
public sealed class Seal
{
    private const byte Version = 1;
    private const int NonceLength = 12;
    private const int TagLength = 16;
    private readonly byte[] _key;

    public Seal(ProductIdentity product, IConfiguration configuration)
    {
        var secret = configuration["Colonnade:Secret"];
        if (string.IsNullOrEmpty(secret) || !TryDecode(secret, out var bytes) || bytes.Length < 32)
            throw new InvalidOperationException("Set Colonnade__Secret to at least 32 random bytes in base64, the same on every node.");
        _key = HKDF.DeriveKey(HashAlgorithmName.SHA256, bytes, 32, info: Encoding.UTF8.GetBytes("colonnade seal " + product.Schema));
    }

    public byte[] Close(ReadOnlySpan<byte> plain, string context)
    {
        var sealedBytes = new byte[1 + NonceLength + TagLength + plain.Length];
        sealedBytes[0] = Version;
        var nonce = sealedBytes.AsSpan(1, NonceLength);
        RandomNumberGenerator.Fill(nonce);
        using var aes = new AesGcm(_key, TagLength);
        aes.Encrypt(nonce, plain, sealedBytes.AsSpan(1 + NonceLength + TagLength), sealedBytes.AsSpan(1 + NonceLength, TagLength), Encoding.UTF8.GetBytes(context));
        return sealedBytes;
    }

    /// <exception cref="CryptographicException">Sealed with another secret, for another context, or changed since.</exception>
    public byte[] Open(ReadOnlySpan<byte> sealedBytes, string context)
    {
        if (sealedBytes.Length < 1 + NonceLength + TagLength || sealedBytes[0] != Version)
            throw new CryptographicException("Not a sealed value.");
        var plain = new byte[sealedBytes.Length - 1 - NonceLength - TagLength];
        using var aes = new AesGcm(_key, TagLength);
        aes.Decrypt(sealedBytes.Slice(1, NonceLength), sealedBytes[(1 + NonceLength + TagLength)..], sealedBytes.Slice(1 + NonceLength, TagLength), plain, Encoding.UTF8.GetBytes(context));
        return plain;
    }

    private static bool TryDecode(string secret, out byte[] bytes)
    {
        bytes = new byte[secret.Length];
        var decoded = Convert.TryFromBase64String(secret, bytes, out var length);
        Array.Resize(ref bytes, length);
        return decoded;
    }
}
