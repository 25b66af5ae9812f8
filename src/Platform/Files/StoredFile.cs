using Colonnade.Platform.Errors;

namespace Colonnade.Platform.Files;

/// <summary>One stored file as its row says.</summary>
public sealed record StoredFile
{
    internal const string Columns = "id, owner_id, name, media_type, size, sha256, width, height, image_state, created_at";

    public Guid Id { get; init; }

    public Guid OwnerId { get; init; }

    /// <summary>What to call it when it is shown or saved.</summary>
    public string Name { get; init; } = "";

    public string MediaType { get; init; } = "";

    /// <summary>In bytes.</summary>
    public long Size { get; init; }

    public byte[] Sha256 { get; init; } = [];

    /// <summary>In pixels; null for what is no image.</summary>
    public int? Width { get; init; }

    public int? Height { get; init; }

    /// <summary>Of an image: <c>pending</c>, <c>ready</c> once thumbnails were made, <c>broken</c> when it cannot be decoded.</summary>
    public string? ImageState { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public bool HasThumbnails => ImageState == "ready";

    /// <summary>Whether a browser may show it where it stands.</summary>
    public bool IsShown => ImageState is "pending" or "ready";
}

/// <summary>A file that was received and has no row yet. Disposed without one it leaves nothing.</summary>
public sealed class IncomingFile : IAsyncDisposable
{
    private readonly Spool _spool;

    internal IncomingFile(Guid id, FileType type, Spool spool, byte[] hash, ImageSize? image) => (Id, Type, _spool, Hash, Image) = (id, type, spool, hash, image);

    public Guid Id { get; }

    /// <summary>By content.</summary>
    public FileType Type { get; }

    /// <summary>In bytes.</summary>
    public long Size => _spool.Size;

    /// <summary>SHA-256.</summary>
    public byte[] Hash { get; }

    /// <summary>Of an image that can be shown.</summary>
    public ImageSize? Image { get; }

    internal string Path => _spool.Path;

    /// <summary>Where it is stored without a row; null before, and once it has one.</summary>
    internal FileStorage? StoredIn { get; set; }

    /// <summary>Ends when it is where it stays; null before that was asked for.</summary>
    internal Task? Storing { get; set; }

    /// <summary>Waits until it is on the disk.</summary>
    internal Task Settle() => _spool.Settle();

    public async ValueTask DisposeAsync()
    {
        if (Storing is not null)
            await Task.WhenAny(Storing);
        await _spool.DisposeAsync();
        if (StoredIn is not { } storage)
            return;
        StoredIn = null;
        try
        {
            await storage.Remove(ProductFiles.NameOf(Id, null), CancellationToken.None);
        }
        catch (Exception fault) when (fault is PlatformFailureException or DiskFaultException)
        {
            // Swept a day later.
        }
    }
}

/// <summary>What came of receiving a file.</summary>
public abstract record ReceiveOutcome
{
    private ReceiveOutcome()
    {
    }

    public sealed record Received(IncomingFile File) : ReceiveOutcome;

    /// <summary>Longer than the product takes (413).</summary>
    public sealed record TooLarge(long MostBytes) : ReceiveOutcome;

    /// <summary>Of a type the product does not take, whatever its name says (415).</summary>
    public sealed record TypeRefused : ReceiveOutcome;

    /// <param name="Why">One sentence for the client, without a full stop (400).</param>
    public sealed record Broken(string Why) : ReceiveOutcome;
}
