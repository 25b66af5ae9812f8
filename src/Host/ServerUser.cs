using System.Diagnostics;
using System.Globalization;

namespace Colonnade.Host;

/// <summary>
/// The operating system's user as whom PostgreSQL runs. That is the user who started us, except as root, which
/// PostgreSQL refuses: then the owner of the cluster, or <c>postgres</c> for a new one.
/// </summary>
public sealed class ServerUser
{
    /// <summary>The account that distributions create with their PostgreSQL packages.</summary>
    private const string Customary = "postgres";

    private readonly bool _other;

    private ServerUser(string name, bool other) => (Name, _other) = (name, other);

    public string Name { get; }

    /// <summary>The user for a new cluster, or for the one in <paramref name="cluster"/> when there is one.</summary>
    /// <exception cref="CannotStartException">We are root, and there is no user <c>postgres</c> or no way to become it.</exception>
    public static async Task<ServerUser> For(string cluster, CancellationToken stop)
    {
        if (!Environment.IsPrivilegedProcess) return new ServerUser(Environment.UserName, other: false);

        var owner = Customary;
        if (Directory.Exists(cluster))
        {
            var stat = await ChildProcess.Run(
                ChildProcess.Command("stat", "--dereference", "--format=%U", cluster), input: "", stop);
            if (stat.Succeeded && stat.Output.Trim() is var name and not ("root" or "UNKNOWN")) owner = name;
        }

        var identity = await ChildProcess.Run(ChildProcess.Command("id", "-u", owner), input: "", stop);
        if (!identity.Succeeded)
            throw new CannotStartException(
                $"PostgreSQL does not run as root and there is no user {owner}; install PostgreSQL's package, which creates it, or start as an ordinary user.");
        return new ServerUser(owner, other: true);
    }

    /// <summary>A command that runs as this user.</summary>
    public ProcessStartInfo Command(string file, params IEnumerable<string> arguments) => _other
        ? ChildProcess.Command("setpriv", [
            $"--reuid={Name}", $"--regid={Name}", "--init-groups", "--inh-caps=-all", file, .. arguments])
        : ChildProcess.Command(file, arguments);

    /// <summary>
    /// The same in a session of its own, so that Ctrl-C in the terminal reaches us alone and PostgreSQL goes on until
    /// its clients have finished.
    /// </summary>
    public ProcessStartInfo DetachedCommand(string file, params IEnumerable<string> arguments)
    {
        var command = Command(file, arguments);
        command.ArgumentList.Insert(0, command.FileName);
        command.FileName = "setsid";
        return command;
    }

    /// <summary>Creates a directory 0700 that belongs to this user.</summary>
    public async Task CreateDirectory(string path, CancellationToken stop)
    {
        Directory.CreateDirectory(path, DataDirectory.OwnerOnly);
        if (!_other) return;
        var chown = await ChildProcess.Run(ChildProcess.Command("chown", $"{Name}:", path), input: "", stop);
        if (!chown.Succeeded) throw new CannotStartException($"{path} cannot be given to the user {Name}: {chown.LastLine}.");
    }

    /// <summary>Creates a directory of a new name, 0700 and of this user, under the directory for temporary files.</summary>
    public async Task<string> CreateTemporaryDirectory(string prefix, CancellationToken stop)
    {
        var parent = !_other && Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR") is { Length: > 0 } own && Directory.Exists(own)
            ? own
            : "/tmp";
        var made = await ChildProcess.Run(Command("mktemp", "--directory", Path.Combine(parent, prefix + "XXXXXX")), input: "", stop);
        return made.Succeeded
            ? made.Output.Trim()
            : throw new CannotStartException($"No directory for PostgreSQL's socket can be made in {parent}: {made.LastLine}.");
    }

    /// <summary>Whether this user can get to a directory and enter it.</summary>
    public async Task<bool> Reaches(string directory, CancellationToken stop) =>
        !_other || (await ChildProcess.Run(Command("test", "-x", directory), input: "", stop)).Succeeded;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"user {Name}");
}
