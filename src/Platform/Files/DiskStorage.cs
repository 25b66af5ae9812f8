using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace Colonnade.Platform.Files;

/// <summary>
/// A directory, by the last two characters of the name so that none grows too large. Several nodes have to share it.
/// </summary>
internal sealed class DiskStorage : FileStorage
{
    private const UnixFileMode OnlyUs = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private readonly string _root;

    public DiskStorage(string root)
    {
        _root = root;
        Incoming = Path.Combine(root, "incoming");
        Directory.CreateDirectory(Incoming, OnlyUs);
    }

    public override string Incoming { get; }

    public override bool IsLocal => true;

    public override Task Store(string path, string name, CancellationToken stop) => Task.Run(() => Disk.Do(() =>
    {
        var target = PathOf(name);
        var directory = Path.GetDirectoryName(target)!;
        if (!Directory.Exists(directory))
        {
            Directory.CreateDirectory(directory, OnlyUs);
            SyncDirectory(_root);
        }

        File.Move(path, target, overwrite: false);
        SyncDirectory(directory);
    }), CancellationToken.None);

    public override Task<Stream?> Open(string name, CancellationToken stop)
    {
        try
        {
            return Task.FromResult<Stream?>(new FileStream(PathOf(name), FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 64 * 1024, FileOptions.Asynchronous | FileOptions.SequentialScan));
        }
        catch (Exception gone) when (gone is FileNotFoundException or DirectoryNotFoundException)
        {
            return Task.FromResult<Stream?>(null);
        }
        catch (Exception fault) when (Disk.IsFault(fault))
        {
            throw new DiskFaultException(fault);
        }
    }

    public override Task Remove(string name, CancellationToken stop)
    {
        Disk.Do(() =>
        {
            if (Directory.Exists(Path.GetDirectoryName(PathOf(name))))
                File.Delete(PathOf(name));
        });
        return Task.CompletedTask;
    }

    public override async IAsyncEnumerable<string> Names([EnumeratorCancellation] CancellationToken stop)
    {
        await Task.CompletedTask;
        foreach (var directory in Directory.EnumerateDirectories(_root).Where(directory => directory != Incoming))
        {
            foreach (var file in Directory.EnumerateFiles(directory))
            {
                stop.ThrowIfCancellationRequested();
                yield return Path.GetFileName(file);
            }
        }
    }

    // The shard is taken from the id and not from the end of a thumbnail's name, so that they lie together.
    private string PathOf(string name) => Path.Combine(_root, name[30..32], name);

    /// <summary>A name is on the disk when its directory is.</summary>
    private static void SyncDirectory(string path)
    {
        var handle = Libc.Open(Encoding.UTF8.GetBytes(path + "\0"), Libc.ReadOnly);
        if (handle < 0)
            throw new IOException($"A directory of files cannot be opened ({Marshal.GetLastPInvokeError()}).");
        var outcome = Libc.Sync(handle);
        _ = Libc.Close(handle);
        if (outcome < 0)
            throw new IOException("A directory of files cannot be written to the disk.");
    }

    private static class Libc
    {
        public const int ReadOnly = 0;

        [DllImport("libc", EntryPoint = "open", SetLastError = true), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern int Open(byte[] path, int flags);

        [DllImport("libc", EntryPoint = "fsync", SetLastError = true), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern int Sync(int handle);

        [DllImport("libc", EntryPoint = "close"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern int Close(int handle);
    }
}
