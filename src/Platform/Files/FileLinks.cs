using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Unicode;
using Colonnade.Platform.Keys;
using Colonnade.Platform.Web;

namespace Colonnade.Platform.Files;

/// <summary>
/// URLs that carry their own permission, for <c>&lt;img src&gt;</c> and downloads, which can send no bearer token: good for 15 minutes,
/// for one file, one size and one way of showing it, under a sealed key of the product.
/// </summary>
public sealed class FileLinks
{
    /// <summary>How long a link is good.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromMinutes(15);

    private const int SignatureLength = 43;

    private readonly HmacKey _key;
    private readonly PublicUrl _url;
    private readonly TimeProvider _time;

    internal FileLinks(ProductKeys keys, PublicUrl url, TimeProvider time) => (_key, _url, _time) = (new HmacKey(keys, "file-links"), url, time);

    /// <summary>Where to see or save <paramref name="file"/>.</summary>
    /// <param name="file">That the caller may see: this is not asked again.</param>
    /// <param name="stop">Cancels.</param>
    /// <param name="thumbnail">512 or 256, of an image that has thumbnails.</param>
    public async ValueTask<FileLink> Of(StoredFile file, CancellationToken stop, int? thumbnail = null)
    {
        var expires = DateTimeOffset.FromUnixTimeSeconds((_time.GetUtcNow() + Life).ToUnixTimeSeconds());
        return new FileLink(Url(new FileGrant(file.Id, thumbnail, file.IsShown, expires.ToUnixTimeSeconds()), await _key.Get(stop)), expires);
    }

    internal async Task<bool> IsGood(FileGrant grant, string signature, CancellationToken stop) =>
        IsSignature(signature, grant, await _key.Get(stop)) && grant.Expires >= _time.GetUtcNow().ToUnixTimeSeconds();

    private string Url(FileGrant grant, byte[] key)
    {
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        Span<char> signature = stackalloc char[SignatureLength];
        grant.Sign(key, hash);
        Base64Url.EncodeToChars(hash, signature);
        return string.Create(CultureInfo.InvariantCulture,
            $"{_url.Root}/files/{grant.File}?expires={grant.Expires}&disposition={grant.Disposition}{(grant.Thumbnail is { } size ? $"&size={size}" : "")}&signature={signature}");
    }

    private static bool IsSignature(string signature, FileGrant grant, byte[] key)
    {
        Span<byte> expected = stackalloc byte[HMACSHA256.HashSizeInBytes];
        grant.Sign(key, expected);
        return signature.Length == SignatureLength && Base64Url.IsValid(signature) && CryptographicOperations.FixedTimeEquals(expected, Base64Url.DecodeFromChars(signature));
    }
}

/// <summary>A link and when it ends.</summary>
public sealed record FileLink(string Url, DateTimeOffset ExpiresAt)
{
    /// <summary>A link is a permission: no log shows it.</summary>
    public override string ToString() => "a link to a file";
}

/// <summary>What a link permits.</summary>
internal readonly record struct FileGrant(Guid File, int? Thumbnail, bool IsShown, long Expires)
{
    private const int MostBytes = 96;

    public string Disposition => IsShown ? "inline" : "attachment";

    /// <summary>HMAC-SHA-256 of all of it, written to <paramref name="hash"/>; each part is ended by U+0000, which none contains.</summary>
    public void Sign(byte[] key, Span<byte> hash)
    {
        Span<byte> message = stackalloc byte[MostBytes];
        Utf8.TryWrite(message, CultureInfo.InvariantCulture, $"{File:N}\0{Thumbnail ?? 0}\0{Disposition}\0{Expires}\0", out var length);
        HMACSHA256.HashData(key, message[..length], hash);
    }
}
