using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Colonnade.Host;

/// <summary>
/// Why a product cannot listen is told once, in one sentence (<see cref="CannotStartException"/>): until it has started, errors of
/// Kestrel and of the generic host, which are the same failure with their stack traces, are left out of the log.
/// </summary>
internal sealed class StartLog
{
    private static readonly string[] Tellers = ["Microsoft.AspNetCore.Server.Kestrel", "Microsoft.Extensions.Hosting.Internal.Host"];
    private volatile bool _isOver;

    /// <summary>Before <see cref="Settings.AddLogs"/>, so that a level of these categories in the settings counts as ever.</summary>
    public static void AddTo(WebApplicationBuilder builder)
    {
        var start = new StartLog();
        builder.Services.AddSingleton(start);
        foreach (var teller in Tellers)
            builder.Logging.AddFilter(teller, level => level >= LogLevel.Warning && (level < LogLevel.Error || start._isOver));
    }

    /// <summary>It has started: from now on these errors are news.</summary>
    public void End() => _isOver = true;
}
