using System.Globalization;
using System.Text.RegularExpressions;

namespace Colonnade.Host;

/// <summary>A PostgreSQL on this machine: where its programs are and what it is.</summary>
public sealed partial record PostgresInstallation(string Binaries, int Major, string Version)
{
    /// <summary>The oldest major version that Colonnade's SQL runs on.</summary>
    public const int OldestMajor = 15;

    /// <summary>How to get a PostgreSQL, for sentences and the doctor.</summary>
    public const string HowToInstall =
        "install it (Debian, Ubuntu: apt-get install postgresql; Fedora: dnf install postgresql-server postgresql-contrib; Arch: pacman -S postgresql), or let Database__Connection name a running one";

    /// <summary>
    /// Every installation found, newest first: in <paramref name="configured"/> alone when it is given
    /// (<c>Postgres__Binaries</c>), else where distributions put it and on PATH.
    /// </summary>
    public static async Task<IReadOnlyList<PostgresInstallation>> All(string? configured, CancellationToken stop)
    {
        var found = new Dictionary<string, PostgresInstallation>(StringComparer.Ordinal);
        foreach (var directory in string.IsNullOrEmpty(configured) ? Places() : [configured])
        {
            var server = new FileInfo(Path.Combine(directory, "postgres"));
            if (!server.Exists || !File.Exists(Path.Combine(directory, "initdb"))) continue;
            var real = server.ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? server.FullName;
            if (found.ContainsKey(real)) continue;

            var said = await ChildProcess.Run(ChildProcess.Command(server.FullName, "--version"), input: "", stop);
            if (VersionNumber().Match(said.Output) is { Success: true } version)
                found[real] = new PostgresInstallation(
                    directory, int.Parse(version.Groups["major"].Value, CultureInfo.InvariantCulture), version.Value);
        }

        return [.. found.Values.OrderByDescending(installation => installation.Major)];
    }

    /// <summary>
    /// The installation to use: for a cluster its own major version, for a new one the newest.
    /// </summary>
    /// <param name="configured">As in <see cref="All"/>.</param>
    /// <param name="cluster">The cluster's directory, for sentences.</param>
    /// <param name="major">The cluster's major version, null when there is none yet.</param>
    /// <param name="stop"></param>
    /// <exception cref="CannotStartException">There is none, or none of that version.</exception>
    public static async Task<PostgresInstallation> Find(string? configured, string cluster, int? major, CancellationToken stop)
    {
        var all = await All(configured, stop);
        var place = string.IsNullOrEmpty(configured) ? "on this machine" : $"in {configured}";
        if (all.Count == 0)
            throw new CannotStartException($"PostgreSQL is not installed {place}: {HowToInstall}.");

        if (major is null)
            return all[0].Major >= OldestMajor
                ? all[0]
                : throw new CannotStartException(
                    $"PostgreSQL {all[0].Version} {place} is too old, {OldestMajor} or later is needed: {HowToInstall}.");

        return all.FirstOrDefault(installation => installation.Major == major) ?? throw new CannotStartException(
            $"The cluster in {cluster} was made by PostgreSQL {major}, but {place} there is {string.Join(" and ", all.Select(i => i.Version))}: install postgresql-{major}, or carry the data over with pg_upgrade or pg_dump.");
    }

    /// <summary>One of its programs.</summary>
    public string Program(string name) => Path.Combine(Binaries, name);

    private static IEnumerable<string> Places()
    {
        foreach (var (parent, pattern, below) in new[]
        {
            ("/usr/lib/postgresql", "*", "bin"),
            ("/usr/lib64/pgsql", "", "bin"),
            ("/usr", "pgsql-*", "bin"),
            ("/usr/local/pgsql", "", "bin"),
        })
        {
            if (!Directory.Exists(parent)) continue;
            foreach (var directory in pattern.Length == 0 ? [parent] : Directory.GetDirectories(parent, pattern))
                yield return Path.Combine(directory, below);
        }

        foreach (var directory in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(
            ':', StringSplitOptions.RemoveEmptyEntries))
            yield return directory;
    }

    [GeneratedRegex(@"(?<major>\d+)(\.\d+)?", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex VersionNumber();
}
