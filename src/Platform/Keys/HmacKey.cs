using System.Security.Cryptography;
using System.Text;

namespace Colonnade.Platform.Keys;

/// <summary>
/// A 256-bit key of one purpose, made at first use and shared by all nodes, for keyed hashes that must stay the same
/// for years: it is never rotated.
/// </summary>
internal sealed class HmacKey(ProductKeys keys, string purpose)
{
    private volatile byte[]? _key;

    /// <summary>HMAC-SHA-256 of <paramref name="message"/>.</summary>
    public async ValueTask<byte[]> Hash(byte[] message, CancellationToken stop) => HMACSHA256.HashData(await Get(stop), message);

    /// <summary>HMAC-SHA-256 of the parts, each ended by U+0000, so that no two lists of parts without it collide.</summary>
    public ValueTask<byte[]> Hash(CancellationToken stop, params ReadOnlySpan<string> parts) =>
        Hash(Encoding.UTF8.GetBytes(string.Concat(string.Join('\0', parts), "\0")), stop);

    /// <summary>The key itself, for who hashes so much that arrays and strings of it count.</summary>
    public async ValueTask<byte[]> Get(CancellationToken stop) =>
        _key ??= (await keys.Active(purpose, static () => RandomNumberGenerator.GetBytes(32), stop)).Bytes;
}
