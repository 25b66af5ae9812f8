using System.Text;
using Colonnade.Platform.Errors;
using Colonnade.Platform.Web;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace Colonnade.Platform.Files;

/// <summary>
/// A <c>multipart/form-data</c> body (RFC 7578) with one file, read as it comes: the file goes to the disk, never into memory.
/// Small fields may stand before and behind it.
/// </summary>
public sealed class UploadForm : IAsyncDisposable
{
    private const int MostFields = 20;
    private const int LongestField = 64 * 1024;
    private readonly Dictionary<string, string> _fields = new(StringComparer.Ordinal);

    private UploadForm()
    {
    }

    /// <summary>What came of the file; null when there was none.</summary>
    public ReceiveOutcome? File { get; private set; }

    /// <summary>As the client called the file.</summary>
    public string? FileName { get; private set; }

    /// <summary>The field's text, or null.</summary>
    public string? Field(string name) => _fields.GetValueOrDefault(name);

    /// <summary>Whether the request says that its body is a form of this kind.</summary>
    public static bool IsIn(HttpRequest request) =>
        MediaTypeHeaderValue.TryParse(request.ContentType, out var type) && type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase);

    /// <summary>Reads until the end, or until the file is known to be refused.</summary>
    /// <param name="request">Whose body.</param>
    /// <param name="fileField">The name of the file's part.</param>
    /// <param name="files">Where it goes.</param>
    /// <param name="stop">Cancels.</param>
    /// <exception cref="PlatformFailureException">The body is no such form (400).</exception>
    public static async Task<UploadForm> Read(HttpRequest request, string fileField, ProductFiles files, CancellationToken stop)
    {
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type) || HeaderUtilities.RemoveQuotes(type.Boundary) is not { Length: > 0 and <= 200 } boundary)
            throw new PlatformFailureException(PlatformFailure.MalformedRequest);
        var form = new UploadForm();
        try
        {
            var reader = new MultipartReader(boundary.Value!, request.Body, 128 * 1024) { HeadersCountLimit = 8, HeadersLengthLimit = 8 * 1024 };
            for (var parts = 0; await reader.ReadNextSectionAsync(stop) is { } section; parts++)
            {
                if (parts > MostFields || !ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out var disposition) || disposition.DispositionType != "form-data")
                    throw new PlatformFailureException(PlatformFailure.MalformedRequest);
                var name = HeaderUtilities.RemoveQuotes(disposition.Name).ToString();
                if (name == fileField && form.File is null && (disposition.FileName.HasValue || disposition.FileNameStar.HasValue))
                {
                    form.FileName = Readable(HeaderUtilities.RemoveQuotes(disposition.FileNameStar.HasValue ? disposition.FileNameStar : disposition.FileName).ToString());
                    form.File = await files.Receive(section.Body, stop);
                    // The rest would only be thrown away.
                    if (form.File is ReceiveOutcome.TooLarge)
                        return form;
                }
                else
                {
                    form._fields[name] = await Text(section.Body, stop);
                }
            }

            return form;
        }
        catch (Exception broken)
        {
            await form.DisposeAsync();
            // What the form's reader throws when the form does not hold together; what Kestrel throws has a status of its own.
            if (broken is InvalidDataException or IOException and not BadHttpRequestException && !stop.IsCancellationRequested)
                throw new PlatformFailureException(PlatformFailure.MalformedRequest);
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (File is ReceiveOutcome.Received { File: var file })
            await file.DisposeAsync();
    }

    private static async Task<string> Text(Stream body, CancellationToken stop)
    {
        using var bytes = new MemoryStream();
        var buffer = new byte[4096];
        while (await body.ReadAsync(buffer, stop) is > 0 and var read)
        {
            bytes.Write(buffer, 0, read);
            if (bytes.Length > LongestField)
                throw new PlatformFailureException(PlatformFailure.TooLarge);
        }

        var text = Encoding.UTF8.GetString(bytes.ToArray());
        return WireText.IsStorable(text) ? text : throw new PlatformFailureException(PlatformFailure.MalformedRequest);
    }

    private static string Readable(string name) => WireText.IsStorable(name) ? name : "";
}
