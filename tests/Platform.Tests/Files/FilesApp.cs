using System.Net.Http.Headers;
using System.Text.Json;
using Colonnade.Platform.Database;
using Colonnade.Platform.Errors;
using Colonnade.Platform.Files;
using Colonnade.Platform.Web;
using Colonnade.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Colonnade.Platform.Tests.Files;

/// <summary>A product that takes files from anybody who says an owner.</summary>
public class FilesApp() : ProductFixture(Identity, Build), IAsyncDisposable
{
    public static readonly ProductIdentity Identity = new("Shelf", 3996, typeof(Dialect).Assembly);
    private readonly string _directory = Directory.CreateTempSubdirectory("colonnade-files-").FullName;

    public static CancellationToken Stop => TestContext.Current.CancellationToken;

    public string FilesDirectory => Path.Combine(_directory, "files");

    public string Incoming => Path.Combine(FilesDirectory, "incoming");

    protected override IReadOnlyDictionary<string, string?> Settings => new Dictionary<string, string?>(StringComparer.Ordinal) { ["Files:Directory"] = FilesDirectory };

    public new async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
        GC.SuppressFinalize(this);
    }

    public Task<Answer> Upload(byte[] file, string name = "file.bin", Guid? owner = null, string type = "application/octet-stream") =>
        Api.Send("POST", $"/upload?owner={owner ?? Guid.CreateVersion7()}", Form(file, name, type));

    public static MultipartFormDataContent Form(byte[] file, string name, string type = "application/octet-stream")
    {
        var part = new ByteArrayContent(file);
        part.Headers.ContentType = new MediaTypeHeaderValue(type);
        part.Headers.TryAddWithoutValidation("Content-Disposition", $"form-data; name=\"file\"; filename=\"{name}\"");
        return new MultipartFormDataContent { { new StringContent("before"), "note" }, part };
    }

    public async Task<Guid> Stored(byte[] file, string name = "file.bin", Guid? owner = null) => (await Upload(file, name, owner)).ShouldBe(201).At("id").GetGuid();

    /// <summary>The path and query of a signed link.</summary>
    public async Task<string> Link(Guid id, int? thumbnail = null)
    {
        var file = await Services.GetRequiredService<ProductFiles>().Find(id, Stop);
        var link = await Services.GetRequiredService<FileLinks>().Of(file!, Stop, thumbnail);
        return new Uri(link.Url).PathAndQuery;
    }

    private static WebApplication Build(WebApplicationBuilder builder)
    {
        builder.AddProduct(Identity, new DummyErrors(), JsonNamingPolicy.CamelCase);
        builder.Services.AddFiles(new FileRules([FileType.Png, FileType.Jpeg, FileType.Gif, FileType.WebP, FileType.Pdf, FileType.Zip, FileType.Text]) { MostBytes = 1024 * 1024, QuotaFiles = 5 });
        var app = builder.Build();
        app.UseProduct();
        app.MapFiles();
        // Makes the folders, whichever test is the first to look into them.
        app.Services.GetRequiredService<FileStorage>();
        app.MapPost("/upload", Take).AllowAnyone().WithMetadata(new RequestSizeLimitAttribute(1024 * 1024 + 64 * 1024));
        return app;
    }

    private static async Task<IResult> Take(Guid owner, ProductFiles files, ProductDatabase database, HttpRequest request, CancellationToken stop)
    {
        await using var form = await UploadForm.Read(request, "file", files, stop);
        switch (form.File)
        {
            case ReceiveOutcome.Received { File: var file }:
                await files.Store(file, stop);
                await using (var work = await database.Begin(stop))
                {
                    if (await files.Keep(work, file, owner, form.FileName, stop) is not { } kept)
                        return new Refusal(409, "QUOTA", "No room").AsResult();
                    await work.Commit(stop);
                    return TypedResults.Created($"/files/{kept.Id}", new { kept.Id, kept.Name, kept.MediaType, kept.Size, kept.Width, kept.Height });
                }

            case ReceiveOutcome.TooLarge:
                return new Refusal(413, "TOO_LARGE", "Too long").AsResult();
            case ReceiveOutcome.TypeRefused:
                return new Refusal(415, "TYPE", "Not taken").AsResult();
            case ReceiveOutcome.Broken broken:
                return new Refusal(400, "BROKEN", broken.Why).AsResult();
            default:
                return new Refusal(400, "NO_FILE", "No file").AsResult();
        }
    }
}
