using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
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
        var grant = new FileGrant(file.Id, thumbnail, file.IsShown, expires.ToUnixTimeSeconds());
        var signature = Base64Url.EncodeToString(await Sign(grant, stop));
        return new FileLink(_url.Of(string.Create(CultureInfo.InvariantCulture,
            $"/files/{grant.File}?expires={grant.Expires}&disposition={grant.Disposition}{(thumbnail is null ? "" : $"&size={thumbnail}")}&signature={signature}")), expires);
    }

    internal async Task<bool> IsGood(FileGrant grant, string signature, CancellationToken stop)
    {
        var expected = await Sign(grant, stop);
        var given = signature.Length == 43 && Base64Url.IsValid(signature) ? Base64Url.DecodeFromChars(signature) : [];
        return CryptographicOperations.FixedTimeEquals(expected, given) && grant.Expires >= _time.GetUtcNow().ToUnixTimeSeconds();
    }

    private ValueTask<byte[]> Sign(FileGrant grant, CancellationToken stop) => _key.Hash(stop,
        grant.File.ToString("N"), (grant.Thumbnail ?? 0).ToString(CultureInfo.InvariantCulture), grant.Disposition, grant.Expires.ToString(CultureInfo.InvariantCulture));
}

/// <summary>A link and when it ends.</summary>
public sealed record FileLink(string Url, DateTimeOffset ExpiresAt)
{
    /// <summary>A link is a permission: no log shows it.</summary>
    public override string ToString() => "a link to a file";
}

/// <summary>What a link permits.</summary>
internal sealed record FileGrant(Guid File, int? Thumbnail, bool IsShown, long Expires)
{
    public string Disposition => IsShown ? "inline" : "attachment";
}
