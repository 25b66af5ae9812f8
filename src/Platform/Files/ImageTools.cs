using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using Colonnade.Platform.Jobs;

namespace Colonnade.Platform.Files;

/// <summary>
/// Decodes images of strangers in a process of its own (libvips' <c>vipsthumbnail</c>) that sees nothing but its standard input:
/// no privileges, 1 GB of address space, 20 s of CPU, no loader that libvips does not trust, and a time-out.
/// </summary>
/// <remarks>
/// The image's size is checked against <see cref="ImageSize.MostPixels"/> before (<see cref="ImageContainer"/> tells it without decoding).
/// A decode takes one of the <see cref="CpuSlots"/>.
/// </remarks>
public sealed class ImageTools(CpuSlots slots)
{
    private const string Program = "vipsthumbnail";
    private const int MostBytes = 4 * 1024 * 1024;
    private static readonly TimeSpan TimeOut = TimeSpan.FromSeconds(30);

    /// <summary>Whether the tools are installed (Debian: <c>libvips-tools</c>).</summary>
    public static bool IsInstalled { get; } = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(static folder => File.Exists(Path.Combine(folder, Program)));

    /// <summary>A copy that fits into a square of <paramref name="edge"/> pixels, upright, as WebP without metadata; never larger than the image.</summary>
    /// <returns>Null when the image cannot be decoded within the limits.</returns>
    /// <exception cref="InvalidOperationException">The tools are not installed.</exception>
    public async Task<byte[]?> Thumbnail(Stream image, int edge, CancellationToken stop)
    {
        using var slot = await slots.Take(stop);
        using var process = Start(edge);
        // Chains of warnings on a damaged image must not fill a pipe that nobody reads.
        process.ErrorDataReceived += static (_, _) => { };
        process.BeginErrorReadLine();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(TimeOut);
        try
        {
            var fed = Feed(process, image, limit.Token);
            var output = await Collect(process, limit.Token);
            await fed;
            await process.WaitForExitAsync(limit.Token);
            return process.ExitCode == 0 && output is { Length: > 0 } ? WithoutMetadata(output) : null;
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return null;
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }

    private static Process Start(int edge)
    {
        string[] user = Environment.UserName == "root" ? ["--reuid=65534", "--regid=65534", "--clear-groups"] : [];
        string[] arguments =
        [
            "--as=1073741824", "--cpu=20", "--fsize=1048576", "--nofile=64", "--core=0", "--",
            "setpriv", .. user, "--no-new-privs", "--",
            Program, "stdin[fail_on=truncated]", "--size", string.Create(CultureInfo.InvariantCulture, $"{edge}x{edge}>"), "--output", ".webp[Q=80,strip]",
        ];
        var start = new ProcessStartInfo("prlimit", arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        };
        var path = Environment.GetEnvironmentVariable("PATH");
        start.Environment.Clear();
        start.Environment["PATH"] = path;
        start.Environment["VIPS_CONCURRENCY"] = "1";
        start.Environment["VIPS_BLOCK_UNTRUSTED"] = "1";
        start.Environment["VIPS_WARNING"] = "0";
        if (!IsInstalled)
            throw new InvalidOperationException("vipsthumbnail is not installed (Debian: libvips-tools): no thumbnails are made.");
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception absent)
        {
            throw new InvalidOperationException("prlimit and setpriv are not installed (Debian: util-linux): no thumbnails are made.", absent);
        }
    }

    private static async Task Feed(Process process, Stream image, CancellationToken stop)
    {
        try
        {
            await image.CopyToAsync(process.StandardInput.BaseStream, stop);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It had seen enough, or is gone: its exit code tells.
        }
    }

    private static async Task<byte[]?> Collect(Process process, CancellationToken stop)
    {
        using var output = new MemoryStream();
        var buffer = new byte[64 * 1024];
        while (await process.StandardOutput.BaseStream.ReadAsync(buffer, stop) is > 0 and var read)
        {
            output.Write(buffer, 0, read);
            if (output.Length > MostBytes)
                return null;
        }

        return output.ToArray();
    }

    // "strip" leaves an EXIF block of its own making.
    private static byte[]? WithoutMetadata(byte[] image)
    {
        if (FileType.Of(image.AsSpan(0, Math.Min(image.Length, FileType.HeadLength))) != FileType.WebP)
            return null;
        try
        {
            using var cleaned = new MemoryStream(image.Length);
            ImageContainer.Clean(FileType.WebP, new MemoryStream(image), cleaned);
            return cleaned.ToArray();
        }
        catch (BrokenImageException)
        {
            return null;
        }
    }
}
