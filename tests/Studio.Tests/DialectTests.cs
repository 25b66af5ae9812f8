using System.Text.Json;
using Colonnade.Testing;
using Shouldly;
using Xunit;

namespace Colonnade.Studio.Tests;

public sealed class DialectTests(StudioApp app) : DialectTheory(app), IClassFixture<StudioApp>
{
    protected override string OpenPost => "/api/auth/login";

    protected override string ClosedGet => "/api/orders";

    protected override string Table => "orders";

    protected override async Task<Api> SignedIn() => (await app.Someone()).Api;

    protected override void ShouldBeInTheDialect(Answer answer, int status) => answer.ShouldBeRefused(status);
}

internal static class Refusals
{
    private static readonly Dictionary<int, string> Usual = new()
    {
        [400] = "BAD_REQUEST",
        [401] = "UNAUTHORIZED",
        [403] = "FORBIDDEN",
        [404] = "NOT_FOUND",
        [405] = "METHOD_NOT_ALLOWED",
        [413] = "PAYLOAD_TOO_LARGE",
        [415] = "UNSUPPORTED_MEDIA_TYPE",
        [429] = "RATE_LIMITED",
        [500] = "INTERNAL_SERVER_ERROR",
        [503] = "SERVICE_UNAVAILABLE",
    };

    /// <summary>Asserts status and code in the product's envelope; without a code that of the status.</summary>
    public static Answer ShouldBeRefused(this Answer answer, int status, string? code = null)
    {
        answer.ShouldBe(status);
        answer.Header("Content-Type").ShouldBe("application/json; charset=utf-8");
        answer.Json.EnumerateObject().Select(member => member.Name).ShouldBe(["error"]);
        var error = answer.At("error");
        error.EnumerateObject().Select(member => member.Name).Except(["code", "message", "details"], StringComparer.Ordinal).ShouldBeEmpty();
        error.GetProperty("code").GetString().ShouldBe(code ?? Usual[status]);
        error.GetProperty("message").GetString().ShouldNotBeNullOrEmpty();
        if (error.TryGetProperty("details", out var details))
            details.ValueKind.ShouldNotBe(JsonValueKind.Null);
        if (status == 401)
            answer.Header("WWW-Authenticate")!.ShouldStartWith("Bearer");
        return answer;
    }
}
