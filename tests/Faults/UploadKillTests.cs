using System.Globalization;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Colonnade.Testing;
using Shouldly;
using Xunit;

namespace Colonnade.Faults;

/// <summary>Studio is killed at any instant of receiving files, and asked to stop in the midst of one.</summary>
[Trait("Category", "Faults")]
public sealed class UploadKillTests(Cluster cluster) : IClassFixture<Cluster>
{
    private const int Senders = 3;

    /// <summary>50, unless <c>FAULTS_KILLS</c> says otherwise.</summary>
    private static int Kills => int.TryParse(Environment.GetEnvironmentVariable("FAULTS_KILLS"), CultureInfo.InvariantCulture, out var kills) ? kills : 50;

    [Fact(Timeout = 1_800_000)]
    public async Task Never_is_there_a_row_without_its_bytes_and_what_was_acknowledged_is_there()
    {
        var random = Lab.Random();
        using var wire = new Wire();
        var (connection, directory, settings) = await Prepare();
        var node = await Node.StartStudio(cluster, connection, settings);
        try
        {
            var (token, order) = await Order(wire, node.Root, connection);
            var seen = new HashSet<string>(StringComparer.Ordinal);
            var acknowledged = new List<string>();
            for (var kill = 0; kill < Kills; kill++)
            {
                using var over = new CancellationTokenSource();
                var root = node.Root;
                var sending = Enumerable.Range(0, Senders).Select(sender => Send(wire, root, token, order, kill * Senders + sender, over.Token)).ToList();
                await Lab.Pause(0.2 + random.NextDouble());
                await node.Kill();
                await over.CancelAsync();
                foreach (var ids in await Task.WhenAll(sending))
                    acknowledged.AddRange(ids);
                await node.DisposeAsync();
                node = await Node.StartStudio(cluster, connection, settings);
                await ShouldBeWhole(connection, directory, seen);
            }

            Lab.Say($"{Kills} kills; {acknowledged.Count} files were acknowledged, {seen.Count} have a row");
            acknowledged.Count.ShouldBeGreaterThan(Kills);
            acknowledged.Except(seen, StringComparer.Ordinal).ShouldBeEmpty("acknowledged is kept");
        }
        finally
        {
            await node.DisposeAsync();
            Directory.Delete(directory, recursive: true);
        }
    }

    [Fact(Timeout = 300_000)]
    public async Task Asked_to_stop_during_an_upload_it_stops_by_itself_and_leaves_nothing_half()
    {
        using var wire = new Wire();
        var (connection, directory, settings) = await Prepare();
        await using var node = await Node.StartStudio(cluster, connection, settings);
        var (token, _) = await Order(wire, node.Root, connection);
        var root = new Uri(node.Root);
        using var socket = new TcpClient { NoDelay = true };
        await socket.ConnectAsync(root.Host, root.Port, Lab.Stop);
        await using var stream = socket.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(
            $"POST /api/content/upload HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: 9000000\r\n\r\n"
            + "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.pdf\"\r\n\r\n%PDF-1.7\n"), Lab.Stop);
        await Lab.Until("the upload has begun", TimeSpan.FromSeconds(10), () => Task.FromResult(Directory.EnumerateFiles(Path.Combine(directory, "incoming")).Any()));
        node.Terminate();
        var ended = node.Ended();
        try
        {
            while (!ended.IsCompleted)
            {
                // 5 kB a second.
                await stream.WriteAsync(new byte[512], Lab.Stop);
                await Lab.Pause(0.1);
            }
        }
        catch (IOException)
        {
            // It has hung up.
        }

