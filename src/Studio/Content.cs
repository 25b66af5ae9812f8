using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using Colonnade.Platform.Database;
using Colonnade.Platform.Errors;
using Colonnade.Platform.Files;
using Colonnade.Platform.Idempotency;
using Colonnade.Platform.RateLimits;
using Colonnade.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Colonnade.Studio;

/// <summary>/api/content: the files of an order, for its customer, its provider and operators.</summary>
public static partial class ContentRoutes
{
    /// <summary>A form's fields and boundaries beside the file itself.</summary>
    private const int Around = 64 * 1024;

    /// <summary>Files in JSON are held in memory; larger ones come as a form, which is not.</summary>
    private const int MostBytesInJson = 1024 * 1024;

    public static void MapContent(this IEndpointRouteBuilder api)
    {
        var content = api.MapGroup("/content").WithTags("Content").RequireCustomer();
        content.MapPost("/upload", Upload).Limit(StudioLimits.UploadsPerCaller)
            .Accepts<ContentUpload>("multipart/form-data", "application/json")
            .WithMetadata(new RequestSizeLimitAttribute(10 * 1024 * 1024 + Around))
            .WithSummary("Upload a file of an order").TakesIdempotencyKey()
            .Refuses(StudioErrors.NotFound("Order"), StudioErrors.Invalid("A file is required", "file"), StudioErrors.Conflict("An order that is canceled takes no files"), StudioErrors.QuotaUsedUp(), StudioErrors.TooLarge(10 * 1024 * 1024), StudioErrors.TypeNotAllowed());
        content.MapGet("/{id}", Get).Limit(StudioLimits.CallsPerCaller)
            .WithSummary("Read a file").Refuses(StudioErrors.NotFound("Content"));
    }

    private static async Task<Results<Created<Uploaded>, ReplayedAnswer, ProblemHttpResult>> Upload(
        HttpRequest request, Caller caller, ProductFiles files, FileLinks links, OrderMoves moves, Reservations reservations, ProductDatabase database, CancellationToken stop)
    {
        await using var upload = UploadForm.IsIn(request) ? await OfForm(request, files, stop) : await OfJson(request, files, stop);
        if (upload.Outcome is ReceiveOutcome.TooLarge tooLarge)
            return StudioErrors.TooLarge(tooLarge.MostBytes);
        if (upload.Outcome is null)
            return StudioErrors.Invalid("A file is required", "file");
        if (!KindOfContent().IsMatch(upload.Type))
            return StudioErrors.Invalid("Type must be a slug, such as requirement, reference, draft, deliverable or attachment", "type");
        if (await database.One<OrderRow>($"select {OrderRow.Columns} from orders o where o.id = @Order", new { Order = upload.OrderId }, stop) is not { } order
            || OrderMoves.RolesIn(order, caller).Cast<Mover?>().FirstOrDefault() is not { } by)
            return StudioErrors.NotFound("Order");
        if (order.Status is OrderStatus.PaymentExpired or OrderStatus.Canceled or OrderStatus.Refunded)
            return StudioErrors.Conflict($"An order that is {order.Status} takes no files");
        if (upload.Outcome is ReceiveOutcome.TypeRefused)
            return StudioErrors.TypeNotAllowed();
        if (upload.Outcome is ReceiveOutcome.Broken broken)
            return StudioErrors.Invalid(broken.Why, "file");

        var file = ((ReceiveOutcome.Received)upload.Outcome).File;
        await files.Store(file, stop);
        await using var work = await database.Begin(stop);
        var (reservation, replay) = await reservations.Begin(work, request.HttpContext, caller, new { upload.OrderId, upload.Type, Hash = file.Hash }, file.Id, stop);
        if (replay is not null)
            return replay;
        if (await files.Keep(work, file, caller.AccountId, upload.FileName, stop) is not { } kept)
            return StudioErrors.QuotaUsedUp();
        await work.Execute("insert into contents (file_id, order_id, type, uploaded_by) values (@File, @OrderId, @Type, @AccountId)",
            new { File = kept.Id, upload.OrderId, upload.Type, caller.AccountId }, stop);
        await OrderMoves.Note(work, order.Id, "content", by, caller.AccountId, stop, data: new { contentId = kept.Id, upload.Type });
        var uploaded = new Uploaded((await links.Of(kept, stop)).Url, kept.Id);
        await reservations.Keep(work, reservation, StatusCodes.Status201Created, uploaded, $"/api/content/{kept.Id}");
        await work.Commit(CancellationToken.None);
        return TypedResults.Created($"/api/content/{kept.Id}", uploaded);
    }

    private static async Task<Results<Ok<ContentAnswer>, ProblemHttpResult>> Get(
        PathUuid id, Caller caller, ProductFiles files, FileLinks links, ProductDatabase database, CancellationToken stop)
    {
        // What is to be delivered is the customer's to see once it is.
        var row = await database.One<ContentRow>(
            """
            select c.order_id, c.type, c.uploaded_by, c.delivery, c.message_id, c.created_at
            from contents c join orders o on o.id = c.order_id
            where c.file_id = @Value and (o.provider_id = @AccountId or @IsOperator
                or (o.customer_id = @AccountId and (c.type <> 'deliverable' or c.delivery is not null or c.uploaded_by = @AccountId)))
            """, new { id.Value, caller.AccountId, caller.IsOperator }, stop);
        if (row is null || await files.Find(id.Value, stop) is not { } file)
            return StudioErrors.NotFound("Content");
        var link = await links.Of(file, stop);
        var thumbnails = new List<Thumbnail>();
        if (file.HasThumbnails)
        {
            foreach (var size in (int[])[256, 512])
                thumbnails.Add(new Thumbnail(size, (await links.Of(file, stop, size)).Url));
        }

        var content = new Content(file.Id, row.OrderId, row.Type, file.MediaType, file.Size, row.CreatedAt, file.Name, row.UploadedBy, row.Delivery, row.MessageId, file.Width, file.Height, thumbnails);
        return TypedResults.Ok(new ContentAnswer(content, link.Url, link.ExpiresAt));
    }

