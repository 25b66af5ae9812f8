using System.Diagnostics;
using System.Globalization;

namespace Colonnade.Bench;

/// <summary>
/// The load: wrk with keep-alive connections, each of which asks again as soon as it is answered. Its percentiles
/// count for requests that had to wait behind a slow one.
/// </summary>
internal sealed class Load(string directory)
{
    private const int Threads = 2;

    private static readonly string Script = Path.Combine(AppContext.BaseDirectory, "paths.lua");

    /// <summary>Loads one contender for a while.</summary>
    /// <exception cref="BenchException">An answer was no 2xx, a connection failed, or wrk cannot be run.</exception>
    public async Task<Round> Drive(Contender contender, int clients, int seconds, CancellationToken stop)
    {
        var paths = Path.Combine(directory, "paths");
        await File.WriteAllLinesAsync(paths, contender.Cookies.Count == 0 ? contender.Paths : contender.Paths.Zip(contender.Cookies, (path, cookie) => $"{path} {cookie}"), stop);
        var json = Path.Combine(directory, "json");
        if (contender.Json is not null) await File.WriteAllTextAsync(json, contender.Json, stop);
        var threads = Math.Min(Threads, clients);
        List<string> arguments =
        [
            $"-t{threads}", $"-c{clients}", $"-d{seconds}s", "-s", Script, contender.Address.ToString(),
            "--", paths, Math.Max(1, contender.Paths.Count / threads).ToString(CultureInfo.InvariantCulture),
        ];
        if (contender.Json is not null) arguments.Add(json);
        if (contender.Token is not null) arguments.InsertRange(0, ["-H", $"Authorization: Bearer {contender.Token}"]);

        var output = await Run(arguments, stop);
        var figures = output.Split('\n').FirstOrDefault(line => line.StartsWith("figures ", StringComparison.Ordinal))
            ?? throw new BenchException($"wrk gave no figures: {output}");
        var numbers = figures.Split(' ')[1..].Select(number => double.Parse(number, CultureInfo.InvariantCulture)).ToArray();
        var (microseconds, answers, bytes, p50, p99, refused, broken) =
            (numbers[0], numbers[1], numbers[2], numbers[3], numbers[4], numbers[5], numbers[6]);
        if (refused > 0 || broken > 0 || answers < 1 || output.Contains("Non-2xx", StringComparison.Ordinal))
            throw new BenchException(
                $"{contender.Address}{contender.Paths[0][1..]}: of {answers} answers {refused} were refusals, {broken} connections failed.\n{output}");
        return new Round(answers / microseconds * 1e6, p50 / 1000, p99 / 1000, bytes / answers);
    }

    private static async Task<string> Run(List<string> arguments, CancellationToken stop)
    {
        using var wrk = Process.Start(new ProcessStartInfo("wrk", arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true })!;
        try
        {
            var error = wrk.StandardError.ReadToEndAsync(stop);
            var output = await wrk.StandardOutput.ReadToEndAsync(stop);
            await wrk.WaitForExitAsync(stop);
            return wrk.ExitCode == 0 ? output : throw new BenchException($"wrk failed: {await error}{output}");
        }
        catch (OperationCanceledException)
        {
            wrk.Kill();
            throw;
        }
    }
}
