using System.Security.Cryptography;

namespace Colonnade.Host;

/// <summary>
/// The secret that seals keys at rest when none is configured (<c>Colonnade__Secret</c>): 32 random bytes as
/// base64 in <c>secrets/colonnade</c> of the data directory, made at the first start and read afterwards.
/// It is never printed or logged.
/// </summary>
public static class GeneratedSecret
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>
    /// The data directory's secret. The file appears whole or not at all (written under another name, synced, and
    /// linked to its own), 0600 in a directory 0700 whatever the umask; of two processes at once both get the
    /// secret of the one that came first. A file that others may read is closed to them.
    /// </summary>
    /// <exception cref="CannotStartException">
    /// There is a cluster but no secret, so that its keys could never be opened again; or the file is unusable.
    /// </exception>
    public static string ReadOrCreate(DataDirectory data)
    {
        var path = Path.Combine(data.Secrets, "colonnade");
        try
        {
            if (!File.Exists(path))
            {
                if (Path.Exists(data.Cluster))
                    throw new CannotStartException(
                        $"The secret {path} is missing, which seals the keys in this data directory; put it back from a copy, or set Colonnade__Secret to it.");
                Create(data.Secrets, path);
            }

            if (File.GetUnixFileMode(path) != Private) File.SetUnixFileMode(path, Private);
            var secret = File.ReadAllText(path).Trim();
            return Convert.TryFromBase64String(secret, new byte[secret.Length], out var bytes) && bytes >= 32
                ? secret
                : throw new CannotStartException($"The secret {path} is damaged; put it back from a copy.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CannotStartException($"The secret {path} cannot be read or made: {e.Message}", e);
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
            writer.WriteLine(Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)));
            writer.Flush();
            file.Flush(flushToDisk: true);
        }

        try
        {
            File.Move(draft, path, overwrite: false);
        }
        catch (IOException) when (File.Exists(path))
        {
            File.Delete(draft);
        }
    }
}
