using System.Security.Cryptography;
using Colonnade.Platform.Database;
using Colonnade.Platform.Errors;
using Colonnade.Platform.Jobs;

namespace Colonnade.Platform.Files;

/// <summary>
/// The files of one product. They come in three steps, so that there is never a row without its bytes:
/// <see cref="Receive"/> streams to a file of our own, counting and hashing; <see cref="Store"/> has it on the disk (fsync, then
/// rename) or in S3; <see cref="Keep"/> writes the row. What was stored and has no row is swept a day later.
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
    private readonly ProductDatabase _database;
    private readonly FileStorage _storage;
    private readonly FileRules _rules;
    private readonly TimeProvider _time;

    internal ProductFiles(ProductDatabase database, FileStorage storage, FileRules rules, TimeProvider time) =>
        (_database, _storage, _rules, _time) = (database, storage, rules, time);

    /// <summary>The longest file, in bytes.</summary>
    public long MostBytes => _rules.MostBytes;

    /// <summary>
    /// Streams <paramref name="body"/> to the disk. Reading ends at the first byte too many. Images lose what tells of people and
    /// places (<see cref="ImageContainer"/>); nothing is decoded here.
    /// </summary>
    /// <exception cref="PlatformFailureException">The disk takes no more (503).</exception>
    public async Task<ReceiveOutcome> Receive(Stream body, CancellationToken stop)
    {
        var id = Guid.CreateVersion7(_time.GetUtcNow());
        var path = Path.Combine(_storage.Incoming, id.ToString("N"));
        var isReceived = false;
        try
        {
            var (size, hash, head) = await Spool(body, path, stop);
            if (size > _rules.MostBytes)
                return new ReceiveOutcome.TooLarge(_rules.MostBytes);
            if (size == 0)
                return new ReceiveOutcome.Broken("The file is empty");
            if (FileType.Of(head) is not { } type || !_rules.Types.Contains(type))
                return new ReceiveOutcome.TypeRefused();
            var file = new IncomingFile(id, path, type, size, hash);
            if (type.IsShown)
            {
                if (await Clean(file, stop) is { } refusal)
                    return refusal;
            }

            isReceived = true;
            return new ReceiveOutcome.Received(file);
        }
        finally
        {
            if (!isReceived)
                File.Delete(path);
        }
    }

    /// <summary>Puts the bytes where they stay. From here on only <see cref="Keep"/> is missing.</summary>
    /// <exception cref="PlatformFailureException">S3 does not take it (503); nothing was kept.</exception>
    public async Task Store(IncomingFile file, CancellationToken stop)
    {
        await _storage.Store(file.Path, file.Id.ToString("N"), stop);
        file.IsStored = true;
    }

    /// <summary>Writes the row and has thumbnails made of an image.</summary>
    /// <param name="work">The upload.</param>
    /// <param name="file">Stored.</param>
    /// <param name="owner">Whose quota it counts against.</param>
    /// <param name="name">As the client called it; see <see cref="FileName"/>.</param>
    /// <param name="stop">Cancels.</param>
    /// <returns>Null when the owner's quota has no room for it; the bytes are gone again.</returns>
    public async Task<StoredFile?> Keep(Work work, IncomingFile file, Guid owner, string? name, CancellationToken stop)
    {
        if (!file.IsStored)
            throw new InvalidOperationException("A row must not come before its bytes.");
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
            await _storage.Remove(NameOf(file.Id, null), stop);
        else if (file.Image is not null)
            await work.Enqueue(new MakeThumbnails(row.Id), stop, new JobOptions { Owner = owner.ToString() });
        return row;
    }

    /// <summary>Null when there is none, or it was removed.</summary>
    public Task<StoredFile?> Find(Guid id, CancellationToken stop) =>
        _database.One<StoredFile>($"select {StoredFile.Columns} from files where id = @id and removed_at is null", new { id }, stop);

    /// <summary>The bytes; null when they are gone or not as many as were stored.</summary>
    public async Task<Stream?> Open(StoredFile file, int? thumbnail, CancellationToken stop)
    {
        var stream = await _storage.Open(NameOf(file.Id, thumbnail), stop);
        if (stream is { CanSeek: true } && thumbnail is null && stream.Length != file.Size)
        {
            await stream.DisposeAsync();
            return null;
        }

        return stream;
    }

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

    private async Task<(long Size, byte[] Hash, byte[] Head)> Spool(Stream body, string path, CancellationToken stop)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using var file = new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            BufferSize = 0,
            Options = FileOptions.Asynchronous,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        });
        // One buffer is filled while the other goes to the disk.
        var (buffer, other) = (new byte[128 * 1024], new byte[128 * 1024]);
        var head = Array.Empty<byte>();
        var writing = Task.CompletedTask;
        long size = 0;
        while (true)
        {
            var filled = 0;
            while (filled < buffer.Length && await body.ReadAsync(buffer.AsMemory(filled), stop) is > 0 and var read)
            {
                filled += read;
                if (size + filled > _rules.MostBytes)
                {
                    await OnDisk(writing);
                    return (size + filled, [], []);
                }
            }

            if (filled == 0)
                break;
            if (size == 0)
                head = buffer.AsSpan(0, Math.Min(filled, FileType.HeadLength)).ToArray();
            size += filled;
            await OnDisk(writing);
            writing = file.WriteAsync(buffer.AsMemory(0, filled), stop).AsTask();
            hash.AppendData(buffer, 0, filled);
            (buffer, other) = (other, buffer);
        }

        await OnDisk(writing);
        await OnDisk(Task.Run(() => file.Flush(flushToDisk: true), CancellationToken.None));
        return (size, hash.GetHashAndReset(), head);
    }

    /// <summary>A full or failing disk is no fault of the client, nor a bug: 503, and nothing was kept.</summary>
    private static async Task OnDisk(Task writing)
    {
        try
        {
            await writing;
        }
        catch (IOException)
        {
            throw new PlatformFailureException(PlatformFailure.Unavailable, TimeSpan.FromSeconds(30));
        }
    }

    /// <summary>Null when the image was copied without its metadata, in the place of what came.</summary>
    private static async Task<ReceiveOutcome?> Clean(IncomingFile file, CancellationToken stop)
    {
        var cleaned = file.Path + ".clean";
        try
        {
            ImageSize image;
            await using (var source = new FileStream(file.Path, FileMode.Open, FileAccess.Read, FileShare.Read, 0))
            await using (var target = new FileStream(cleaned, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, BufferSize = 0, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite }))
            {
                image = ImageContainer.Clean(file.Type, source, target);
                if (image.IsTooLarge)
                    return new ReceiveOutcome.Broken($"The image has more than {ImageSize.MostPixels / 1_000_000} megapixels");
                target.Position = 0;
                file.Hash = await SHA256.HashDataAsync(target, stop);
                file.Size = target.Length;
                target.Flush(flushToDisk: true);
            }

            File.Move(cleaned, file.Path, overwrite: true);
            file.Image = image;
            return null;
        }
        catch (BrokenImageException)
        {
            return new ReceiveOutcome.Broken("The image is cut off or damaged");
        }
        finally
        {
            File.Delete(cleaned);
        }
    }
}
