using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Colonnade.Testing;
using Shouldly;
using Xunit;

namespace Colonnade.Host.Tests;

/// <summary><c>colonnade serve</c> as a process: starts, signals, crashes, sentences.</summary>
public sealed class ServeTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_serves_what_it_names_and_a_SIGTERM_ends_it_and_its_PostgreSQL()
    {
        await using var data = await TemporaryData.UsedBefore();
        await using var host = HostProcess.Start(data, "serve", "fragrances");
        var root = await host.Serves("Fragrances");

        await new Api(root).WaitUntilReady();
        host.Said.ShouldContain($"PostgreSQL {(await PostgresInstallation.All(null, Stop))[0].Version} in {data.Cluster}");
        host.Said.ShouldContain($"reference {root}/docs");
        TemporaryData.ProcessesIn(data.Cluster).ShouldNotBeEmpty();

        await host.Terminate();
        (await host.Ends()).ShouldBe(0);
        TemporaryData.ProcessesIn(data.Cluster).ShouldBeEmpty();
        File.Exists(Path.Combine(data.Cluster, "postmaster.pid")).ShouldBeFalse();
    }

    [Fact]
    public async Task Ctrl_C_stops_it_in_order_and_pressing_it_again_changes_nothing()
    {
        await using var data = await TemporaryData.UsedBefore();
        await using var host = HostProcess.Start(data, "serve");
        await host.Serves("Fragrances");

        for (var press = 0; press < 5; press++) host.Signal(UnixSignal.Interrupt);
        (await host.Ends()).ShouldBe(0);
        TemporaryData.ProcessesIn(data.Cluster).ShouldBeEmpty();
        host.Said.ShouldNotContain("fail:");
        host.Said.ShouldNotContain("crit:");
    }

    [Fact]
    public async Task A_signal_while_it_starts_leaves_nothing_behind()
    {
        await using var data = new TemporaryData();
        await using (var host = HostProcess.Start(data, "serve"))
        {
            await host.Hears("Made a cluster");
            host.Signal(UnixSignal.Interrupt);
            (await host.Ends()).ShouldBe(0);
        }

        TemporaryData.ProcessesIn(data.Cluster).ShouldBeEmpty();
        await using var again = HostProcess.Start(data, "serve");
        await again.Serves("Fragrances");
    }

    [Fact]
    public async Task Killed_without_mercy_the_next_start_ends_the_orphan_and_finds_everything_committed()
    {
        await using var data = await TemporaryData.UsedBefore();
        var connection = $"Host={data.Cluster};Username=colonnade;Database=colonnade";
        int[] orphans;
        await using (var host = HostProcess.Start(data, "serve"))
        {
            await host.Serves("Fragrances");
            await TemporaryData.Ask<int>(connection, "create table kept as select 42 as answer");
            host.Signal(UnixSignal.Kill);
            await host.Ends();
            orphans = [.. TemporaryData.ProcessesIn(data.Cluster)];
            orphans.ShouldNotBeEmpty();
        }

        await using var next = HostProcess.Start(data, "serve");
        await next.Serves("Fragrances");
        next.Said.ShouldContain("PostgreSQL still runs from an earlier start");
        (await TemporaryData.Ask<int>(connection, "select answer from kept")).ShouldBe(42);
        TemporaryData.ProcessesIn(data.Cluster).Intersect(orphans).ShouldBeEmpty();
    }

    [Fact]
    public async Task Under_a_strict_umask_it_starts_all_the_same_and_in_the_data_directory()
    {
        await using var data = new TemporaryData();
        await using var host = HostProcess.StartStrictly(data, "serve");
        await host.Serves("Fragrances");
        host.Said.ShouldContain($" in {data.Cluster}");
    }

    [Fact]
    public async Task A_second_server_on_the_directory_says_so_and_stops_and_the_first_goes_on()
    {
        await using var data = await TemporaryData.UsedBefore();
        await using var first = HostProcess.Start(data, "serve");
        var root = await first.Serves("Fragrances");

        await using var second = HostProcess.Start(data, "serve");
        (await second.Ends()).ShouldBe(1);
        second.Said.ShouldBe($"Another server is running on this data directory (process {first.Id}): {data.Path}.");
        await new Api(root).WaitUntilReady();
    }

    [Fact]
    public async Task Without_PostgreSQL_it_says_one_sentence()
    {
        await using var data = new TemporaryData();
        await using var host = HostProcess.Start(data, "serve", "--Postgres:Binaries=/nowhere");

        (await host.Ends()).ShouldBe(1);
        host.Said.ShouldBe($"PostgreSQL is not installed in /nowhere: {PostgresInstallation.HowToInstall}.");
    }

    [Fact]
    public async Task A_port_in_use_is_one_sentence_that_names_the_setting()
    {
        await using var data = await TemporaryData.UsedBefore();
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var url = $"http://127.0.0.1:{((IPEndPoint)taken.LocalEndpoint).Port}";
        await using var host = HostProcess.Start(data, "serve", $"--Fragrances:Urls={url}");

        (await host.Ends()).ShouldBe(1);
        host.Said.ShouldEndWith($"Fragrances cannot listen on {url}: the port is taken; Fragrances__Urls names another.");
        // The framework's own telling of it would come first, with its stack traces.
        host.Said.ShouldNotContain("Kestrel");
        host.Said.ShouldNotContain("Exception");
        host.Said.ShouldNotContain("   at ");
        TemporaryData.ProcessesIn(data.Cluster).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_product_that_is_none_is_answered_with_those_that_are()
    {
        await using var data = new TemporaryData();
        await using var host = HostProcess.Start(data, "serve", "fragrance");

        (await host.Ends()).ShouldBe(1);
        host.Said.ShouldStartWith("There is no product fragrance; there are narhub, studio, orderdesk, figureforge, fragrances");
        Directory.Exists(data.Path).ShouldBeFalse();
    }

    [Fact]
    public async Task The_command_line_is_over_the_environment()
    {
        await using var data = await TemporaryData.UsedBefore();
        await using var host = HostProcess.Start(
            data, new Dictionary<string, string>(StringComparer.Ordinal) { ["Fragrances__Urls"] = "nonsense" },
            "serve", "--Fragrances__Urls=http://127.0.0.1:0");
        await host.Serves("Fragrances");
    }

    [Fact]
    public async Task In_Production_every_line_is_JSON()
    {
        await using var data = await TemporaryData.UsedBefore();
        await using var host = HostProcess.Start(
            data, new Dictionary<string, string>(StringComparer.Ordinal) { ["DOTNET_ENVIRONMENT"] = "Production" },
            "serve", "fragrances", "--Shutdown:KeepServing=0", "--Mail:Smtp:Host=localhost");
        await host.Hears("reference http");
        await host.Terminate();
        (await host.Ends()).ShouldBe(0);

        foreach (var line in host.Said.Split('\n')) System.Text.Json.JsonDocument.Parse(line).RootElement.GetProperty("Message").GetString().ShouldNotBeNullOrEmpty();
    }

    [Fact]
    public async Task What_Production_needs_and_lacks_is_one_sentence()
    {
        await using var data = new TemporaryData();
        await using var host = HostProcess.Start(
            data, new Dictionary<string, string>(StringComparer.Ordinal) { ["DOTNET_ENVIRONMENT"] = "Production" },
            "serve", "fragrances", "--Database:Connection=Host=/nowhere", $"--Colonnade:Secret={Convert.ToBase64String(RandomNumberGenerator.GetBytes(32))}");

        (await host.Ends()).ShouldBe(1);
        host.Said.ShouldStartWith("Fragrances cannot be set up: Set Mail__Smtp__Host");
        host.Said.ShouldNotContain("\n");
    }

    [Theory]
    [InlineData(null, "Set OrderDesk__ServiceTokens__0 to a token of at least 32 random characters")]
    [InlineData("your_secret_bearer_token_here", "OrderDesk__ServiceTokens__0 is the placeholder of the documentation")]
    [InlineData("short-token", "OrderDesk__ServiceTokens__0 is too short")]
    public async Task Production_refuses_a_service_token_that_is_none_in_one_sentence(string? token, string sentence)
    {
        await using var data = await TemporaryData.UsedBefore();
        var environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["DOTNET_ENVIRONMENT"] = "Production" };
        if (token is not null)
            environment["OrderDesk__ServiceTokens__0"] = token;
        await using var host = HostProcess.Start(data, environment, "serve", "orderdesk", "--Mail:Smtp:Host=localhost");

        (await host.Ends()).ShouldBe(1);
        var said = host.Said.Split('\n').Last();
        said.ShouldStartWith("OrderDesk cannot start: " + sentence);
        host.Said.ShouldNotContain("   at ");
        if (token is not null and not "your_secret_bearer_token_here")
            host.Said.ShouldNotContain(token);
    }

    [Fact]
    public async Task A_service_token_is_refused_also_while_PostgreSQL_is_away()
    {
        await using var data = new TemporaryData();
        await using var host = HostProcess.Start(
            data, new Dictionary<string, string>(StringComparer.Ordinal) { ["DOTNET_ENVIRONMENT"] = "Production" },
            "serve", "orderdesk", "--Mail:Smtp:Host=localhost", "--Database:Connection=Host=/nowhere", $"--Colonnade:Secret={Convert.ToBase64String(RandomNumberGenerator.GetBytes(32))}");

        (await host.Ends()).ShouldBe(1);
        host.Said.Split('\n').Last().ShouldStartWith("OrderDesk cannot start: Set OrderDesk__ServiceTokens__0");
    }

    [Fact]
    public async Task A_configured_PostgreSQL_that_is_away_at_the_start_is_waited_for()
    {
        await using var elsewhere = new TemporaryData();
        await using var data = new TemporaryData();
        string connection;
        await using (var postgres = await elsewhere.Start()) connection = postgres.ConnectionString;

        await using var host = HostProcess.Start(data, "serve", "fragrances", $"--Database:Connection={connection}");
        var waiting = await host.Hears("waits for its PostgreSQL");
        var meanwhile = new Api(waiting[waiting.IndexOf("http://", StringComparison.Ordinal)..].Split(' ')[0]);
        (await meanwhile.Get("/health/live")).Status.ShouldBe(200);
        (await meanwhile.Get("/health/ready")).Status.ShouldBe(503);

        await using var present = await elsewhere.Start();
        var root = await host.Serves("Fragrances");
        await new Api(root).WaitUntilReady();
        Directory.Exists(data.Cluster).ShouldBeFalse();
    }
}
