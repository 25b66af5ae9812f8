using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Colonnade.Sandbox.Stripe;

/// <summary>
/// How every call of <c>/v1</c> is answered: key, parameters, idempotency, faults on demand, one transaction, <c>expand</c>, errors.
/// </summary>
internal static class StripeRoutes
{
    /// <summary>What the Sandbox does not do, so that nobody believes it did.</summary>
    private static readonly string[] NotHere =
    [
        "coupon", "discounts", "promotion_code", "default_tax_rates", "transfer_data", "application_fee_amount", "application_fee_percent", "on_behalf_of",
        "payment_method_data", "confirmation_token", "schedule", "pause_collection", "backdate_start_date",
    ];

    private static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static void Read(this IEndpointRouteBuilder v1, string path, Func<StripeCall, Task<JsonObject>> answer) =>
        v1.MapGet(path, http => Answer(http, answer));

    public static void Write(this IEndpointRouteBuilder v1, string path, Func<StripeCall, Task<JsonObject>> answer) =>
        v1.MapPost(path, http => Answer(http, answer));

    public static void Remove(this IEndpointRouteBuilder v1, string path, Func<StripeCall, Task<JsonObject>> answer) =>
        v1.MapDelete(path, http => Answer(http, answer));

    /// <summary>What no route knows, in Stripe's words.</summary>
    public static void MapUnknown(this IEndpointRouteBuilder v1) => v1.Map("/{**rest}", static http => Reply(http, 404, new JsonObject
    {
        ["error"] = StripeRefusal.Invalid(null, $"Unrecognized request URL ({http.Request.Method}: {http.Request.Path}). Please see https://stripe.com/docs or we can help at https://support.stripe.com/.").Error.DeepClone(),
    }.ToJsonString(Json)));

    private static async Task Answer(HttpContext http, Func<StripeCall, Task<JsonObject>> answer)
    {
        var desk = http.RequestServices.GetRequiredService<StripeDesk>();
        Fault? fault = null;
        (int Status, string Body, bool IsReplay) reply;
        try
        {
            CheckKey(http.Request);
            var form = HttpMethods.IsPost(http.Request.Method) ? await ReadBody(http) : http.Request.QueryString.Value?.TrimStart('?') ?? "";
            fault = await Faults.Take(desk, http);
            if (fault is { IsBefore: true })
            {
                await Faults.Strike(http, fault);
                return;
            }

            reply = await Carry(http, desk, form, answer);
        }
        catch (StripeRefusal refusal)
        {
            reply = (refusal.Status, Body(refusal), false);
        }

        if (fault is not null)
        {
            await Faults.Strike(http, fault);
            return;
        }

        if (reply.IsReplay)
            http.Response.Headers["Idempotent-Replayed"] = "true";
        await Reply(http, reply.Status, reply.Body);
    }

    private static async Task<(int Status, string Body, bool IsReplay)> Carry(HttpContext http, StripeDesk desk, string form, Func<StripeCall, Task<JsonObject>> answer)
    {
        var key = HttpMethods.IsPost(http.Request.Method) ? KeyOf(http.Request) : null;
        var request = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{http.Request.Path}\n{form}")));
        await using var work = await desk.Database.Begin(CancellationToken.None);
        var call = await desk.Call(work, form, (string?)http.Request.RouteValues["id"] ?? "", key);
        http.Response.Headers["Request-Id"] = call.RequestId;
        if (key is not null && await Replay(call, key, request) is { } stored)
            return stored;
        if (Array.Find(NotHere, call.Given.Has) is { } absent)
            throw StripeRefusal.Invalid(absent, $"The Sandbox does not know {absent}.");
        int status;
        string body;
        try
        {
            var result = await answer(call);
            foreach (var path in call.Given.Texts("expand"))
                await Expand(call, result, path.Split('.'));
            (status, body) = (200, result.ToJsonString(Json));
        }
        catch (StripeRefusal fact) when (fact.IsFact)
        {
            (status, body) = (fact.Status, Body(fact));
        }
        catch (PostgresException contended) when (contended.SqlState is PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.UniqueViolation)
        {
            throw StripeRefusal.LockTimeout();
        }

        if (key is not null)
        {
            await work.Execute(
                """
                insert into stripe_keys (key, request, status, body) values (@key, @request, @status, @body)
                on conflict (key) do update set request = excluded.request, status = excluded.status, body = excluded.body, created_at = excluded.created_at
                """, new { key, request, status, body }, CancellationToken.None);
        }

        await work.Commit(CancellationToken.None);
        return (status, body, false);
    }

