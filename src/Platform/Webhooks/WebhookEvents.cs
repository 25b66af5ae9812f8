using System.Buffers;
using System.Text;
using System.Text.Json;
using Colonnade.Platform.Database;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;

namespace Colonnade.Platform.Webhooks;

/// <summary>
/// Publishes what happened to the endpoints that want to know, in the transaction in which it happened: an event that
/// was not committed is never sent, one that was is sent at least once.
/// </summary>
/// <remarks>
/// The body is <c>{"type":…,"timestamp":…,"data":…}</c>, written once, so that all attempts and endpoints get the same
/// bytes and the same <c>webhook-id</c>. Where nobody wants a type nothing is written, and mostly nothing asked. Events
/// are kept for 30 days.
/// </remarks>
public sealed class WebhookEvents
{
    /// <summary>The type of event that tries an endpoint out; see <see cref="WebhookDeliveries.SendTest"/>.</summary>
    public const string TestType = "webhook.test";

    private readonly WebhookRules _rules;
    private readonly WebhookInterest _interest;
    private readonly JsonSerializerOptions _json;
    private readonly TimeProvider _time;

    internal WebhookEvents(WebhookRules rules, WebhookInterest interest, IOptions<JsonOptions> json, TimeProvider time)
    {
        _rules = rules;
        _interest = interest;
        _json = json.Value.SerializerOptions;
        _time = time;
    }

    /// <summary>
    /// False when nobody wants events of this type, so that what they would say need not be read; when it is true, somebody may.
    /// </summary>
    public bool MayWant(string type) => _interest.MayWant(type);

    /// <summary>Publishes an event once <paramref name="work"/> has committed.</summary>
    /// <param name="work">The change that is told of.</param>
    /// <param name="type">One of those the product declares.</param>
    /// <param name="data">A wire record; written as the product writes its JSON.</param>
    /// <param name="stop">Cancels.</param>
    /// <exception cref="ArgumentException">The product does not declare this type.</exception>
    public async Task Publish<T>(Work work, string type, T data, CancellationToken stop)
    {
        if (!_rules.EventTypes.Contains(type, StringComparer.Ordinal))
            throw new ArgumentException($"The product declares no event of type {type}.", nameof(type));
        if (!_interest.MayWant(type))
            return;
        var id = Guid.CreateVersion7(_time.GetUtcNow());
        var endpoints = await work.List<Guid>(
            """
            with wanted as (
                select id from webhook_endpoints
                where disabled_at is null and removed_at is null and (event_types = '{}' or @type = any (event_types))
            ), event as (
                insert into webhook_events (id, type, body) select @id, @type, @Body where exists (select from wanted) returning id
            )
            insert into webhook_deliveries (event_id, endpoint_id) select event.id, wanted.id from event, wanted
            returning endpoint_id
            """, new { id, type, Body = Body(type, data) }, stop);
        foreach (var endpoint in endpoints)
            await new DeliverWebhook(id, endpoint, 1).Enqueue(work, stop);
    }

    internal string Body<T>(string type, T data)
    {
        var body = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(body, new JsonWriterOptions { Encoder = _json.Encoder }))
        {
            json.WriteStartObject();
            json.WriteString("type", type);
            json.WritePropertyName("timestamp");
            JsonSerializer.Serialize(json, _time.GetUtcNow(), _json);
            json.WritePropertyName("data");
            JsonSerializer.Serialize(json, data, _json);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(body.WrittenSpan);
    }
}
