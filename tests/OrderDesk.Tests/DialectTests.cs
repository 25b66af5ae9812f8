using System.Text.Json;
using Colonnade.Testing;
using Shouldly;
using Xunit;

namespace Colonnade.OrderDesk.Tests;

public sealed class DialectTests(OrderDeskApp app) : DialectTheory(app), IClassFixture<OrderDeskApp>
{
    protected override string OpenPost => "/api/auth/login";

    protected override string ClosedGet => "/api/orders";

    protected override string Table => "orders";

    protected override Task<Api> SignedIn() => Task.FromResult(app.Service);

    protected override void ShouldBeInTheDialect(Answer answer, int status) => ShouldBeRefused(answer, status);

    internal static Answer ShouldBeRefused(Answer answer, int status, string? code = null, string? error = null)
    {
        answer.ShouldBe(status);
        answer.Header("Content-Type").ShouldBe("application/json; charset=utf-8");
        var members = answer.Json.EnumerateObject().Select(member => member.Name).ToList();
        members.ShouldContain("success", StringComparer.Ordinal);
        members.Except(["success", "error", "errorCode", "message", "timestamp", "errors"], StringComparer.Ordinal).ShouldBeEmpty();
        answer.At("success").GetBoolean().ShouldBeFalse();
        answer.At("error").GetString().ShouldNotBeNullOrEmpty();
        answer.At("errorCode").GetString().ShouldNotBeNullOrEmpty();
        answer.At("timestamp").GetString()!.ShouldMatch(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$");
        if (members.Contains("message", StringComparer.Ordinal))
            answer.At("message").ValueKind.ShouldBe(JsonValueKind.String);
        if (status == 401)
            answer.Header("WWW-Authenticate")!.ShouldStartWith("Bearer");
        if (code is not null)
            answer.At("errorCode").GetString().ShouldBe(code);
        if (error is not null)
            answer.At("error").GetString().ShouldBe(error);
        return answer;
    }
}

internal static class Refusals
{
    /// <summary>Asserts status, code and, where given, the sentence, in the product's envelope.</summary>
    public static Answer ShouldBeRefused(this Answer answer, int status, string code, string? error = null) =>
        DialectTests.ShouldBeRefused(answer, status, code, error);
}
