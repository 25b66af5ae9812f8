using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Colonnade.Platform.Database;
using Colonnade.Platform.Keys;

namespace Colonnade.Platform.Webhooks;

/// <summary>
/// Secrets of endpoints, and what is signed with them: Standard Webhooks 1.0, symmetric. At rest they are sealed, each
/// to its own row.
/// </summary>
internal sealed class WebhookSecrets(Seal seal, TimeProvider time)
{
    private const string Prefix = "whsec_";
    private const int Length = 32;

    /// <summary>With the present one: a receiver that is slow to change may lag behind by two.</summary>
    private const int MostAtATime = 3;

    /// <summary>Makes the endpoint's present secret; one that was present before is good for <paramref name="overlap"/> yet.</summary>
    /// <returns>The secret as receivers configure it.</returns>
    public async Task<string> Make(Work work, Guid endpoint, TimeSpan overlap, CancellationToken stop)
    {
        var id = Guid.CreateVersion7(time.GetUtcNow());
        var secret = RandomNumberGenerator.GetBytes(Length);
        await work.Execute(
            "update webhook_secrets set expires_at = clock() + @overlap where endpoint_id = @endpoint and expires_at is null", new { endpoint, overlap }, stop);
        await work.Execute(
            """
            insert into webhook_secrets (id, endpoint_id, sealed) values (@id, @endpoint, @Sealed)
            """, new { id, endpoint, Sealed = seal.Close(secret, Context(endpoint, id)) }, stop);
        await work.Execute(
            """
            delete from webhook_secrets
            where endpoint_id = @endpoint
              and id not in (
                select id from webhook_secrets where endpoint_id = @endpoint and coalesce(expires_at > clock(), true)
                order by expires_at desc nulls first, id desc limit @MostAtATime)
            """, new { endpoint, MostAtATime }, stop);
        return Prefix + Convert.ToBase64String(secret);
    }

    /// <summary>The header <c>webhook-signature</c>: one signature for each secret, separated by spaces.</summary>
    /// <param name="sealedSecrets">Those that are good now.</param>
    /// <param name="endpoint">Whose they are.</param>
    /// <param name="messageId">The header <c>webhook-id</c>.</param>
    /// <param name="timestamp">The header <c>webhook-timestamp</c>, seconds since 1970.</param>
    /// <param name="body">The bytes that are sent.</param>
    public string Sign(IEnumerable<(Guid Id, byte[] Sealed)> sealedSecrets, Guid endpoint, string messageId, long timestamp, ReadOnlySpan<byte> body)
    {
        var head = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{messageId}.{timestamp}."));
        var signed = new byte[head.Length + body.Length];
        head.CopyTo(signed, 0);
        body.CopyTo(signed.AsSpan(head.Length));
        return string.Join(' ', sealedSecrets.Select(secret =>
            "v1," + Convert.ToBase64String(HMACSHA256.HashData(seal.Open(secret.Sealed, Context(endpoint, secret.Id)), signed))));
    }

    private static string Context(Guid endpoint, Guid secret) => $"webhook secret {secret} of {endpoint}";
}
