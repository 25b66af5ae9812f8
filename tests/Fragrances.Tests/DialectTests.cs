using System.Text.Json;
using Colonnade.Testing;
using Shouldly;
using Xunit;

namespace Colonnade.Fragrances.Tests;

public sealed class DialectTests(FragrancesApp app) : DialectTheory(app), IClassFixture<FragrancesApp>
{
    protected override string OpenPost => "/api/auth/login";

    protected override string ClosedGet => "/api/user/profile";

    protected override string Table => "profiles";

    protected override async Task<Api> SignedIn() => (await app.Someone()).Api;

    protected override void ShouldBeInTheDialect(Answer answer, int status)
    {
        answer.ShouldBe(status);
        answer.Header("Content-Type").ShouldBe("application/json; charset=utf-8");
        answer.Json.EnumerateObject().Select(member => member.Name).ShouldBe(["success", "error", "timestamp", "path"]);
        answer.At("success").GetBoolean().ShouldBeFalse();
        answer.At("error").EnumerateObject().Select(member => member.Name).Except(["code", "message", "details", "field"], StringComparer.Ordinal).ShouldBeEmpty();
        answer.At("error.code").GetString().ShouldNotBeNullOrEmpty();
        answer.At("error.message").ValueKind.ShouldBe(JsonValueKind.String);
        answer.At("timestamp").GetString()!.Length.ShouldBe(24);
        answer.At("path").GetString()![0].ShouldBe('/');
    }
}
