using System.Globalization;

namespace Colonnade.Host;

/// <summary>
/// The directory that holds everything a node keeps itself: <c>postgres</c> (the private cluster, or a link to
/// it), <c>secrets</c>, files. One server at a time, kept so by a lock on <c>lock</c> that the kernel
/// drops with the process, however it ends.
/// </summary>
public sealed class DataDirectory
{
    private DataDirectory(string path) => Path = path;

    /// <summary>Absolute, without symbolic links in its last part.</summary>
    public string Path { get; }

    /// <summary>Where the private cluster is, or the link to where it is.</summary>
    public string Cluster => System.IO.Path.Combine(Path, "postgres");

    public string Secrets => System.IO.Path.Combine(Path, "secrets");

    private string LockFile => System.IO.Path.Combine(Path, "lock");

    private string HolderFile => System.IO.Path.Combine(Path, "lock.holder");

    /// <summary>
    /// Creates the directory when it is missing: 0700, or as root 0711, because PostgreSQL then runs as
    /// another user who has to pass through it. An existing directory keeps its mode.
    /// </summary>
    /// <exception cref="CannotStartException">It cannot be created.</exception>
    public static DataDirectory Open(string path)
    {
        path = System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(path));
        try
        {
            Create(path, Environment.IsPrivilegedProcess ? Passable : OwnerOnly);
            return new DataDirectory(new DirectoryInfo(path).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CannotStartException(
                $"The data directory {path} cannot be created: {e.Message} Colonnade__Data names another.", e);
        }
    }

    /// <summary>Creates a directory with a mode, whatever the umask; one that exists keeps its own.</summary>
    internal static void Create(string path, UnixFileMode mode)
    {
        if (Directory.Exists(path)) return;
        Directory.CreateDirectory(path, mode);
        File.SetUnixFileMode(path, mode);
    }

    internal const UnixFileMode Passable = OwnerOnly | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    internal const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>Takes the directory for this process, or gives null when another holds it.</summary>
    /// <exception cref="CannotStartException">The lock file cannot be opened: the directory is someone else's.</exception>
    public DataLock? TryLock(LockHolder holder)
    {
        FileStream file;
        try
        {
            file = new FileStream(LockFile, new FileStreamOptions
            {
                Mode = FileMode.OpenOrCreate,
                Access = FileAccess.ReadWrite,
                Share = FileShare.None,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            });
        }
        catch (UnauthorizedAccessException e)
        {
            throw BelongsToAnother(e);
        }
        catch (IOException e) when (e.GetType() == typeof(IOException))
        {
            return null;
        }

        File.WriteAllText(HolderFile, string.Create(
            CultureInfo.InvariantCulture, $"{Environment.ProcessId} {holder}\n"));
        return new DataLock(file, HolderFile);
    }

    /// <summary>
    /// Who holds the lock, as far as it has said so: a holder takes the lock first and writes its name
    /// after, so that this is for messages and for deciding to wait, never for deciding to go ahead.
    /// </summary>
    public (int Process, LockHolder Holder)? Holder()
    {
        try
        {
            var words = File.ReadAllText(HolderFile).Split(' ', StringSplitOptions.TrimEntries);
            return words.Length == 2
                && int.TryParse(words[0], CultureInfo.InvariantCulture, out var process)
                && Enum.TryParse<LockHolder>(words[1], out var holder)
                    ? (process, holder)
                    : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>The sentence for someone who may not use the directory.</summary>
    public CannotStartException BelongsToAnother(Exception cause) => new(
        $"The data directory {Path} belongs to another user; start as that user, or let Colonnade__Data name another.", cause);

    /// <summary>The sentence for someone who finds the directory taken.</summary>
    public CannotStartException Taken()
    {
        var who = Holder() is var (process, holder)
            ? (holder == LockHolder.Server ? "Another server" : "A command") + $" is running on this data directory (process {process})"
            : "Another server is running on this data directory";
        return new CannotStartException($"{who}: {Path}.");
    }
}

/// <summary>What the holder of a data directory does with it.</summary>
public enum LockHolder
{
    /// <summary>Serves until it is stopped; commands may use its cluster meanwhile.</summary>
    Server,

    /// <summary>Works for a moment; others wait.</summary>
    Command,
}

/// <summary>A held data directory; free again when disposed or when the process ends.</summary>
public sealed class DataLock : IDisposable
{
    private readonly FileStream _file;
    private readonly string _holderFile;

    internal DataLock(FileStream file, string holderFile)
    {
        _file = file;
        _holderFile = holderFile;
    }

    public void Dispose()
    {
        if (_file.SafeFileHandle.IsClosed) return;
        File.Delete(_holderFile);
        _file.Dispose();
    }
}
