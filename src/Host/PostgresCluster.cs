using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;

namespace Colonnade.Host;

/// <summary>
/// The private cluster on disk: where it is, as whom and with which programs it runs, how it is made and set up.
/// Roles: <c>postgres</c>, the superuser, and <c>colonnade</c>, an ordinary role that owns the database
/// <c>colonnade</c>. The server opens no TCP port; on its socket the kernel tells who calls, and only the user
/// who started Colonnade and the one PostgreSQL runs as are let in, so that no password exists.
/// </summary>
public sealed class PostgresCluster
{
    /// <summary>Longer socket paths do not fit into <c>sockaddr_un</c>.</summary>
    private const int LongestSocketPath = 107;

    private const string SocketName = ".s.PGSQL.5432";

    private const string SocketPrefix = "colonnade-";

    private PostgresCluster(string directory, ServerUser user, PostgresInstallation installation) =>
        (Directory, User, Installation) = (directory, user, installation);

    /// <summary>Absolute, links followed.</summary>
    public string Directory { get; }

    public ServerUser User { get; }

    public PostgresInstallation Installation { get; }

    private string PidFile => Path.Combine(Directory, "postmaster.pid");

    /// <summary>
    /// The data directory's cluster, made when there is none. Where PostgreSQL has to run as another user who
    /// cannot reach the data directory, a new one goes to <c>/var/lib/colonnade/…</c>, and <c>postgres</c> in the data
    /// directory becomes a link to it. The caller holds the data directory's lock.
    /// </summary>
    /// <exception cref="CannotStartException">No usable PostgreSQL, or the cluster is out of reach or cannot be made.</exception>
    public static async Task<PostgresCluster> OpenOrCreate(
        DataDirectory data, PrivatePostgresOptions options, ILogger log, CancellationToken stop)
    {
        if (await Existing(data, options.Binaries, stop) is { } existing) return existing;

        var installation = await PostgresInstallation.Find(options.Binaries, data.Cluster, major: null, stop);
        var user = await ServerUser.For(data.Cluster, stop);
        var place = await user.Reaches(data.Path, stop)
            ? data.Cluster
            : Path.Combine("/var/lib/colonnade", RandomNumberGenerator.GetHexString(16, lowercase: true));
        var cluster = new PostgresCluster(place, user, installation);
        await cluster.Create(options, stop);
        if (place != data.Cluster) System.IO.Directory.CreateSymbolicLink(data.Cluster, place);
        log.LogInformation("Made a cluster of PostgreSQL {Version} in {Directory}", installation.Version, place);
        return cluster;
    }

    /// <summary>The data directory's cluster, or null when it has none yet.</summary>
    /// <exception cref="CannotStartException">It is out of reach, or of a version that is not installed.</exception>
    public static async Task<PostgresCluster?> Existing(DataDirectory data, string? binaries, CancellationToken stop)
    {
        var entry = new DirectoryInfo(data.Cluster);
        var link = entry.LinkTarget is null ? null : entry.ResolveLinkTarget(returnFinalTarget: true)!.FullName;
        var directory = link ?? data.Cluster;
        if (!System.IO.Directory.Exists(directory))
            return link is null
                ? null
                : throw new CannotStartException($"{data.Cluster} points to the cluster {link}, which is gone; remove the link to begin with an empty one.");

        var user = await ServerUser.For(directory, stop);
        string version;
        try
        {
            version = await File.ReadAllTextAsync(Path.Combine(directory, "PG_VERSION"), stop);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CannotStartException($"{directory} is no PostgreSQL cluster that can be used: {e.Message}", e);
        }

        if (!int.TryParse(version, CultureInfo.InvariantCulture, out var major))
            throw new CannotStartException($"{directory} is a cluster of the unknown PostgreSQL version {version.Trim()}.");
        if (!await user.Reaches(directory, stop))
            throw new CannotStartException(
                $"PostgreSQL runs as the user {user.Name}, who cannot reach {directory}: let others pass through the directories above it (chmod o+x).");
        return new PostgresCluster(directory, user, await PostgresInstallation.Find(binaries, directory, major, stop));
    }

    /// <summary>
    /// Made under another name and moved to its own when it is whole and on disk, roles and database included:
    /// being interrupted leaves nothing that a later start could take for a cluster.
    /// </summary>
    private async Task Create(PrivatePostgresOptions options, CancellationToken stop)
    {
        var draft = Directory + ".new";
        try
        {
            if (System.IO.Directory.Exists(draft)) System.IO.Directory.Delete(draft, recursive: true);
            DataDirectory.Create(Path.GetDirectoryName(draft)!, DataDirectory.Passable);
            await User.CreateDirectory(draft, stop);

            string[] common =
            [
                "--pgdata", draft, "--username=postgres", "--auth=peer", "--encoding=UTF8", "--locale=C.UTF-8",
                "--data-checksums", "--no-sync", "--no-instructions",
            ];
            var made = await Run("initdb", "", [.. common, "--locale-provider=icu", "--icu-locale=und"]);
            if (!made.Succeeded && made.Error.Contains("ICU is not supported", StringComparison.Ordinal))
                made = await Run("initdb", "", common);
            Check(made);

            // One statement a line; a failed one is only told of, the exit code stays 0.
            var peopled = await Run(
                "postgres",
                """
                create role colonnade login
                create database colonnade owner colonnade

                """,
                ["--single", "-F", "-D", draft, "postgres"]);
            Check(peopled with { ExitCode = peopled.Error.Contains("ERROR:", StringComparison.Ordinal) ? 1 : peopled.ExitCode });
            // The whole file system at once takes a tenth of the time of a thousand files one after the other.
            if (options.Durable) Check(await ChildProcess.Run(ChildProcess.Command("sync", "--file-system", draft), input: "", stop));
            System.IO.Directory.Move(draft, Directory);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CannotStartException($"A cluster cannot be made in {Directory}: {e.Message}", e);
        }

        Task<CommandOutcome> Run(string program, string input, string[] arguments) =>
            ChildProcess.Run(User.Command(Installation.Program(program), arguments), input, stop);

        void Check(CommandOutcome outcome)
        {
            if (!outcome.Succeeded)
                throw new CannotStartException($"A cluster cannot be made in {Directory}: {outcome.LastLine}.");
        }
    }

