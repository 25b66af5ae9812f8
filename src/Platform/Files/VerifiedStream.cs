using System.Security.Cryptography;

namespace Colonnade.Platform.Files;

/// <summary>
/// A stored file, read once from its beginning: its last bytes are held back until length and SHA-256 are those of its row, so that
/// what a disk or a bucket has spoiled is broken off and never handed out as whole.
/// </summary>
internal sealed class VerifiedStream(Stream stored, StoredFile file) : Stream
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private long _left = file.Size;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <exception cref="DamagedFileException">It is not what was stored.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await stored.ReadAsync(buffer, cancellationToken);
        if (buffer.Length > 0)
            Check(buffer.Span[..read]);
        return read;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override async ValueTask DisposeAsync()
    {
        await stored.DisposeAsync();
        await base.DisposeAsync();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            stored.Dispose();
            _hash.Dispose();
        }

        base.Dispose(disposing);
    }

    private void Check(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty && _left == 0)
            return;
        _hash.AppendData(bytes);
        _left -= bytes.Length;
        if (bytes.IsEmpty || _left < 0 || (_left == 0 && !_hash.GetHashAndReset().AsSpan().SequenceEqual(file.Sha256)))
            throw new DamagedFileException(file.Id);
    }
}

/// <summary>What lies under a file's name is not what was stored there: restore it from a backup.</summary>
public sealed class DamagedFileException(Guid file) : Exception($"The bytes of file {file} are damaged.");
