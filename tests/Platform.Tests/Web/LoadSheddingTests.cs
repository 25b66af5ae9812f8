using System.Net;
using System.Net.Sockets;
using Colonnade.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging.Abstractions;
using Shouldly;
using Xunit;

namespace Colonnade.Platform.Tests.Web;

public sealed class BusyApp() : DummyProduct(
    builder =>
    {
        builder.Services.AddSingleton<Work>();
        builder.Services.AddSingleton(provider => new StandingDelay(provider.GetRequiredService<TimeProvider>()));
        builder.Services.Replace(ServiceDescriptor.Singleton(provider => new Admission(
            Floor, static work => work.Execute(), [provider.GetRequiredService<StandingDelay>()], provider.GetRequiredService<TimeProvider>(), NullLogger.Instance)));
    },
    app =>
    {
        app.MapGet("/work", (Work work) => work.Run()).AllowAnyone();
        app.MapGet("/last", () => "done").AllowAnyone().ShedLast();
        app.MapPost("/body", (HttpRequest request, CancellationToken stop) => Echo(request, stop)).AllowAnyone();
    })
{
    public const int Floor = 8;

    private static async Task<string> Echo(HttpRequest request, CancellationToken stop)
    {
        using var body = new StreamReader(request.Body);
        return await body.ReadToEndAsync(stop);
    }

    public sealed class Work
    {
        private readonly TaskCompletionSource<string> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _begun;

        public int Begun => Volatile.Read(ref _begun);

        public Task<string> Run()
        {
            Interlocked.Increment(ref _begun);
            return _done.Task;
        }

        public void End() => _done.TrySetResult("done");
    }
}

/// <summary>What a client sees of an overloaded product.</summary>
public sealed class LoadSheddingTests(BusyApp app) : IClassFixture<BusyApp>
{
    [Fact]
    public async Task Too_much_is_a_503_at_once_in_the_dialect_and_health_goes_on()
    {
        var work = app.Services.GetRequiredService<BusyApp.Work>();
        var begun = Enumerable.Range(0, BusyApp.Floor + 1).Select(_ => app.Api.Get("/work")).ToArray();
        while (work.Begun < begun.Length)
            await Task.Yield();
        var delay = app.Services.GetRequiredService<StandingDelay>();
        var since = delay.Now;
        app.Clock.Advance(TimeSpan.FromSeconds(1));
        delay.WaitedSince(since);

        var refused = await app.Api.Get("/work");
        refused.ShouldBe(503).At("code").GetString().ShouldBe("OVERLOADED");
        refused.Header("Retry-After").ShouldBe("1");
        (await app.Api.Get("/health/live")).ShouldBe(200);
        (await app.Api.Get("/health/ready")).ShouldBe(200);
        (await app.Api.Get("/last")).ShouldBe(200);
        work.Begun.ShouldBe(begun.Length);
        app.Log.All.ShouldNotContain(line => line.Contains("/work 503", StringComparison.Ordinal));

        delay.WaitedSince(delay.Now);
        work.End();
        foreach (var answer in await Task.WhenAll(begun))
            answer.ShouldBe(200);
        (await app.Api.Get("/work")).ShouldBe(200);
    }

    [Fact]
    public async Task Requests_whose_clients_keep_their_bodies_waiting_are_not_in_progress()
    {
        var stop = TestContext.Current.CancellationToken;
        var admission = app.Services.GetRequiredService<Admission>();
        using var slow = new TcpClient();
        await slow.ConnectAsync(IPAddress.Loopback, app.Port, stop);
        await using var wire = slow.GetStream();
        await wire.WriteAsync("POST /body HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nConnection: close\r\n\r\nor"u8.ToArray(), stop);
        while (admission.Waiting == 0)
            await Task.Yield();
        admission.InProgress.ShouldBe(0);

        await wire.WriteAsync("ris"u8.ToArray(), stop);
        using var answer = new StreamReader(wire);
        var text = await answer.ReadToEndAsync(stop);
        text.ShouldStartWith("HTTP/1.1 200");
        text.ShouldContain("orris");
        (admission.Waiting, admission.InProgress).ShouldBe((0, 0));
    }
}
