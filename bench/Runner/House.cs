using System.Security.Cryptography;
using Colonnade.Host;
using Microsoft.Extensions.Logging.Abstractions;

namespace Colonnade.Bench;

/// <summary>
/// Where a bench runs: an empty data directory, a durable PostgreSQL on it, Colonnade and the control on that PostgreSQL,
/// each in a process of its own. All of it is gone at the end.
/// </summary>
internal sealed class House : IAsyncDisposable
{
    // Beside this program in the artifacts of one build.
    private static readonly string HostProgram = Program("Colonnade.Host");
    private static readonly string ControlProgram = Program("Colonnade.Control");

    private readonly string _product;
    private readonly Dictionary<string, string> _settings;
    private PrivatePostgres? _postgres;

    public House(IProductBench bench)
    {
        _product = bench.Product;
        Directory = System.IO.Directory.CreateTempSubdirectory("colonnade-bench-").FullName;
        File.SetUnixFileMode(Directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
            | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        Colonnade = ServerProcess.FreeAddress();
        Control = ServerProcess.FreeAddress();
        Load = new Load(Directory);
        _settings = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["DOTNET_ENVIRONMENT"] = "Production",
            ["Colonnade__Home"] = Directory,
            ["Colonnade__Data"] = Data,
            ["Colonnade__Secret"] = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)),
            [$"{_product}__Urls"] = Colonnade.ToString(),
            ["Logging__LogLevel__Colonnade"] = "Warning",
            ["Shutdown__KeepServing"] = "0",
            ["Jobs__Workers"] = "1",
            // Limits are counted as ever, but none is reached.
            ["RateLimits__Factor"] = "100000",
            // Nobody listens there: mails stay in the queue.
            ["Mail__Smtp__Host"] = "127.0.0.1",
            ["Mail__Smtp__Port"] = "9",
            ["Mail__From"] = "bench@example.com",
        };
        foreach (var (name, value) in bench.Settings) _settings[name] = value;
    }

    /// <summary>For files; reachable by PostgreSQL's user.</summary>
    public string Directory { get; }

    /// <summary>Where Colonnade listens when it runs.</summary>
    public Uri Colonnade { get; }

    /// <summary>Where the control listens when it runs.</summary>
    public Uri Control { get; }

    public Load Load { get; }

    public HttpClient Http { get; } = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });

    private string Data => Path.Combine(Directory, "data");

    private string Bodies => Path.Combine(Directory, "bodies");

    /// <summary>The bench's PostgreSQL, for Npgsql; starts it when it does not run.</summary>
    public async Task<string> Database(CancellationToken stop)
    {
        _postgres ??= await PrivatePostgres.Start(new PrivatePostgresOptions(Data), NullLogger.Instance, stop);
        return _postgres.ConnectionString;
    }

    /// <summary>Runs <c>colonnade …</c> against the bench's PostgreSQL.</summary>
    /// <returns>How long it took, the start of the process included.</returns>
    public async Task<TimeSpan> Command(IEnumerable<string> arguments, CancellationToken stop) =>
        await ServerProcess.Run(HostProgram, arguments, await WithDatabase(stop), stop);

    /// <summary>Serves the product on the bench's PostgreSQL.</summary>
    public async Task<ServerProcess> Serve(CancellationToken stop) => await Serve(await WithDatabase(stop), stop);

    /// <summary>Serves the product as a newcomer does, on a private PostgreSQL that the Host makes and starts.</summary>
    public async Task<ServerProcess> ServeAlone(CancellationToken stop)
    {
        await StopPostgres();
        return await Serve(_settings, stop);
    }

    /// <summary>Starts the control on the bench's PostgreSQL.</summary>
    /// <param name="bodies">What it answers from memory at <c>/memory/{name}</c>.</param>
    /// <param name="stop"></param>
    public async Task<ServerProcess> ServeControl(IReadOnlyDictionary<string, byte[]> bodies, CancellationToken stop)
    {
        System.IO.Directory.CreateDirectory(Bodies);
        foreach (var (name, body) in bodies) await File.WriteAllBytesAsync(Path.Combine(Bodies, name + ".json"), body, stop);
        return await ServerProcess.Serve(
            ControlProgram, [Control.ToString(), await Database(stop), Bodies], new Dictionary<string, string>(StringComparer.Ordinal), new Uri(Control, "/ready"), Http, stop);
    }

    public async ValueTask DisposeAsync()
    {
        await StopPostgres();
        Http.Dispose();
        // As root the cluster lies elsewhere, behind a link.
        var cluster = new DirectoryInfo(Path.Combine(Data, "postgres"));
        if (cluster.LinkTarget is not null && cluster.ResolveLinkTarget(returnFinalTarget: true) is { Exists: true } linked)
            System.IO.Directory.Delete(linked.FullName, recursive: true);
        System.IO.Directory.Delete(Directory, recursive: true);
    }

    private Task<ServerProcess> Serve(IReadOnlyDictionary<string, string> settings, CancellationToken stop) =>
        ServerProcess.Serve(HostProgram, ["serve", _product.ToLowerInvariant()], settings, new Uri(Colonnade, "/health/ready"), Http, stop);

    private async Task<IReadOnlyDictionary<string, string>> WithDatabase(CancellationToken stop) =>
        new Dictionary<string, string>(_settings, StringComparer.Ordinal) { ["Database__Connection"] = await Database(stop) };

    private async Task StopPostgres()
    {
        if (_postgres is not null) await _postgres.DisposeAsync();
        _postgres = null;
    }

    private static string Program(string name) =>
        Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", name, Path.GetFileName(AppContext.BaseDirectory.TrimEnd('/')), name + ".dll"));
}
