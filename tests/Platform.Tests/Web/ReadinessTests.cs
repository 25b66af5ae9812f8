using Colonnade.Platform.Web;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace Colonnade.Platform.Tests.Web;

public sealed class SlowlyReadyApp() : DummyProduct(
    builder =>
    {
        builder.Services.AddSingleton<Preparations>();
        builder.Services.ReadyWhen("laying the table", services => services.GetRequiredService<Preparations>().IsTableLaid);
        builder.Services.ReadyWhen("lighting the candles", services => services.GetRequiredService<Preparations>().AreCandlesLit);
    },
    _ => { })
{
    public sealed class Preparations
    {
        public bool IsTableLaid { get; set; }

        public bool AreCandlesLit { get; set; }
    }
}

/// <summary>A node is sent requests only when it has done what it has to do first.</summary>
public sealed class ReadinessTests(SlowlyReadyApp app) : IClassFixture<SlowlyReadyApp>
{
    [Fact]
    public async Task A_node_is_ready_when_every_condition_is_met_and_says_which_is_not()
    {
        var preparations = app.Services.GetRequiredService<SlowlyReadyApp.Preparations>();
        (await app.Api.Get("/health/ready")).ShouldBe(503).Text.ShouldBe("""{"status":"laying the table"}""");
        preparations.IsTableLaid = true;
        (await app.Api.Get("/health/ready")).ShouldBe(503).Text.ShouldBe("""{"status":"lighting the candles"}""");
        (await app.Api.Get("/health/live")).ShouldBe(200);
        preparations.AreCandlesLit = true;
        (await app.Api.Get("/health/ready")).ShouldBe(200).Text.ShouldBe("""{"status":"ready"}""");

        app.Services.GetRequiredService<Readiness>().Drain();
        (await app.Api.Get("/health/ready")).ShouldBe(503).Text.ShouldBe("""{"status":"draining"}""");
    }
}
