using System.Net;
using System.Net.Sockets;
using Colonnade.Platform.Documents;
using Colonnade.Platform.Errors;
using Colonnade.Platform.Jobs;
using Colonnade.Platform.Web;
using Colonnade.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Shouldly;
using Xunit;

namespace Colonnade.Platform.Tests.Documents;

public sealed class PdfPrinterTests
{
    [Fact]
    public async Task A_document_is_printed_as_it_reads()
    {
        var pdf = await Printer().Print(Page(Html.Of($"<h1>Grüße</h1><p>{"1 < 2 & ȼ Ω"}</p>")), Stop);
        pdf.AsSpan(0, 5).ToArray().ShouldBe("%PDF-"u8.ToArray());
        var text = await JavaScript.Run("pdf-text.mjs", Convert.ToBase64String(pdf), Stop);
        text.ShouldContain("Grüße");
        text.ShouldContain("1 < 2 & ȼ Ω");
    }

    [Fact]
    public async Task Nothing_is_fetched_and_no_file_is_read()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        var accepted = listener.AcceptSocketAsync(Stop).AsTask();
        var secret = Path.Combine(Directory.CreateTempSubdirectory("colonnade-pdf-").FullName, "secret.css");
        await File.WriteAllTextAsync(secret, "p::after { content: 'stolen' }", Stop);
        var pdf = await Printer().Print(Page(Html.Of(
            $"""<link rel="stylesheet" href="file://{secret}"><img src="http://127.0.0.1:{port}/x.png"><object data="file:///etc/passwd"></object><p>quiet</p>"""), attach: $"file://{secret}"), Stop);
        var text = await JavaScript.Run("pdf-text.mjs", Convert.ToBase64String(pdf), Stop);
        text.Trim().ShouldBe("quiet");
        accepted.IsCompleted.ShouldBeFalse();
        System.Text.Encoding.Latin1.GetString(pdf).ShouldNotContain("EmbeddedFile");
    }

    [Fact]
    public async Task Where_weasyprint_is_missing_the_printer_says_so()
    {
        using var slots = new CpuSlots(1);
        var printer = new PdfPrinter(slots, new Weasyprint("/nowhere/weasyprint"), NullLogger<PdfPrinter>.Instance);
        printer.IsInstalled.ShouldBeFalse();
        (await Should.ThrowAsync<PlatformFailureException>(() => printer.Print(Page(Html.None), Stop))).Failure.ShouldBe(PlatformFailure.Unavailable);
    }

    [Fact]
    public async Task Who_cancels_ends_the_process()
    {
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        // A table of this size takes WeasyPrint many seconds.
        var rows = Html.Join(Enumerable.Range(0, 5_000).Select(i => Html.Of($"<tr><td>{i}</td><td>{i}</td></tr>")));
        var printing = Printer().Print(Page(Html.Of($"<table>{rows}</table>")), cancel.Token);
        await cancel.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => printing);
    }

    [Fact]
    public async Task No_more_are_printed_at_once_than_there_are_slots()
    {
        using var slots = new CpuSlots(1);
        var printer = new PdfPrinter(slots, new Weasyprint(null), NullLogger<PdfPrinter>.Instance);
        Task<byte[]> printing;
        using (await slots.Take(Stop))
        {
            printing = printer.Print(Page(Html.Of($"<p>later</p>")), Stop);
            printing.IsCompleted.ShouldBeFalse();
        }

        (await printing).Length.ShouldBeGreaterThan(100);
    }

    private static PdfPrinter Printer() => new(CpuSlots.OfThisProcess, new Weasyprint(null), NullLogger<PdfPrinter>.Instance);

    private static Html Page(Html body, string? attach = null) => Html.Of(
        $"""<!doctype html><html><head><title>Test</title>{(attach is null ? Html.None : Html.Of($"""<link rel="attachment" href="{attach}">"""))}</head><body>{body}</body></html>""");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;
}
