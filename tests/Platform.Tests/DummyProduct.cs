using System.Text.Json;
using Colonnade.Platform.Errors;
using Colonnade.Platform.Web;
using Colonnade.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Colonnade.Platform.Tests;

/// <summary>The smallest product: what the platform gives without any capability.</summary>
public sealed class DummyErrors : Dialect
{
    public override Type Envelope => typeof(ErrorEnvelope);

    public override Refusal Word(PlatformFailure failure, FailureFacts facts) => failure switch
    {
        PlatformFailure.UnknownRoute => new(404, "UNKNOWN_ROUTE", "No such route"),
        PlatformFailure.MethodNotAllowed => new(405, "METHOD_NOT_ALLOWED", "No such method"),
        PlatformFailure.MalformedRequest => new(400, "MALFORMED", "Cannot be read", facts.Field),
        PlatformFailure.InvalidRequest => new(400, "INVALID", "Breaks a rule", facts.Field, facts.Errors),
        PlatformFailure.UnsupportedMediaType => new(415, "MEDIA_TYPE", "Send application/json"),
        PlatformFailure.TooLarge => new(413, "TOO_LARGE", "Too long"),
        PlatformFailure.Unauthenticated => new(401, "UNAUTHENTICATED", "Sign in"),
        PlatformFailure.Forbidden => new(403, "FORBIDDEN", "Not yours"),
        PlatformFailure.RateLimited => new(429, "LIMITED", "Too many", RetryAfter: facts.RetryAfter),
        PlatformFailure.Overloaded => new(503, "OVERLOADED", "Too busy", RetryAfter: facts.RetryAfter),
        PlatformFailure.Unavailable => new(503, "UNAVAILABLE", "Try again", RetryAfter: facts.RetryAfter),
        PlatformFailure.IdempotencyKeyInvalid => new(400, "KEY_INVALID", "Bad key"),
        PlatformFailure.IdempotencyKeyReused => new(422, "KEY_REUSED", "Another body"),
        PlatformFailure.IdempotencyRunning => new(409, "KEY_RUNNING", "Still running", RetryAfter: facts.RetryAfter),
        PlatformFailure.Unexpected => new(500, "UNEXPECTED", $"Request {facts.RequestId}"),
    };

    protected override Task Write(HttpContext http, Refusal refusal) =>
        http.Response.WriteAsJsonAsync(new ErrorEnvelope(refusal.Code, refusal.Message, refusal.Field, refusal.Details), http.RequestAborted);

    public sealed record ErrorEnvelope(string Code, string Message, string? Field, object? Details);
}

/// <summary>A host for routes that a test class maps itself.</summary>
public abstract class DummyProduct(Action<WebApplicationBuilder> add, Action<WebApplication> map)
    : ProductFixture(Identity, builder => Build(builder, add, map))
{
    public static readonly ProductIdentity Identity = new("Dummy", 3999, typeof(Dialect).Assembly);

    private static WebApplication Build(WebApplicationBuilder builder, Action<WebApplicationBuilder> add, Action<WebApplication> map)
    {
        builder.AddProduct(Identity, new DummyErrors(), JsonNamingPolicy.CamelCase);
        add(builder);
        var app = builder.Build();
        app.UseProduct();
        map(app);
        return app;
    }
}
