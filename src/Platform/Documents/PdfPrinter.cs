using System.Diagnostics;
using Colonnade.Platform.Errors;
using Colonnade.Platform.Jobs;
using Colonnade.Platform.Web;
using Microsoft.Extensions.Logging;

namespace Colonnade.Platform.Documents;

/// <summary>
/// Prints an HTML document as PDF with WeasyPrint, in a process of its own that gets nothing but the document on its standard input
/// and a few limits, and gives nothing but the PDF on its standard output.
/// </summary>
/// <remarks>
/// <para>
/// The process fetches nothing: images stand in the document as <c>data:</c> URLs, every other URL is refused, files too; where the
/// system allows it, it has no network either. It may use 1 GiB of memory, 20 s of processor time and 32 MiB of output, and is
/// killed after 30 s. Its environment holds nothing of ours.
/// </para>
/// <para>
/// It keeps a core busy for about a second: no more run at once than there are slots, one less than there are cores. Fonts are the
/// system's. Nothing is kept: what must not change once it was seen is stored by whoever had it printed.
/// </para>
/// </remarks>
public sealed class PdfPrinter(CpuSlots slots, Weasyprint weasyprint, ILogger<PdfPrinter> log)
{
    private const int MostBytes = 32 * 1024 * 1024;
    private static readonly TimeSpan PatienceForSlot = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan TimeOut = TimeSpan.FromSeconds(30);

    /// <summary>False where WeasyPrint is missing: then nothing can be printed here, and a product says so.</summary>
    public bool IsInstalled => weasyprint.Find() is not null;

    /// <summary>The PDF's bytes.</summary>
    /// <param name="document">A whole document, from <c>&lt;!doctype html&gt;</c> on, with its styles inside.</param>
    /// <param name="stop">Cancels; the process is killed.</param>
    /// <exception cref="PlatformFailureException">
    /// <see cref="PlatformFailure.Overloaded"/>: no slot came free within 15 s. <see cref="PlatformFailure.Unavailable"/>: WeasyPrint is missing.
    /// </exception>
    /// <exception cref="InvalidOperationException">WeasyPrint failed; its last words are in the log.</exception>
    public async Task<byte[]> Print(Html document, CancellationToken stop)
    {
        var command = weasyprint.Find() ?? throw new PlatformFailureException(PlatformFailure.Unavailable);
        using var slot = await slots.TryTake(PatienceForSlot, stop) ?? throw new PlatformFailureException(PlatformFailure.Overloaded, PatienceForSlot);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(TimeOut);
        using var process = Process.Start(command.Start())!;
        try
        {
            var error = process.StandardError.ReadToEndAsync(limit.Token);
            var output = Read(process.StandardOutput.BaseStream, limit.Token);
            try
            {
                await process.StandardInput.WriteAsync(document.Markup.AsMemory(), limit.Token);
                process.StandardInput.Close();
            }
            catch (IOException)
            {
                // It ended before it had read everything; its exit code says more.
            }

            var pdf = await output;
            await process.WaitForExitAsync(limit.Token);
            if (process.ExitCode == 0 && pdf.AsSpan().StartsWith("%PDF-"u8))
                return pdf;
            log.LogError("WeasyPrint ended with {ExitCode}: {LastWords}", process.ExitCode, LastLine(await error));
            throw new InvalidOperationException("WeasyPrint printed no document.");
        }
        catch (OperationCanceledException late) when (!stop.IsCancellationRequested)
        {
            throw new InvalidOperationException("WeasyPrint did not end in time.", late);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }

    private static async Task<byte[]> Read(Stream output, CancellationToken stop)
    {
        using var bytes = new MemoryStream();
        var buffer = new byte[64 * 1024];
        int read;
        while ((read = await output.ReadAsync(buffer, stop)) > 0)
        {
            bytes.Write(buffer.AsSpan(0, read));
            if (bytes.Length > MostBytes)
                throw new InvalidOperationException("WeasyPrint printed more than a document may be.");
        }

        return bytes.ToArray();
    }

    private static string LastLine(string text) => text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) is [.., var last] ? last : "";
}
