using System.Globalization;
using Colonnade.Platform.Database;
using Colonnade.Platform.Jobs;
using Microsoft.Extensions.DependencyInjection;

namespace Colonnade.Platform.Files;

/// <summary>
/// Decodes an uploaded image, for thumbnails of 512 and 256 pixels. What cannot be decoded is marked as broken and from then on
/// only to be saved, never shown.
/// </summary>
internal sealed record MakeThumbnails(Guid FileId) : IJob
{
    public static readonly int[] Edges = [512, 256];

    public static string Kind => "make_thumbnails";

    public static JobRules Rules => new() { Lane = "images", Workers = 1, MaxAttempts = 5, TimeOut = TimeSpan.FromMinutes(2) };

    public async Task Run(JobRun run)
    {
        var files = run.Services.GetRequiredService<ProductFiles>();
        if (await files.Find(FileId, run.Stop) is not { ImageState: "pending" } file)
        {
            run.Cancel("The file is gone, or done.");
            return;
        }

        var tools = run.Services.GetRequiredService<ImageTools>();
        var state = "ready";
        byte[]? larger = null;
        foreach (var edge in Edges)
        {
            // Only the first has to decode what a stranger sent.
            await using var image = larger is null ? await files.OpenWhole(file, run.Stop) : new MemoryStream(larger);
            if (image is null || await tools.Thumbnail(image, edge, run.Stop) is not { } thumbnail)
            {
                state = "broken";
                break;
            }

            larger = thumbnail;
            await files.StoreThumbnail(FileId, edge, thumbnail, run.Stop);
        }

        await using var work = await run.Services.GetRequiredService<ProductDatabase>().Begin(run.Stop);
        await work.Execute("update files set image_state = @state where id = @FileId and image_state = 'pending'", new { state, FileId }, run.Stop);
        await run.Complete(work);
        await work.Commit(run.Stop);
    }
}

/// <summary>Removes the bytes of a file whose row is void.</summary>
internal sealed record RemoveFile(Guid FileId) : IJob
{
    public static string Kind => "remove_file";

    public static JobRules Rules => new() { MaxAttempts = 25 };

    public async Task Run(JobRun run)
    {
        var storage = run.Services.GetRequiredService<FileStorage>();
        await storage.Remove(ProductFiles.NameOf(FileId, null), run.Stop);
        foreach (var edge in MakeThumbnails.Edges)
            await storage.Remove(ProductFiles.NameOf(FileId, edge), run.Stop);
    }
}

/// <summary>Removes what was stored or received more than a day ago and has no row: uploads that never ended.</summary>
internal sealed record SweepFiles : IJob
{
    private const int Portion = 500;
    private static readonly TimeSpan Age = TimeSpan.FromDays(1);

    public static string Kind => "sweep_files";

    public static JobRules Rules => new() { Lane = "images", TimeOut = TimeSpan.FromMinutes(10) };

    public async Task Run(JobRun run)
    {
        var storage = run.Services.GetRequiredService<FileStorage>();
        var database = run.Services.GetRequiredService<ProductDatabase>();
        var oldest = run.Services.GetRequiredService<TimeProvider>().GetUtcNow() - Age;
        foreach (var path in Directory.EnumerateFiles(storage.Incoming))
        {
            if (IdOf(Path.GetFileName(path)) is not { } id || TimeOf(id) < oldest)
                File.Delete(path);
        }

        var names = new List<(string Name, Guid Id)>(Portion);
        await foreach (var name in storage.Names(run.Stop))
        {
            if (IdOf(name) is { } id && TimeOf(id) < oldest)
                names.Add((name, id));
            if (names.Count == Portion)
                await Remove(names, storage, database, run.Stop);
        }

        await Remove(names, storage, database, run.Stop);
    }

    private static async Task Remove(List<(string Name, Guid Id)> names, FileStorage storage, ProductDatabase database, CancellationToken stop)
    {
        var known = await database.List<Guid>("select id from files where id = any(@Ids) and removed_at is null", new { Ids = names.ConvertAll(of => of.Id) }, stop);
        var kept = known.ToHashSet();
        foreach (var (name, _) in names.Where(of => !kept.Contains(of.Id)))
            await storage.Remove(name, stop);
        names.Clear();
    }

    private static Guid? IdOf(string name) => name.Length >= 32 && Guid.TryParseExact(name[..32], "N", out var id) ? id : null;

    // RFC 9562, 5.7: the first 48 bits are milliseconds.
    private static DateTimeOffset TimeOf(Guid id) =>
        DateTimeOffset.FromUnixTimeMilliseconds(Math.Min(long.Parse(id.ToString("N").AsSpan(0, 12), NumberStyles.HexNumber, CultureInfo.InvariantCulture), 253_402_300_799_999));
}
