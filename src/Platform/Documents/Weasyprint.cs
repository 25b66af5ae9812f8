using System.Diagnostics;
using System.Text;

namespace Colonnade.Platform.Documents;

/// <summary>Where WeasyPrint is on this machine and how it is called so that it can do no harm.</summary>
/// <remarks>
/// Looked for as <c>weasyprint</c> on the <c>PATH</c> and where distributions put it, or where <c>Documents:Weasyprint</c> names it. It is
/// not the program that runs but the Python it belongs to, as its first line says, since only Python can be given a fetcher of URLs.
/// </remarks>
public sealed class Weasyprint(string? configured)
{
    /// <summary>One sentence for whoever runs this.</summary>
    public const string HowToInstall = "apt-get install weasyprint fonts-dejavu-core, or pipx install weasyprint";

    private const string Limits = "--as=1073741824 --cpu=20 --fsize=33554432 --nofile=128 --core=0";

    // Only what stands in the document itself may be used. Version 63 took the argument away that made identical input give
    // identical output, older ones have it: neither is asked for.
    private const string Script =
        """
        import sys
        import weasyprint
        from weasyprint import HTML, default_url_fetcher

        def nothing_but_data(url, *args, **kwargs):
            if not url.lower().startswith('data:'):
                raise ValueError('nothing is fetched')
            return default_url_fetcher(url, *args, **kwargs)

        document = sys.stdin.buffer.read()
        pdf = HTML(string=document.decode('utf-8'), base_url=None, url_fetcher=nothing_but_data).write_pdf()
        sys.stdout.buffer.write(pdf)
        """;

    private readonly Lazy<bool> _canLeaveNetwork = new(CanLeaveNetwork);
    private Command? _found;

    /// <summary>How to start it; null while it is not installed. What was missing is looked for again, so that installing it is enough.</summary>
    internal Command? Find() => _found ??= Program() is { } program && Python(program) is { } python
        ? new Command(python, Existing("/usr/bin/prlimit"), _canLeaveNetwork.Value ? Existing("/usr/bin/unshare") : null)
        : null;

    /// <summary>The program's path; null while it is not installed.</summary>
    public string? Program()
    {
        if (!string.IsNullOrEmpty(configured))
            return Existing(configured);
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries);
        return folders.Concat(["/usr/local/bin", "/usr/bin"]).Select(folder => Existing(Path.Combine(folder, "weasyprint"))).FirstOrDefault(path => path is not null);
    }

    private static string? Python(string program)
    {
        using var reader = new StreamReader(program);
        return reader.ReadLine() is { } first && first.StartsWith("#!", StringComparison.Ordinal)
            && first[2..].Trim().Split(' ', StringSplitOptions.RemoveEmptyEntries) is [var python, ..]
            && python.Contains("python", StringComparison.Ordinal)
            ? Existing(python)
            : Existing("/usr/bin/python3");
    }

    /// <summary>Whether a process may be started without a network here; containers often forbid it.</summary>
    private static bool CanLeaveNetwork()
    {
        if (Existing("/usr/bin/unshare") is not { } unshare)
            return false;
        using var probe = Process.Start(new ProcessStartInfo(unshare, ["--user", "--map-current-user", "--net", "/bin/true"])
        {
            UseShellExecute = false,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        })!;
        return probe.WaitForExit(TimeSpan.FromSeconds(5)) && probe.ExitCode == 0;
    }

    private static string? Existing(string path) => File.Exists(path) ? path : null;

    /// <param name="Python">The interpreter that knows WeasyPrint.</param>
    /// <param name="Prlimit">Sets the limits; null where there is none.</param>
    /// <param name="Unshare">Takes the network away; null where that is not allowed.</param>
    internal sealed record Command(string Python, string? Prlimit, string? Unshare)
    {
        public ProcessStartInfo Start()
        {
            List<string> words =
            [
                .. Unshare is null ? [] : new[] { Unshare, "--user", "--map-current-user", "--net" },
                .. Prlimit is null ? [] : new[] { Prlimit }.Concat(Limits.Split(' ')),
                Python, "-I", "-c", Script,
            ];
            var start = new ProcessStartInfo(words[0], words.Skip(1))
            {
                WorkingDirectory = "/",
                UseShellExecute = false,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                StandardInputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
            };
            start.Environment.Clear();
            start.Environment["PATH"] = "/usr/bin:/bin";
            start.Environment["LC_ALL"] = "C.UTF-8";
            start.Environment["OPENBLAS_NUM_THREADS"] = "1";
            return start;
        }
    }
}
