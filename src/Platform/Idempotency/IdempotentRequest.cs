using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Colonnade.Platform.Errors;
using Colonnade.Platform.Web;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.Routing;

namespace Colonnade.Platform.Idempotency;

/// <summary>What identifies a request with an <c>Idempotency-Key</c>, and what it asks for.</summary>
/// <param name="CallerId">Who asks: an account or a service.</param>
/// <param name="Id">SHA-256 of caller, method, route pattern and key: the scope.</param>
/// <param name="Fingerprint">SHA-256 of path, query and body: the same request, or another under the same key.</param>
internal sealed record IdempotentRequest(Guid CallerId, byte[] Id, byte[] Fingerprint)
{
    private const int LongestKey = 255;

    /// <summary>Held while the request runs; gone with its connection.</summary>
    public long Lock => BinaryPrimitives.ReadInt64BigEndian(Id);

    /// <summary>Binds the stored answer to its row.</summary>
    public string SealContext => "idempotent answer " + Convert.ToHexStringLower(Id);

    /// <summary>Null when the request carries no key. The body is read and can be read again.</summary>
    /// <exception cref="PlatformFailureException">The key is empty, too long, not printable ASCII or given twice.</exception>
    public static async Task<IdempotentRequest?> Read(HttpContext http, Caller caller, CancellationToken stop)
    {
        if (Scope(http, caller) is not { } id)
            return null;
        using var fingerprint = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        fingerprint.AppendData(Encoding.UTF8.GetBytes(http.Request.GetEncodedPathAndQuery() + "\n"));
        await Append(http.Request.Body, fingerprint, stop);
        http.Request.Body.Position = 0;
        return new IdempotentRequest(caller.Id, id, fingerprint.GetHashAndReset());
    }

    /// <summary>SHA-256 of caller, method, route pattern and key; null when the request carries no key.</summary>
    /// <exception cref="PlatformFailureException">The key is empty, too long, not printable ASCII or given twice.</exception>
    public static byte[]? Scope(HttpContext http, Caller caller)
    {
        var given = http.Request.Headers["Idempotency-Key"];
        if (given.Count == 0)
            return null;
        var key = given.Count == 1 ? given.ToString() : "";
        if (key.Length is 0 or > LongestKey || key.AsSpan().ContainsAnyExceptInRange(' ', '~'))
            throw new PlatformFailureException(PlatformFailure.IdempotencyKeyInvalid);
        var pattern = (http.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText;
        return SHA256.HashData(Encoding.UTF8.GetBytes($"{caller.Id}\n{http.Request.Method}\n{pattern}\n{key}"));
    }

    private static async Task Append(Stream body, IncrementalHash hash, CancellationToken stop)
    {
        var buffer = new byte[16 * 1024];
        while (await body.ReadAsync(buffer, stop) is > 0 and var read)
            hash.AppendData(buffer, 0, read);
    }
}
