using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace Colonnade.Host;

/// <summary>What a finished command said.</summary>
public sealed record CommandOutcome(int ExitCode, string Output, string Error)
{
    public bool Succeeded => ExitCode == 0;

    /// <summary>The last line that was said on either stream: with PostgreSQL's tools the reason of a failure.</summary>
    public string LastLine =>
        (Error + "\n" + Output).Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .LastOrDefault() ?? $"exit code {ExitCode}";
}

/// <summary>Commands of the operating system, run without a shell.</summary>
public static class ChildProcess
{
    /// <summary>
    /// A command whose environment holds nothing of ours: no secret reaches it, and no PG* variable of the
    /// person who started us changes what it does.
    /// </summary>
    public static ProcessStartInfo Command(string file, params IEnumerable<string> arguments)
    {
        var command = new ProcessStartInfo(file, arguments) { UseShellExecute = false, WorkingDirectory = "/" };
        command.Environment.Clear();
        command.Environment["PATH"] = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
        command.Environment["LC_ALL"] = "C.UTF-8";
        return command;
    }

    /// <summary>Runs a command to its end; <paramref name="input"/> is what it reads. Cancelled: killed.</summary>
    /// <exception cref="CannotStartException">The program does not exist or may not be run.</exception>
    public static async Task<CommandOutcome> Run(ProcessStartInfo command, string input, CancellationToken stop)
    {
        command.RedirectStandardInput = command.RedirectStandardOutput = command.RedirectStandardError = true;
        command.StandardOutputEncoding = command.StandardErrorEncoding = Encoding.UTF8;
        using var process = Start(command);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(stop);
            var error = process.StandardError.ReadToEndAsync(stop);
            try
            {
                await process.StandardInput.WriteAsync(input.AsMemory(), stop);
                process.StandardInput.Close();
            }
            catch (IOException)
            {
                // It ended without reading; its exit code says why.
            }

            await process.WaitForExitAsync(stop);
            return new CommandOutcome(process.ExitCode, await output, await error);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    /// <summary>Starts a command.</summary>
    /// <exception cref="CannotStartException">The program does not exist or may not be run.</exception>
    public static Process Start(ProcessStartInfo command)
    {
        try
        {
            return Process.Start(command)!;
        }
        catch (Win32Exception e)
        {
            throw new CannotStartException($"{command.FileName} cannot be run: {e.Message}.", e);
        }
    }

    /// <summary>Sends a signal; a process that is gone already is no error.</summary>
    public static void Signal(int process, UnixSignal signal) => _ = Kill(process, (int)signal);

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int process, int signal);
}

/// <summary>The signals PostgreSQL's postmaster understands; the numbers are those of every Unix.</summary>
public enum UnixSignal
{
    /// <summary>Fast: transactions are rolled back, a checkpoint is written.</summary>
    Interrupt = 2,

    /// <summary>Immediate: the next start recovers from the log.</summary>
    Quit = 3,

    Kill = 9,
}
