using System.Text.Json;
using Colonnade.Platform.Files;

namespace Colonnade.FigureForge;

/// <summary>One image with its file.</summary>
public record ImageRow
{
    /// <summary>Of <c>images i</c> and <c>files f</c>.</summary>
    internal const string Columns =
        """
        i.id, i.account_id, i.generation_id, i.file_id, f.image_state, i.model, i.prompt, i.filters::text as filters, i.seed, i.width, i.height, i.tags, i.is_public, i.rating,
        i.favorite_count, i.moderation, i.created_at, i.published_at
        """;

    /// <summary>Whether <c>images i</c> may be shown to anybody.</summary>
    internal const string IsShown = "i.is_public and i.moderation = 'clean' and i.deleted_at is null";

    public Guid Id { get; init; }
    public Guid AccountId { get; init; }
    public Guid GenerationId { get; init; }
    public Guid FileId { get; init; }
    public string? ImageState { get; init; }
    public string Model { get; init; } = "";
    public string Prompt { get; init; } = "";
    public string Filters { get; init; } = "{}";
    public long Seed { get; init; }
    public int Width { get; init; }
    public int Height { get; init; }
    public string[] Tags { get; init; } = [];
    public bool IsPublic { get; init; }
    public int Rating { get; init; }
    public int FavoriteCount { get; init; }
    public string Moderation { get; init; } = "clean";
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? PublishedAt { get; init; }
    public bool IsFavorite { get; init; }

    /// <summary>Of a page's row: how many there are in all. A page without rows is one row without an id.</summary>
    public int Total { get; init; }
}

/// <summary>Signed URLs of images: good for 15 minutes, for whoever has them.</summary>
public sealed class ImageLinks(FileLinks links)
{
    /// <param name="image">That the caller may see.</param>
    /// <param name="isSmall">Whether the whole picture is kept back: then its URL leads to the larger thumbnail.</param>
    /// <param name="stop">Cancels.</param>
    internal async ValueTask<ImageUrls> Of(ImageRow image, bool isSmall, CancellationToken stop)
    {
        var file = new StoredFile { Id = image.FileId, ImageState = image.ImageState };
        if (!file.HasThumbnails)
        {
            // Where there are none the picture stands in for them.
            var whole = (await links.Of(file, stop)).Url;
            return new ImageUrls(whole, whole, whole, $"{whole} {image.Width}w");
        }

        var large = (await links.Of(file, stop, 512)).Url;
        var small = (await links.Of(file, stop, 256)).Url;
        var url = isSmall ? large : (await links.Of(file, stop)).Url;
        // A thumbnail fits into a square: its width is less where the picture is upright.
        var (wide, narrow) = (WidthOf(image, 512), WidthOf(image, 256));
        return new ImageUrls(url, large, small, $"{small} {narrow}w, {large} {wide}w" + (isSmall ? "" : $", {url} {image.Width}w"));
    }

    private static int WidthOf(ImageRow image, int edge) => image.Width >= image.Height ? Math.Min(edge, image.Width) : Math.Max(1, Math.Min(edge, image.Height) * image.Width / image.Height);
}

internal sealed record ImageUrls(string Url, string Thumbnail, string Small, string Srcset);

/// <summary>An image as those see it who may.</summary>
public sealed record ImageData(
    string Id, string Url, string ThumbnailUrl, string ThumbnailSmallUrl, string Srcset, string Prompt, JsonElement Filters, string Model, long Seed, int Width, int Height,
    IReadOnlyList<string> Tags, bool IsPublic, bool IsFavorite, int FavoriteCount, DateTimeOffset CreatedAt, bool IsMine, int? Rating, string? Moderation, string? JobId)
{
    internal static async ValueTask<ImageData> Of(ImageRow row, Guid? viewer, bool isSmall, ImageLinks links, CancellationToken stop)
    {
        var isMine = row.AccountId == viewer;
        var urls = await links.Of(row, isSmall && !isMine, stop);
        return new ImageData(
            WireId.Image(row.Id), urls.Url, urls.Thumbnail, urls.Small, urls.Srcset, row.Prompt, JsonElement.Parse(row.Filters), row.Model, row.Seed, row.Width, row.Height,
            row.Tags, row.IsPublic, row.IsFavorite, row.FavoriteCount, row.CreatedAt, isMine,
            isMine ? row.Rating : null, isMine ? row.Moderation : null, isMine ? WireId.Job(row.GenerationId) : null);
    }
}
