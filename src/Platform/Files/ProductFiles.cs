using Colonnade.Platform.Database;
using Colonnade.Platform.Errors;
using Colonnade.Platform.Jobs;
using Microsoft.Extensions.Logging;

namespace Colonnade.Platform.Files;

/// <summary>
/// The files of one product. They come in three steps, so that there is never a row without its bytes:
/// <see cref="Receive"/> streams to a file of our own, counting and hashing; <see cref="Store"/> brings it to the disk (fsync, then
/// rename) or to S3; <see cref="Keep"/> writes the row and waits for that. What was stored and has no row is removed, at the latest a
/// day later.
/// <code>
/// var outcome = await files.Receive(body, stop);
/// if (outcome is not ReceiveOutcome.Received { File: var file }) …
/// await using (file)
/// {
///     await files.Store(file, stop);
///     if (await files.Keep(work, file, account, name, stop) is not { } kept) …
///     await work.Commit(stop);
/// }
/// </code>
/// </summary>
public sealed class ProductFiles
{
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(30);
    private readonly ProductDatabase _database;
    private readonly FileStorage _storage;
    private readonly FileRules _rules;
    private readonly TimeProvider _time;
    private readonly VirusScanner? _scanner;
    private readonly ILogger _log;

    internal ProductFiles(ProductDatabase database, FileStorage storage, FileRules rules, TimeProvider time, VirusScanner? scanner, ILogger<ProductFiles> log) =>
        (_database, _storage, _rules, _time, _scanner, _log) = (database, storage, rules, time, scanner, log);

    /// <summary>The longest file, in bytes.</summary>
    public long MostBytes => _rules.MostBytes;

    /// <summary>
    /// Streams <paramref name="body"/> to the disk. Reading ends at the first byte too many. Images lose what tells of people and
    /// places (<see cref="ImageContainer"/>); nothing is decoded here.
    /// </summary>
    /// <exception cref="PlatformFailureException">The disk takes no more (503); nothing was kept.</exception>
    public Task<ReceiveOutcome> Receive(Stream body, CancellationToken stop) => OnDisk<ReceiveOutcome>(async () =>
    {
        var id = Guid.CreateVersion7(_time.GetUtcNow());
        Spool? spool = Spool.Create(Path.Combine(_storage.Incoming, id.ToString("N"))), other = null;
        try
        {
            var type = await spool.Fill(body, _rules.MostBytes, _rules.Types, stop);
            if (spool.Size > _rules.MostBytes)
                return new ReceiveOutcome.TooLarge(_rules.MostBytes);
            if (spool.Size == 0)
                return new ReceiveOutcome.Broken("The file is empty");
            if (type is null)
                return new ReceiveOutcome.TypeRefused();
            if (_scanner is not null && !await _scanner.Passes(spool, stop))
                return new ReceiveOutcome.Broken("The file was refused by the virus scanner");
            ImageSize? image = null;
            if (type.IsShown)
            {
                other = Spool.Create(spool.Path + ".clean");
                image = other.Clean(type, spool);
                if (image.IsTooLarge)
                    return new ReceiveOutcome.Broken($"The image has more than {ImageSize.MostPixels / 1_000_000} megapixels");
                (spool, other) = (other, spool);
            }

            // From here on it is on its way to the disk, while the caller sees to the rest.
            _ = spool.Settle();
            var file = new IncomingFile(id, type, spool, spool.Hash(), image);
            spool = null;
            return new ReceiveOutcome.Received(file);
        }
        catch (BrokenImageException)
        {
            return new ReceiveOutcome.Broken("The image is cut off or damaged");
        }
        finally
        {
            if (spool is not null)
                await spool.DisposeAsync();
            if (other is not null)
                await other.DisposeAsync();
        }
    });

    /// <summary>
    /// Puts the bytes where they stay; in S3 they are when this ends, on a disk when <see cref="Keep"/> does, whose statements need
    /// not wait for it.
    /// </summary>
    /// <exception cref="PlatformFailureException">The disk or S3 does not take it (503); nothing was kept.</exception>
    public Task Store(IncomingFile file, CancellationToken stop)
    {
        file.Storing = OnDisk(async () =>
        {
            await file.Settle();
            await _storage.Store(file.Path, file.Id.ToString("N"), stop);
            file.StoredIn = _storage;
            return true;
        });
        return _storage.IsLocal ? Task.CompletedTask : file.Storing;
    }

