using System.Buffers;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace Colonnade.Platform.Files;

/// <summary>
/// A file of ours that is being received: written and hashed as it comes (<see cref="Fill"/>), then brought to the disk
/// (<see cref="Settle"/>). Disposed it is closed and, unless it was moved away, gone.
/// </summary>
/// <remarks>
/// One buffer is filled while another thread writes and hashes the other, and every full mebibyte is handed to the disk at once, so
/// that the fsync at the end has little left to wait for.
/// </remarks>
internal sealed class Spool : IAsyncDisposable
{
    private const int BufferLength = 128 * 1024;

    /// <summary>What is handed to the disk at a time; a multiple of the buffer.</summary>
    private const int Stretch = 1024 * 1024;

    private readonly FileStream _file;
    private IncrementalHash? _hash;
    private Task? _settling;

    private Spool(string path, FileStream file) => (Path, _file) = (path, file);

    public string Path { get; }

    /// <summary>In bytes.</summary>
    public long Size { get; private set; }

    /// <exception cref="DiskFaultException">The disk takes no more.</exception>
    public static Spool Create(string path) => new(path, Disk.Do(() => new FileStream(path, new FileStreamOptions
    {
        Mode = FileMode.CreateNew,
        Access = FileAccess.ReadWrite,
        BufferSize = 0,
        UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
    })));

    /// <summary>
    /// Writes all of <paramref name="body"/>. It gives up at the first byte beyond <paramref name="most"/>, when <see cref="Size"/>
    /// is larger, and once the first bytes are none of <paramref name="types"/>.
    /// </summary>
    /// <returns>What it is; null for nothing that is wanted.</returns>
    /// <exception cref="DiskFaultException">The disk takes no more. What reading throws is the body's.</exception>
    public async Task<FileType?> Fill(Stream body, long most, IReadOnlyList<FileType> types, CancellationToken stop)
    {
        var (buffer, other) = (ArrayPool<byte>.Shared.Rent(BufferLength), ArrayPool<byte>.Shared.Rent(BufferLength));
        FileType? type = null;
        var writing = Task.CompletedTask;
        try
        {
            while (true)
            {
                var filled = 0;
                while (filled < BufferLength && await body.ReadAsync(buffer.AsMemory(filled, BufferLength - filled), stop) is > 0 and var read)
                {
                    filled += read;
                    if (Size + filled > most)
                    {
                        Size += filled;
                        return type;
                    }
                }

                await writing;
                if (filled == 0)
                    return type;
                if (Size == 0)
                {
                    type = FileType.Of(buffer.AsSpan(0, Math.Min(filled, FileType.HeadLength)));
                    if (type is null || !types.Contains(type))
                    {
                        Size = filled;
                        return null;
                    }
                }

                // A picture is only copied from: what it is then is hashed.
                if (!type!.IsShown)
                    _hash ??= IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
                writing = Write(buffer, filled, Size);
                Size += filled;
                (buffer, other) = (other, buffer);
            }
        }
        finally
        {
            // Until then it reads from a buffer.
            await Task.WhenAny(writing);
            ArrayPool<byte>.Shared.Return(buffer);
            ArrayPool<byte>.Shared.Return(other);
        }
    }

    /// <summary>As many bytes as there are from <paramref name="at"/>; 0 at the end.</summary>
    /// <exception cref="DiskFaultException">The disk does not give them.</exception>
    public int Read(Span<byte> buffer, long at)
    {
        try
        {
            return RandomAccess.Read(_file.SafeFileHandle, buffer, at);
        }
        catch (Exception fault) when (Disk.IsFault(fault))
        {
            throw new DiskFaultException(fault);
        }
    }

    /// <summary>Copies <paramref name="source"/> as <see cref="ImageContainer.Clean"/> does.</summary>
    /// <exception cref="BrokenImageException">Say so to the client.</exception>
    /// <exception cref="DiskFaultException">The disk takes no more.</exception>
    public ImageSize Clean(FileType type, Spool source) => Disk.Do(() =>
    {
        source._file.Position = 0;
        var size = ImageContainer.Clean(type, source._file, _file);
        Size = _file.Length;
        return size;
    });

    /// <summary>Begins to bring the file to the disk (fsync); again and again it is the same task.</summary>
    /// <returns>Fails with a <see cref="DiskFaultException"/> when the disk does.</returns>
    public Task Settle() => _settling ??= Task.Run(() => Disk.Do(() => RandomAccess.FlushToDisk(_file.SafeFileHandle)), CancellationToken.None);

    /// <summary>SHA-256 of the whole: known when it was filled, read back when it was cleaned. Once.</summary>
    /// <exception cref="DiskFaultException">The disk does not give back what it took.</exception>
    public byte[] Hash() => _hash?.GetHashAndReset() ?? Disk.Do(() => ReadBack(_file.SafeFileHandle, Size));

    public async ValueTask DisposeAsync()
    {
        if (_settling is not null)
            await Task.WhenAny(_settling);
        await _file.DisposeAsync();
        _hash?.Dispose();
        try
        {
            File.Delete(Path);
        }
        catch (Exception fault) when (Disk.IsFault(fault))
        {
            // Swept a day later; what the client is told stands already.
        }
    }

    private static byte[] ReadBack(SafeFileHandle file, long size)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferLength);
        try
        {
            for (long at = 0; at < size;)
            {
                var read = RandomAccess.Read(file, buffer, at);
                if (read == 0)
                    throw new EndOfStreamException("What was written cannot be read back.");
                hash.AppendData(buffer, 0, read);
                at += read;
            }

            return hash.GetHashAndReset();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private Task Write(byte[] buffer, int count, long at) => Task.Run(() => Disk.Do(() =>
    {
        var file = _file.SafeFileHandle;
        try
        {
            RandomAccess.Write(file, buffer.AsSpan(0, count), at);
        }
        catch (ArgumentOutOfRangeException tooLong)
        {
            // What .NET makes of EFBIG.
            throw new IOException(tooLong.Message, tooLong);
        }

        if (_hash is null)
            return;
        _hash.AppendData(buffer, 0, count);
        if (OperatingSystem.IsLinux() && (at + count) % Stretch == 0)
            _ = Libc.SyncFileRange(file, at + count - Stretch, Stretch, Libc.BeginWriting);
    }), CancellationToken.None);

    private static class Libc
    {
        /// <summary><c>SYNC_FILE_RANGE_WRITE</c>: begins to write and waits for nothing. It promises nothing either: fsync does.</summary>
        public const uint BeginWriting = 2;

        [DllImport("libc", EntryPoint = "sync_file_range"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern int SyncFileRange(SafeFileHandle file, long offset, long count, uint flags);
    }
}
