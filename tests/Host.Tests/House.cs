using System.Security.Cryptography;
using System.Text;
using Colonnade.Platform.Web;
using Colonnade.Sandbox;
using Colonnade.Testing;
using Microsoft.AspNetCore.Builder;
using Xunit;

namespace Colonnade.Host.Tests;

/// <summary>A product made for a test: the Sandbox's pipeline and what <paramref name="Map"/> adds.</summary>
internal sealed record Resident(string Name, Action<WebApplication> Map)
{
    public Product Product => new(new ProductIdentity(Name, 0, typeof(SandboxProduct).Assembly), builder =>
    {
        var app = SandboxProduct.Build(builder);
        Map(app);
        return app;
    });
}

/// <summary>Residents in service in this process, on a database of the tests' cluster.</summary>
internal sealed class House : IAsyncDisposable
{
    public static readonly string Secret = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

    private readonly CancellationTokenSource _signal = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    private readonly Lines _lines = new();

    private House(Settings settings, Resident[] residents) =>
        Ended = Serving.Run(settings, [.. residents.Select(resident => resident.Product)], _lines, _signal.Token);

    /// <summary>Completes with the exit code.</summary>
    public Task<int> Ended { get; }

    public static Task<House> Open(params Resident[] residents) => Open("--Shutdown:KeepServing=0", residents);

    /// <summary>Returns when all are in service.</summary>
    public static async Task<House> Open(string setting, params Resident[] residents)
    {
        var house = new House(await Settings(setting), residents);
        await Task.WhenAny(house._lines.InService, house.Ended);
        if (house.Ended.IsCompleted) await house.Ended;
        return house;
    }

    public static async Task<Settings> Settings(params string[] more) => Host.Settings.Read(
    [
        $"--Database:Connection={await (await TestCluster.Instance).Create()}", $"--Colonnade:Secret={Secret}",
        "--Sandbox:Urls=http://127.0.0.1:0", .. more,
    ]).Settings;

    public void Signal() => _signal.Cancel();

    public string UrlOf(string resident) => _lines.All
        .Single(line => line.StartsWith(resident, StringComparison.Ordinal))
        .Split(' ', StringSplitOptions.RemoveEmptyEntries)[1];

    public Api Of(string resident) => new(UrlOf(resident));

    public async ValueTask DisposeAsync()
    {
        await _signal.CancelAsync();
        await Ended;
        _signal.Dispose();
        await _lines.DisposeAsync();
    }

    /// <summary>Keeps lines and notices the last of a start.</summary>
    private sealed class Lines : TextWriter
    {
        private readonly List<string> _all = [];
        private readonly TaskCompletionSource _inService = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public override Encoding Encoding => Encoding.UTF8;

        public Task InService => _inService.Task;

        public IReadOnlyList<string> All
        {
            get
            {
                lock (_all) return [.. _all];
            }
        }

        public override Task WriteLineAsync(string? value)
        {
            lock (_all) _all.Add(value ?? "");
            if (value == "Ctrl-C stops.") _inService.SetResult();
            return Task.CompletedTask;
        }
    }
}
