using System.Globalization;
using Colonnade.Platform.Errors;
using Colonnade.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;

namespace Colonnade.Platform.Files;

/// <summary>
/// <c>GET /files/{id}</c>: a file by its signed link. Shown where it stands are only PNG, JPEG, GIF and WebP, and only until one
/// proves not to be an image; everything else is saved. No page of ours and no script runs in it: <c>nosniff</c> and an empty
/// <c>sandbox</c>. What a link leads to never changes: it may be kept for as long as the link is good, and asked for in ranges.
/// </summary>
public static class FileRoutes
{
    private const string Sandboxed = "default-src 'none'; sandbox; frame-ancestors 'none'";

    public static void MapFiles(this IEndpointRouteBuilder app) =>
        app.MapMethods("/files/{id}", [HttpMethods.Get, HttpMethods.Head], Serve).AllowAnyone().ExcludeFromDescription();

    private static async Task<FileStreamHttpResult> Serve(
        PathUuid id, FileLinks links, ProductFiles files, TimeProvider time, HttpContext http, CancellationToken stop, long expires = 0, string disposition = "", string signature = "", int? size = null)
    {
        var grant = new FileGrant(id.Value, size, disposition == "inline", expires);
        if (disposition is not ("inline" or "attachment") || !await links.IsGood(grant, signature, stop))
            throw new PlatformFailureException(PlatformFailure.Forbidden);
        var isWhole = size is null && http.Request.Headers.Range.Count == 0;
        if (await files.Find(id.Value, stop) is not { } file || await (isWhole ? files.OpenWhole(file, stop) : files.Open(file, size, stop)) is not { } bytes)
            throw new PlatformFailureException(PlatformFailure.UnknownRoute);

        var headers = http.Response.Headers;
        headers.ContentSecurityPolicy = Sandboxed;
        var isShown = grant.IsShown && file.IsShown;
        headers.ContentDisposition = FileName.Disposition(size is null ? file.Name : Path.ChangeExtension(file.Name, ".webp"), isShown);
        headers["Cross-Origin-Resource-Policy"] = "cross-origin";
        headers.CacheControl = string.Create(CultureInfo.InvariantCulture, $"private, max-age={Math.Max(0, expires - time.GetUtcNow().ToUnixTimeSeconds())}, immutable");
        if (size is null && !bytes.CanSeek)
            http.Response.ContentLength = file.Size;
        if (isWhole)
            headers.AcceptRanges = "bytes";
        var tag = new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(file.Sha256.AsSpan(0, 16))}{(size is null ? "" : $"-{size}")}\"");
        return TypedResults.Stream(bytes, size is null ? file.MediaType : FileType.WebP.MediaType, entityTag: tag, enableRangeProcessing: bytes.CanSeek);
    }
}
