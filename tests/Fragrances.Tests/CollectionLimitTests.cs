using Shouldly;
using Xunit;

namespace Colonnade.Fragrances.Tests;

public sealed class CollectionLimitTests(LimitedApp app) : IClassFixture<LimitedApp>
{
    [Fact]
    public async Task A_collection_has_the_documented_limits_each_for_itself()
    {
        var me = (await app.Someone()).Api;
        foreach (var (method, path, body, limit) in new[]
        {
            ("GET", "/api/user/collection", null, 100),
            ("POST", "/api/user/collection", """{"fragranceId":1}""", 50),
            ("PUT", "/api/user/collection/1", "{}", 50),
            ("DELETE", "/api/user/collection/1", (string?)null, 50),
        })
        {
            var answers = await Task.WhenAll(Enumerable.Range(0, limit + 5).Select(_ => me.Send(method, path, body)));
            answers.Count(answer => answer.Status == 429).ShouldBe(5, method);
            answers.First(answer => answer.Status == 429).At("error.code").GetString().ShouldBe("RATE_LIMIT_EXCEEDED");
            answers[0].Header("X-RateLimit-Limit").ShouldBe(limit.ToString(System.Globalization.CultureInfo.InvariantCulture));
        }
    }
}