    /// <summary>
    /// Writes the configuration and gives the directory of the socket: the cluster's own where its path is short enough,
    /// else a new one 0700 under <c>$XDG_RUNTIME_DIR</c> or <c>/tmp</c>.
    /// </summary>
    public async Task<string> Configure(PrivatePostgresOptions options, CancellationToken stop)
    {
        var fits = Encoding.UTF8.GetByteCount($"{Directory}/{SocketName}") <= LongestSocketPath
            && Directory.IndexOfAny([',', '\'', '"', ';', '=', '\\']) < 0;
        var socket = fits ? Directory : await User.CreateTemporaryDirectory(SocketPrefix, stop);
        PostgresConfiguration.Write(Directory, User, socket, options);
        return socket;
    }

    /// <summary>The socket's directory of the server that runs on this cluster, or null as long as none is ready.</summary>
    public string? ReadySocket()
    {
        var lines = PidFileLines();
        return lines.Length >= 8 && lines[7].Trim() == "ready" ? lines[4] : null;
    }

    /// <summary>
    /// Ends what an earlier process, killed without mercy, left running: asks the postmaster to stop fast and waits until
    /// no process of the cluster is left, so that its memory and files are nobody's. The caller holds the data
    /// directory's lock.
    /// </summary>
    /// <param name="usedSocket">A directory of a socket that stays; another one that was left behind is removed.</param>
    /// <param name="log"></param>
    /// <param name="time"></param>
    /// <param name="stop"></param>
    public async Task EndOrphans(string? usedSocket, ILogger log, TimeProvider time, CancellationToken stop)
    {
        var lines = PidFileLines();
        if (lines.Length == 0) return;

        var orphans = Processes();
        if (orphans.Count > 0)
        {
            var postmaster = int.TryParse(lines[0], CultureInfo.InvariantCulture, out var pid) && orphans.Contains(pid) ? pid : (int?)null;
            if (postmaster is { } alive)
            {
                log.LogWarning("PostgreSQL still runs from an earlier start (process {Process}); stopping it", alive);
                ChildProcess.Signal(alive, UnixSignal.Interrupt);
            }

            await UntilNoneIsLeft(TimeSpan.FromSeconds(20), time, stop);
        }

        // Its number may be another process' by now, which PostgreSQL would take for a running server.
        File.Delete(PidFile);
        if (lines.Length >= 5 && lines[4] != usedSocket) await RemoveSocketDirectory(lines[4]);
    }

    /// <summary>
    /// Waits until no process of the cluster is left: some end a little after the postmaster. Out of
    /// <paramref name="patience"/>, kills them.
    /// </summary>
    public async Task UntilNoneIsLeft(TimeSpan patience, TimeProvider time, CancellationToken stop)
    {
        var began = time.GetTimestamp();
        while (Processes() is { Count: > 0 } left)
        {
            if (time.GetElapsedTime(began) > patience)
            {
                foreach (var process in left) ChildProcess.Signal(process, UnixSignal.Kill);
            }

            await Task.Delay(TimeSpan.FromMilliseconds(10), time, stop);
        }
    }

    /// <summary>
    /// Removes a directory that <see cref="Configure"/> made; the cluster's own stays. The name may come from an old file,
    /// so that only what is a socket's goes, and only what the server's user may remove.
    /// </summary>
    public async Task RemoveSocketDirectory(string socket)
    {
        if (socket == Directory || !Path.GetFileName(socket).StartsWith(SocketPrefix, StringComparison.Ordinal)) return;
        foreach (var command in new[]
        {
            User.Command("rm", "-f", "--", $"{socket}/{SocketName}", $"{socket}/{SocketName}.lock"),
            User.Command("rmdir", "--", socket),
        })
            await ChildProcess.Run(command, input: "", CancellationToken.None);
    }

    /// <summary>The processes of PostgreSQL that work in this directory: each of them changes into it.</summary>
    private List<int> Processes()
    {
        var found = new List<int>();
        if (!System.IO.Directory.Exists("/proc/self")) return found;
        foreach (var process in System.IO.Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(process), CultureInfo.InvariantCulture, out var pid)) continue;
            try
            {
                if (new FileInfo(process + "/cwd").LinkTarget == Directory
                    && Path.GetFileName(new FileInfo(process + "/exe").LinkTarget)?.StartsWith("postgres", StringComparison.Ordinal) == true)
                    found.Add(pid);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Ended meanwhile, or of another user.
            }
        }

        return found;
    }

    private string[] PidFileLines()
    {
        try
        {
            return File.ReadAllLines(PidFile);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
