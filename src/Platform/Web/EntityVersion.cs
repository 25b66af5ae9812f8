using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Colonnade.Platform.Web;

/// <summary>
/// The version of a row as its strong entity tag, <c>"7"</c>, and the conditions a client may set on it (RFC 9110, 13.1).
/// </summary>
public static class EntityVersion
{
    /// <summary>Puts the tag on the answer.</summary>
    public static void SetETag(this HttpResponse response, long version) =>
        response.Headers.ETag = string.Create(CultureInfo.InvariantCulture, $"\"{version}\"");

    /// <summary>
    /// The versions that <c>If-Match</c> allows a change of; null when every one will do. A header that names none of ours,
    /// or cannot be read, allows none.
    /// </summary>
    public static long[]? VersionsToMatch(this HttpRequest request)
    {
        var header = request.Headers.IfMatch;
        if (header.Count == 0 || (header.Count == 1 && header[0]?.Trim() == "*"))
            return null;
        return Versions(header);
    }

    /// <summary>Whether <c>If-None-Match</c> says that the client has <paramref name="version"/> already (304).</summary>
    public static bool IsKnown(this HttpRequest request, long version)
    {
        var header = request.Headers.IfNoneMatch;
        return header.Count > 0 && (header is ["*"] || Array.IndexOf(Versions(header), version) >= 0);
    }

    private static long[] Versions(Microsoft.Extensions.Primitives.StringValues header) => EntityTagHeaderValue.TryParseList(header, out var tags)
        ? [.. tags.Where(tag => !tag.IsWeak).Select(tag => long.TryParse(tag.Tag.AsSpan().Trim('"'), NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : 0)]
        : [];
}
