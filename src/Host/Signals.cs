using System.Runtime.InteropServices;

namespace Colonnade.Host;

/// <summary>
/// The signals that ask this process to stop: Ctrl-C, SIGTERM, the terminal closing. The first begins an orderly stop;
/// further ones change nothing, because stopping is already under way and bounded in time.
/// </summary>
public sealed class Signals : IDisposable
{
    private readonly CancellationTokenSource _received = new();
    private readonly PosixSignalRegistration[] _registrations;

    public Signals() => _registrations =
    [
        .. new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP }
            .Select(signal => PosixSignalRegistration.Create(signal, Receive)),
    ];

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Received => _received.Token;

    public void Dispose()
    {
        foreach (var registration in _registrations) registration.Dispose();
        _received.Dispose();
    }

    private void Receive(PosixSignalContext signal)
    {
        signal.Cancel = true;
        _received.Cancel();
    }
}
