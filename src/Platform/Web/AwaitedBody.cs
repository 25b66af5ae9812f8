namespace Colonnade.Platform.Web;

/// <summary>
/// A request's body that is read as it is. While the client keeps its reader waiting, the request is not in progress:
/// it takes nothing from others, and slow clients cannot fill the room there is.
/// </summary>
internal sealed class AwaitedBody(Stream body, Admission admission) : Stream
{
    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = body.ReadAsync(buffer, cancellationToken);
        return read.IsCompleted ? read : Await(read);
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    // Kestrel refuses to block a thread for it.
    public override int Read(byte[] buffer, int offset, int count) => body.Read(buffer, offset, count);

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private async ValueTask<int> Await(ValueTask<int> read)
    {
        admission.BeginWaiting();
        try
        {
            return await read;
        }
        finally
        {
            admission.EndWaiting();
        }
    }
}
