using System.Diagnostics;
using System.Globalization;
using Colonnade.Platform.Database;
using Colonnade.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Shouldly;
using Xunit;

namespace Colonnade.Platform.Tests.Abuse;

public sealed class SmallPoolApp() : DummyProduct(
    _ => { },
    app => app.MapGet("/rows", async (ProductDatabase database, CancellationToken stop) => await database.One<int>("select 1", null, stop)).AllowAnyone())
{
    protected override IReadOnlyDictionary<string, string?> Settings => new Dictionary<string, string?>(StringComparer.Ordinal) { ["Database:PoolSize"] = "3" };
}

/// <summary>Connections to PostgreSQL: few, and none of them waits or is waited for without end.</summary>
public sealed class PoolTests(SmallPoolApp app) : IClassFixture<SmallPoolApp>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_exhausted_pool_is_a_503_in_good_time_and_over_when_it_is_over()
    {
        await using (await app.Database.Begin(Stop))
        await using (await app.Database.Begin(Stop))
        await using (await app.Database.Begin(Stop))
        {
            var began = Stopwatch.GetTimestamp();
            var answers = await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => app.Api.Get("/rows")));
            // All wait at the same time: two seconds for the pool, not two for each.
            Stopwatch.GetElapsedTime(began).ShouldBeInRange(TimeSpan.FromSeconds(1.9), TimeSpan.FromSeconds(5));
            foreach (var answer in answers)
            {
                answer.ShouldBe(503).At("code").GetString().ShouldBe("UNAVAILABLE");
                int.Parse(answer.Header("Retry-After")!, CultureInfo.InvariantCulture).ShouldBeInRange(1, 5);
            }

            (await app.Api.Get("/health/live")).ShouldBe(200);
            (await app.Api.Get("/health/ready")).ShouldBe(503);
        }

        (await app.Api.Get("/rows")).ShouldBe(200);
        (await app.Api.Get("/health/ready")).ShouldBe(200);
    }

    [Theory]
    [InlineData("statement_timeout", "5s")]
    [InlineData("lock_timeout", "2s")]
    [InlineData("idle_in_transaction_session_timeout", "10s")]
    [InlineData("search_path", "dummy,public")]
    [InlineData("application_name", "colonnade-dummy")]
    [InlineData("default_transaction_isolation", "read committed")]
    public async Task Every_connection_is_bounded(string setting, string value)
    {
        await using (var work = await app.Database.Begin(Stop))
            (await work.One<string>($"show {setting}", null, Stop)).ShouldBe(value);
        // Also one that was given back and taken again.
        (await app.Database.One<string>($"show {setting}", null, Stop)).ShouldBe(value);
    }
}
