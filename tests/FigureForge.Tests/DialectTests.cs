using Colonnade.Testing;
using Shouldly;
using Xunit;

namespace Colonnade.FigureForge.Tests;

public sealed class DialectTests(FigureForgeApp app) : DialectTheory(app), IClassFixture<FigureForgeApp>
{
    protected override string OpenPost => "/api/auth/magic-link/request/";

    protected override string ClosedGet => "/api/boards/";

    protected override string Table => "boards";

    protected override async Task<Api> SignedIn() => (await app.Someone()).Api;

    protected override void ShouldBeInTheDialect(Answer answer, int status) => answer.ShouldBeRefused(status);
}

internal static class Refusals
{
    private static readonly Dictionary<int, string> Usual = new()
    {
        [400] = "INVALID_REQUEST",
        [401] = "AUTHENTICATION_REQUIRED",
        [402] = "INSUFFICIENT_QUOTA",
        [403] = "PERMISSION_DENIED",
        [404] = "NOT_FOUND",
        [405] = "METHOD_NOT_ALLOWED",
        [409] = "CONFLICT",
        [413] = "PAYLOAD_TOO_LARGE",
        [415] = "UNSUPPORTED_MEDIA_TYPE",
        [422] = "IDEMPOTENCY_MISMATCH",
        [429] = "RATE_LIMITED",
        [500] = "INTERNAL_ERROR",
        [503] = "SERVICE_UNAVAILABLE",
    };

    /// <summary>Asserts status and code in the product's envelope; without a code that of the status.</summary>
    public static Answer ShouldBeRefused(this Answer answer, int status, string? code = null)
    {
        answer.ShouldBe(status);
        answer.Header("Content-Type").ShouldBe("application/json; charset=utf-8");
        answer.Json.EnumerateObject().Select(member => member.Name).Where(name => name != "valid").ShouldBe(["error"]);
        var error = answer.At("error");
        error.EnumerateObject().Select(member => member.Name).ShouldBe(["code", "message", "details"]);
        error.GetProperty("code").GetString().ShouldBe(code ?? Usual[status]);
        error.GetProperty("message").GetString().ShouldNotBeNullOrEmpty();
        error.GetProperty("details").ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Object);
        return answer;
    }
}
