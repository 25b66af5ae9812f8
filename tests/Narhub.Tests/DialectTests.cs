using System.Text.Json;
using Colonnade.Testing;
using Shouldly;
using Xunit;

namespace Colonnade.Narhub.Tests;

public sealed class DialectTests(NarhubApp app) : DialectTheory(app), IClassFixture<NarhubApp>
{
    protected override string OpenPost => "/api/auth/signin";

    protected override string ClosedGet => "/api/cart";

    protected override string Table => "cart_items";

    protected override async Task<Api> SignedIn() => (await app.Someone()).Api;

    protected override void ShouldBeInTheDialect(Answer answer, int status) => ShouldBeRefused(answer, status);

    [Fact]
    public async Task The_envelope_holds_both_forms_of_the_document()
    {
        (await app.Api.Get("/api/cart")).ShouldBe(401).Text.ShouldBe("""{"message":"No autenticado","code":"UNAUTHORIZED","error":"UNAUTHORIZED","data":null}""");
        (await app.Api.Post("/api/auth/register", """{"name":"John Doe","email":"john","password":"securepassword123"}""")).ShouldBe(400).Text
            .ShouldBe("""{"message":"Invalid email address","code":"VALIDATION_ERROR","errors":{"email":["Invalid email address"]},"error":"VALIDATION_ERROR","data":null}""");
    }

    [Fact]
    public async Task A_role_too_small_is_forbidden() =>
        (await (await app.Someone()).Api.Get("/api/admin/users")).ShouldBeRefused(403, "FORBIDDEN", "Insufficient permissions");

    internal static Answer ShouldBeRefused(Answer answer, int status, string? code = null, string? message = null)
    {
        answer.ShouldBe(status);
        answer.Header("Content-Type").ShouldBe("application/json; charset=utf-8");
        var members = answer.Json.EnumerateObject().Select(member => member.Name).ToList();
        members.Except(["message", "code", "errors", "retryAfter", "data", "error"], StringComparer.Ordinal).ShouldBeEmpty();
        answer.At("message").GetString().ShouldNotBeNullOrEmpty();
        answer.At("code").GetString().ShouldNotBeNullOrEmpty();
        answer.At("error").GetString().ShouldBe(answer.At("code").GetString());
        answer.At("data").ValueKind.ShouldBe(JsonValueKind.Null);
        if (members.Contains("errors", StringComparer.Ordinal))
        {
            foreach (var field in answer.At("errors").EnumerateObject())
                field.Value.EnumerateArray().ShouldNotBeEmpty();
        }

        members.Contains("retryAfter", StringComparer.Ordinal).ShouldBe(status == 429);
        if (status == 401)
            answer.Header("WWW-Authenticate").ShouldBe("Cookie");
        if (code is not null)
            answer.At("code").GetString().ShouldBe(code);
        if (message is not null)
            answer.At("message").GetString().ShouldBe(message);
        return answer;
    }
}

internal static class Refusals
{
    /// <summary>Asserts status, code and, where given, the sentence, in the product's envelope.</summary>
    public static Answer ShouldBeRefused(this Answer answer, int status, string code, string? message = null) =>
        DialectTests.ShouldBeRefused(answer, status, code, message);

    /// <summary>Asserts a broken rule of <paramref name="field"/>.</summary>
    public static Answer ShouldBeInvalid(this Answer answer, string field, string? message = null)
    {
        answer.ShouldBeRefused(400, "VALIDATION_ERROR", message);
        answer.At("errors").EnumerateObject().Select(of => of.Name).ShouldContain(field, StringComparer.Ordinal);
        return answer;
    }

    public static IReadOnlyList<string> Members(this JsonElement element) => [.. element.EnumerateObject().Select(member => member.Name)];
}
