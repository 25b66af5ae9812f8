using System.Net;
using System.Net.Sockets;
using Colonnade.Platform.Web;
using Colonnade.Sandbox;
using Colonnade.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Hosting;
using Shouldly;
using Xunit;

namespace Colonnade.Host.Tests;

/// <summary>Products in service together, in this process: what a stop does to requests under way, and one end that ends all.</summary>
public sealed class ServingTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Where_nothing_is_set_each_product_listens_on_the_port_of_its_document()
    {
        await using var data = new TemporaryData();
        var settings = Settings.Read(
            [$"--Database:Connection={await (await TestCluster.Instance).Create()}", $"--Colonnade:Secret={House.Secret}", $"--Colonnade:Data={data.Path}"]).Settings;
        await using var foundation = await Foundation.Lay(settings, Products.All, LockHolder.Command, Stop);
        // Built one after another, as for a start, and only then looked at.
        var built = Products.All.Select(product => (Product: product, App: foundation.Build(product))).ToList();
        foreach (var (product, app) in built)
        {
            app.Configuration["Urls"].ShouldBe($"http://localhost:{product.Identity.Port}");
            await app.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_request_under_way_is_answered_before_a_stop_and_no_new_one_is_taken_after()
    {
        var entered = new TaskCompletionSource();
        var answer = new TaskCompletionSource();
        await using var house = await House.Open(
            new Resident("One", app => app.MapGet("/slow", async () =>
            {
                entered.SetResult();
                await answer.Task;
                return "done";
            }).AllowAnyone()),
            new Resident("Other", _ => { }));
        var slow = house.Of("One").Get("/slow");
        await entered.Task;

        house.Signal();
        await Refuses(house.UrlOf("One"));
        house.Ended.IsCompleted.ShouldBeFalse();
        answer.SetResult();

        (await slow).Text.ShouldBe("done");
        (await house.Ended).ShouldBe(0);
    }

    [Fact]
    public async Task While_a_load_balancer_may_still_send_readiness_says_no_and_requests_are_answered()
    {
        await using var house = await House.Open("--Shutdown:KeepServing=2", new Resident("One", _ => { }));
        house.Signal();
        Answer ready;
        do ready = await house.Of("One").Get("/health/ready");
        while (ready.Status == 200);

        ready.Status.ShouldBe(503);
        ready.Text.ShouldContain("draining");
        (await house.Of("One").Get("/health/live")).Status.ShouldBe(200);
        (await house.Ended).ShouldBe(0);
    }

    [Fact]
    public async Task When_one_product_ends_by_itself_all_end_and_the_exit_code_says_so()
    {
        await using var house = await House.Open(
            new Resident("One", app => app.MapGet("/end", (IHostApplicationLifetime life) => life.StopApplication()).AllowAnyone()),
            new Resident("Other", _ => { }));
        await house.Of("One").Get("/end");

        (await house.Ended).ShouldBe(1);
        await Refuses(house.UrlOf("Other"));
    }

    [Fact]
    public async Task When_one_product_cannot_start_none_stays()
    {
        var settings = await House.Settings();
        var output = new StringWriter();
        await Should.ThrowAsync<CannotStartException>(() => Serving.Run(
            settings,
            [
                new Resident("One", _ => { }).Product,
                new Product(new ProductIdentity("Broken", 0, typeof(SandboxProduct).Assembly), _ => throw new InvalidOperationException("Set Broken__Key.")),
            ],
            output,
            Stop));
        output.ToString().ShouldNotContain("http");
    }

    private static async Task Refuses(string url)
    {
        var address = new Uri(url);
        while (true)
        {
            using var socket = new TcpClient();
            try
            {
                await socket.ConnectAsync(IPAddress.Loopback, address.Port, Stop);
            }
            catch (SocketException)
            {
                return;
            }
        }
    }
}