    /// <summary>Writes the row and has thumbnails made of an image.</summary>
    /// <param name="work">The upload.</param>
    /// <param name="file">Stored.</param>
    /// <param name="owner">Whose quota it counts against.</param>
    /// <param name="name">As the client called it; see <see cref="FileName"/>.</param>
    /// <param name="stop">Cancels.</param>
    /// <returns>Null when the owner's quota has no room for it.</returns>
    public async Task<StoredFile?> Keep(Work work, IncomingFile file, Guid owner, string? name, CancellationToken stop)
    {
        if (file.Storing is null)
            throw new InvalidOperationException("A row must not come before its bytes.");
        // Nothing of it can be seen before the commit, and the bytes are there by then.
        var row = await work.One<StoredFile>(
            $"""
            with room as (
                insert into file_quotas as q (owner_id, bytes, files) values (@owner, @Size, 1)
                on conflict (owner_id) do update set bytes = q.bytes + excluded.bytes, files = q.files + 1
                where q.bytes + excluded.bytes <= @QuotaBytes and q.files < @QuotaFiles
                returning owner_id
            )
            insert into files (id, owner_id, name, media_type, size, sha256, width, height, image_state)
            select @Id, owner_id, @name, @MediaType, @Size, @Hash, @Width, @Height, @State from room
            returning {StoredFile.Columns}
            """,
            new
            {
                file.Id,
                owner,
                name = FileName.Of(name, file.Type),
                file.Type.MediaType,
                file.Size,
                file.Hash,
                Width = file.Image?.Width,
                Height = file.Image?.Height,
                State = file.Image is null ? null : "pending",
                _rules.QuotaBytes,
                _rules.QuotaFiles,
            },
            stop);
        if (row is null)
            return null;
        await file.Storing;
        // Whatever comes of the commit: bytes without a row are swept, a row without bytes must not be.
        file.StoredIn = null;
        if (file.Image is not null)
            await work.Enqueue(new MakeThumbnails(row.Id), stop, new JobOptions { Owner = owner.ToString() });
        return row;
    }

    /// <summary>Null when there is none, or it was removed.</summary>
    public Task<StoredFile?> Find(Guid id, CancellationToken stop) =>
        _database.One<StoredFile>($"select {StoredFile.Columns} from files where id = @id and removed_at is null", new { id }, stop);

    /// <summary>
    /// The bytes, to be read in parts where the storage can seek, and not looked at; null when they are gone or not as many as were
    /// stored.
    /// </summary>
    /// <exception cref="PlatformFailureException">The disk or S3 does not answer (503).</exception>
    public Task<Stream?> Open(StoredFile file, int? thumbnail, CancellationToken stop) => OnDisk(async () =>
    {
        var stream = await _storage.Open(NameOf(file.Id, thumbnail), stop);
        if (stream is { CanSeek: true } && thumbnail is null && stream.Length != file.Size)
        {
            await stream.DisposeAsync();
            return null;
        }

        return stream;
    });

    /// <summary>
    /// The bytes from the first to the last, held against length and SHA-256: the stream throws <see cref="DamagedFileException"/>
    /// before it gives the last of them. Null when they are gone or not as many as were stored.
    /// </summary>
    /// <exception cref="PlatformFailureException">The disk or S3 does not answer (503).</exception>
    public async Task<Stream?> OpenWhole(StoredFile file, CancellationToken stop) =>
        await Open(file, null, stop) is { } stream ? new VerifiedStream(stream, file) : null;

    /// <summary>Removes a file: its row is void at once, its bytes follow in a job. False when it is gone.</summary>
    public static async Task<bool> Remove(Work work, Guid id, CancellationToken stop)
    {
        var owner = await work.One<Guid?>(
            """
            with gone as (
                update files set removed_at = clock() where id = @id and removed_at is null returning owner_id, size
            )
            update file_quotas q set bytes = q.bytes - gone.size, files = q.files - 1 from gone where q.owner_id = gone.owner_id
            returning q.owner_id
            """, new { id }, stop);
        if (owner is null)
            return false;
        await work.Enqueue(new RemoveFile(id), stop);
        return true;
    }

    internal async Task StoreThumbnail(Guid id, int edge, byte[] image, CancellationToken stop)
    {
        var path = Path.Combine(_storage.Incoming, NameOf(Guid.CreateVersion7(_time.GetUtcNow()), edge));
        await using (var file = new FileStream(path, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, BufferSize = 0, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite }))
        {
            await file.WriteAsync(image, stop);
            file.Flush(flushToDisk: true);
        }

        // An attempt that was interrupted may have left one.
        await _storage.Remove(NameOf(id, edge), stop);
        await _storage.Store(path, NameOf(id, edge), stop);
    }

    internal static string NameOf(Guid id, int? thumbnail) => thumbnail is null ? id.ToString("N") : $"{id:N}-{thumbnail}";

    /// <summary>A full or failing disk is no fault of the client, nor a bug: 503, and whoever runs it reads why.</summary>
    private async Task<T> OnDisk<T>(Func<Task<T>> act)
    {
        try
        {
            return await act();
        }
        catch (DiskFaultException fault)
        {
            _log.LogError("The disk does not take or give files: {Fault}", fault.Message);
            throw new PlatformFailureException(PlatformFailure.Unavailable, Retry);
        }
    }
}
