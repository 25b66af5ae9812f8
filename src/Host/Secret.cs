using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Colonnade.Host;

/// <summary>
/// The secret that seals keys at rest (<c>Colonnade__Secret</c>): 32 random bytes as base64. Where none is configured it
/// lies in <c>secrets/colonnade</c> of the data directory, made at the first start. It is never printed or logged.
/// </summary>
public static class Secret
{
    private const int Length = 32;

    /// <summary>EEXIST.</summary>
    private const int AlreadyExists = 17;

    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Refuses what a person made up: not base64, shorter than 32 bytes, or of a few bytes repeated.</summary>
    /// <exception cref="CannotStartException"></exception>
    public static void Check(string configured)
    {
        var bytes = new byte[configured.Length];
        if (!Convert.TryFromBase64String(configured, bytes, out var length) || length < Length || bytes.Take(length).Distinct().Count() < Length / 2)
            throw new CannotStartException(
                "Colonnade__Secret is not a secret: it has to be at least 32 random bytes in base64 (openssl rand -base64 32).");
    }

    /// <summary>Where the data directory keeps it.</summary>
    public static string FileIn(DataDirectory data) => Path.Combine(data.Secrets, "colonnade");

    /// <summary>
    /// The data directory's secret. The file appears whole or not at all (written under another name, synced, and
    /// linked to its own), 0600 in a directory 0700 whatever the umask; of two processes at once both get the
    /// secret of the one that came first. A file that others may read is closed to them.
    /// </summary>
    /// <param name="data"></param>
    /// <param name="sealsCluster">Whether the data directory's own cluster holds the keys it seals.</param>
    /// <exception cref="CannotStartException">
    /// There is a cluster but no secret, so that its keys could never be opened again; or the file is unusable.
    /// </exception>
    public static string ReadOrCreate(DataDirectory data, bool sealsCluster)
    {
        var path = FileIn(data);
        try
        {
            if (!Exists(path))
            {
                if (sealsCluster && Path.Exists(data.Cluster))
                {
                    throw new CannotStartException(
                        $"The secret {path} is missing, which seals the keys in this data directory; put it back from a copy, or set Colonnade__Secret to it.");
                }

                Create(data.Secrets, path);
            }

            if (File.GetUnixFileMode(path) != Private) File.SetUnixFileMode(path, Private);
            var secret = File.ReadAllText(path).Trim();
            return Convert.TryFromBase64String(secret, new byte[secret.Length], out var length) && length >= Length
                ? secret
                : throw new CannotStartException($"The secret {path} is damaged; put it back from a copy.");
        }
        catch (UnauthorizedAccessException e)
        {
            throw data.BelongsToAnother(e);
        }
        catch (IOException e)
        {
            throw new CannotStartException($"The secret {path} cannot be read or made: {e.Message}", e);
        }
    }

    /// <summary>Unlike <see cref="File.Exists"/>, does not take a file that may not be seen for one that is not there.</summary>
    /// <exception cref="UnauthorizedAccessException"></exception>
    private static bool Exists(string path)
    {
        try
        {
            _ = File.GetAttributes(path);
            return true;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return false;
        }
    }

    private static void Create(string directory, string path)
    {
        Directory.CreateDirectory(directory, DataDirectory.OwnerOnly);
        File.SetUnixFileMode(directory, DataDirectory.OwnerOnly);
        var draft = $"{path}.{RandomNumberGenerator.GetHexString(8, lowercase: true)}";
        using (var file = new FileStream(draft, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = Private,
        }))
        {
            using var writer = new StreamWriter(file, leaveOpen: true);
            writer.WriteLine(Convert.ToBase64String(RandomNumberGenerator.GetBytes(Length)));
            writer.Flush();
            file.Flush(flushToDisk: true);
        }

        // File.Move looks first and renames then, so that of two at once the later would win.
        var linked = Link(draft, path) == 0;
        var error = Marshal.GetLastPInvokeError();
        File.Delete(draft);
        if (!linked && error != AlreadyExists)
            throw new IOException($"it cannot be linked to its name (error {error})");
    }

    [DllImport("libc", EntryPoint = "link", SetLastError = true, CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Link(string from, string to);
}