    private static async Task<ReceivedContent> OfForm(HttpRequest request, ProductFiles files, CancellationToken stop)
    {
        var form = await UploadForm.Read(request, "file", files, stop);
        return new ReceivedContent(form.File, form.FileName, form.Field("type"), form.Field("orderId"));
    }

    private static async Task<ReceivedContent> OfJson(HttpRequest request, ProductFiles files, CancellationToken stop)
    {
        // Base64 is longer by a third.
        if (request.ContentLength > MostBytesInJson * 4 / 3 + Around)
            throw new PlatformFailureException(PlatformFailure.TooLarge);
        using var body = new MemoryStream();
        var buffer = new byte[64 * 1024];
        while (await request.Body.ReadAsync(buffer, stop) is > 0 and var read)
        {
            body.Write(buffer, 0, read);
            if (body.Length > MostBytesInJson * 4 / 3 + Around)
                throw new PlatformFailureException(PlatformFailure.TooLarge);
        }

        ContentUpload? upload;
        try
        {
            upload = JsonSerializer.Deserialize<ContentUpload>(body.ToArray(), ContentUpload.Json);
        }
        catch (JsonException)
        {
            throw new PlatformFailureException(PlatformFailure.MalformedRequest);
        }

        if (upload is null)
            throw new PlatformFailureException(PlatformFailure.MalformedRequest);
        var text = upload.File ?? "";
        var data = text.StartsWith("data:", StringComparison.Ordinal) ? text[(text.IndexOf(',', StringComparison.Ordinal) + 1)..] : text;
        var bytes = new byte[data.Length];
        var outcome = upload.File is null ? null
            : Convert.TryFromBase64String(data, bytes, out var length) ? await files.Receive(new MemoryStream(bytes, 0, length), stop)
            : new ReceiveOutcome.Broken("The file must be in base64");
        return new ReceivedContent(outcome, upload.FileName, upload.Type, upload.OrderId);
    }

    [GeneratedRegex("^[a-z0-9_.+/-]{1,50}$", RegexOptions.None, 1000)]
    private static partial Regex KindOfContent();

    private sealed record ReceivedContent : IAsyncDisposable
    {
        public ReceivedContent(ReceiveOutcome? outcome, string? fileName, string? type, string? orderId)
        {
            (Outcome, FileName) = (outcome, fileName);
            Type = (type ?? "").Trim().ToLowerInvariant();
            OrderId = Guid.TryParseExact(orderId, "D", out var id) ? id : Guid.Empty;
        }

        public ReceiveOutcome? Outcome { get; }
        public string? FileName { get; }
        public string Type { get; }
        public Guid OrderId { get; }

        public async ValueTask DisposeAsync()
        {
            if (Outcome is ReceiveOutcome.Received { File: var file })
                await file.DisposeAsync();
        }
    }

    private sealed record ContentRow
    {
        public Guid OrderId { get; init; }
        public string Type { get; init; } = "";
        public Guid UploadedBy { get; init; }
        public int? Delivery { get; init; }
        public Guid? MessageId { get; init; }
        public DateTimeOffset CreatedAt { get; init; }
    }
}

/// <summary>A file for an order, as a form; small ones also as JSON.</summary>
public sealed record ContentUpload
{
    internal static readonly JsonSerializerOptions Json = Strict();

    /// <summary>The file's part of a form; in JSON base64 of at most 1 MiB.</summary>
    [Required]
    public string? File { get; init; }

    /// <summary>requirement, reference, draft, deliverable, attachment or another slug.</summary>
    [Required]
    public string? Type { get; init; }

    [Required]
    public string? OrderId { get; init; }

    /// <summary>In JSON: what to call it.</summary>
    public string? FileName { get; init; }

    private static JsonSerializerOptions Strict()
    {
        var json = new JsonSerializerOptions();
        WireJson.Apply(json, JsonNamingPolicy.CamelCase);
        return json;
    }
}

/// <param name="Url">Signed, good for 15 minutes.</param>
/// <param name="Id">Of the content.</param>
public sealed record Uploaded(string Url, Guid Id)
{
    /// <summary>Without the link, wherever the record is printed.</summary>
    public override string ToString() => $"content {Id}";
}

public sealed record ContentAnswer(Content Content, string Url, DateTimeOffset UrlExpiresAt)
{
    public override string ToString() => $"content {Content.Id}";
}

/// <summary>A file of an order, with the number of the delivery it belongs to once it was delivered; of a picture with thumbnails once they were made.</summary>
public sealed record Content(
    Guid Id,
    Guid OrderId,
    string Type,
    string MimeType,
    long Size,
    DateTimeOffset CreatedAt,
    string Name,
    Guid UploadedBy,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? Delivery,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Guid? MessageId,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? Width,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? Height,
    IReadOnlyList<Thumbnail> Thumbnails);

/// <param name="Size">The square it fits into, in pixels.</param>
/// <param name="Url">Signed, WebP.</param>
public sealed record Thumbnail(int Size, string Url);