    private static async Task<(int, string, bool)?> Replay(StripeCall call, string key, string request)
    {
        if (!await call.Work.One<bool>("select pg_try_advisory_xact_lock(hashtextextended(current_schema() || @key, 0))", new { key }, CancellationToken.None))
            throw StripeRefusal.IdempotencyRunning(key);
        var stored = await call.Work.One<StoredReply>(
            "select request, status, body from stripe_keys where key = @key and created_at > clock() - interval '24 hours'", new { key }, CancellationToken.None);
        if (stored is null)
            return null;
        return stored.Request == request ? (stored.Status, stored.Body, true) : throw StripeRefusal.IdempotencyMismatch(key);
    }

    /// <summary>Puts whole objects where their ids stand.</summary>
    private static async Task Expand(StripeCall call, JsonNode? at, ReadOnlyMemory<string> path)
    {
        if (path.IsEmpty || at is null)
            return;
        if (at is JsonArray list)
        {
            foreach (var element in list)
                await Expand(call, element, path);
            return;
        }

        if (at is not JsonObject whole || !whole.TryGetPropertyValue(path.Span[0], out var member))
            return;
        if (member is JsonValue id && id.TryGetValue<string>(out var text) && await call.Objects.TryFind(text) is { } found)
            whole[path.Span[0]] = member = found;
        await Expand(call, member, path[1..]);
    }

    private static void CheckKey(HttpRequest request)
    {
        var header = request.Headers.Authorization.ToString();
        var key = header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) ? header[7..].Trim()
            : header.StartsWith("Basic ", StringComparison.OrdinalIgnoreCase) ? UserOf(header[6..].Trim())
            : throw StripeRefusal.BadKey("You did not provide an API key. You need to provide your API key in the Authorization header, using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY').");
        if (!key.StartsWith("sk_test_", StringComparison.Ordinal) && !key.StartsWith("rk_test_", StringComparison.Ordinal))
            throw StripeRefusal.BadKey("Invalid API Key provided: the Sandbox takes any key that begins with sk_test_.");
    }

    private static string UserOf(string basic)
    {
        var bytes = new byte[basic.Length];
        return Convert.TryFromBase64String(basic, bytes, out var length) ? Encoding.UTF8.GetString(bytes, 0, length).Split(':')[0] : "";
    }

    private static async Task<string> ReadBody(HttpContext http)
    {
        if (http.Request.ContentType is { Length: > 0 } type && !type.StartsWith("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase))
            throw StripeRefusal.Invalid(null, "Invalid request: the body must be application/x-www-form-urlencoded.");
        using var reader = new StreamReader(http.Request.Body, Encoding.UTF8);
        return await reader.ReadToEndAsync(http.RequestAborted);
    }

    private static string? KeyOf(HttpRequest request)
    {
        var key = request.Headers["Idempotency-Key"].ToString();
        return key.Length <= 255 ? key.Length == 0 ? null : key : throw StripeRefusal.Invalid("Idempotency-Key", "Idempotency keys have at most 255 characters.");
    }

    private static string Body(StripeRefusal refusal) => new JsonObject { ["error"] = refusal.Error.DeepClone() }.ToJsonString(Json);

    private static Task Reply(HttpContext http, int status, string body)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = "application/json; charset=utf-8";
        http.Response.Headers.CacheControl = "no-store";
        return http.Response.WriteAsync(body, CancellationToken.None);
    }

    private sealed record StoredReply
    {
        public string Request { get; init; } = "";
        public int Status { get; init; }
        public string Body { get; init; } = "";
    }
}