        (await ended.WaitAsync(TimeSpan.FromSeconds(45), Lab.Stop)).ShouldBe(0, node.Said);
        Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories).ShouldBeEmpty();
        (await cluster.Ask<long>("select count(*) from studio.files", connection)).ShouldBe(0);
        Directory.Delete(directory, recursive: true);
    }

    [Fact(Timeout = 300_000)]
    public async Task A_disk_that_takes_no_more_is_a_503_and_keeps_nothing()
    {
        using var wire = new Wire();
        var (connection, directory, settings) = await Prepare();
        await using var node = await Node.StartStudioOnSmallDisk(cluster, connection, 4_000_000, settings);
        var (token, order) = await Order(wire, node.Root, connection);
        foreach (var (length, status) in ((int, int)[])[(3_900_000, 201), (4_000_001, 503), (9_000_000, 503), (100, 201)])
        {
            var file = new byte[length];
            "%PDF-1.7\n"u8.CopyTo(file);
            using var form = new MultipartFormDataContent { { new ByteArrayContent(file), "file", "a.pdf" }, { new StringContent("reference"), "type" }, { new StringContent(order), "orderId" } };
            var sent = await wire.Send("POST", node.Root + "/api/content/upload", token, form);
            sent.Status.ShouldBe(status, sent.Text + node.Said);
            if (status == 503)
                sent.RetryAfter.ShouldNotBeNull();
        }

        Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories).Select(file => new FileInfo(file).Length).Order().ShouldBe([100, 3_900_000]);
        (await cluster.Ask<long>("select count(*) from studio.files", connection)).ShouldBe(2);
        node.Said.ShouldContain("The disk does not take or give files");
        Directory.Delete(directory, recursive: true);
    }

    private async Task<(string Connection, string Directory, (string, string)[] Settings)> Prepare()
    {
        var sandbox = (await MailTrap.Instance).Root;
        var directory = Directory.CreateTempSubdirectory("colonnade-faults-files-").FullName;
        return (await cluster.Create(), directory,
        [
            ("DOTNET_ENVIRONMENT", "Development"), ("Studio__Urls", "http://127.0.0.1:0"), ("Sandbox__Urls", "http://127.0.0.1:0"), ("Mail__Smtp__Host", ""), ("Mail__Sandbox", sandbox),
            ("Stripe__BaseUrl", sandbox), ("Stripe__SecretKey", "sk_test_kills"), ("Files__Directory", directory),
        ]);
    }

    /// <summary>Somebody and their order, which does not expire while this runs.</summary>
    private async Task<(string Token, string Order)> Order(Wire wire, string root, string connection)
    {
        var registered = await wire.Send("POST", root + "/api/auth/register", null, """{"email":"sender@example.com","password":"correct-horse-5","name":"Jo"}""");
        var token = JsonDocument.Parse(registered.Text).RootElement.GetProperty("session").GetProperty("token").GetString()!;
        var service = JsonDocument.Parse((await wire.Send("GET", root + "/api/services", token)).Text).RootElement.GetProperty("services")[0];
        var placed = await wire.Send("POST", root + "/api/orders", token,
            $$"""{"serviceId":"{{service.GetProperty("id").GetString()}}","packageId":"{{service.GetProperty("packages")[0].GetProperty("id").GetString()}}","details":{"n":1} }""");
        placed.Status.ShouldBe(201, placed.Text);
        await cluster.Ask<long>("with later as (update studio.jobs set run_at = run_at + interval '1 day' where kind = 'run_order_timer' returning 1) select count(*) from later", connection);
        return (token, JsonDocument.Parse(placed.Text).RootElement.GetProperty("order").GetProperty("id").GetString()!);
    }

    /// <summary>Sends one file after the other until the node is gone; the ids of those that were acknowledged.</summary>
    private static async Task<List<string>> Send(Wire wire, string root, string token, string order, int seed, CancellationToken over)
    {
        var dice = new Random(seed);
        var acknowledged = new List<string>();
        while (!over.IsCancellationRequested)
        {
            var file = new byte[dice.Next(9, 3_000_000)];
            dice.NextBytes(file);
            "%PDF-1.7\n"u8.CopyTo(file);
            using var form = new MultipartFormDataContent { { new ByteArrayContent(file), "file", "a.pdf" }, { new StringContent("reference"), "type" }, { new StringContent(order), "orderId" } };
            var sent = await wire.Send("POST", root + "/api/content/upload", token, form);
            if (sent.Status == 201)
                acknowledged.Add(JsonDocument.Parse(sent.Text).RootElement.GetProperty("id").GetString()!);
            else if (sent.Status == 0)
                return acknowledged;
            else
                sent.Status.ShouldBe(201, sent.Text);
        }

        return acknowledged;
    }

    private async Task ShouldBeWhole(string connection, string directory, HashSet<string> seen)
    {
        var rows = await cluster.Ask<string>("select coalesce(string_agg(id || ' ' || size || ' ' || encode(sha256, 'hex'), ','), '') from studio.files where removed_at is null", connection);
        foreach (var row in rows!.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(row => row.Split(' ')))
        {
            if (!seen.Add(row[0]))
                continue;
            var name = Guid.Parse(row[0]).ToString("N");
            var bytes = await File.ReadAllBytesAsync(Path.Combine(directory, name[30..32], name), Lab.Stop);
            bytes.Length.ToString(CultureInfo.InvariantCulture).ShouldBe(row[1]);
            Convert.ToHexStringLower(SHA256.HashData(bytes)).ShouldBe(row[2]);
            File.Delete(Path.Combine(directory, name[30..32], name));
        }

        // Nobody else's disk or quota is to be filled.
        await cluster.Ask<long>("with room as (update studio.file_quotas set bytes = 0, files = 0 returning 1) select count(*) from room", connection);
    }
}
