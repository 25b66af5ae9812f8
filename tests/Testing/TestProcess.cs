using Xunit;

namespace Colonnade.Testing;

/// <summary>Ends with the last test of a process, and stops what was started once for all of them.</summary>
public sealed class TestProcess : IAsyncLifetime
{
    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await MailTrap.Stop();
        await TestCluster.Stop();
    }
}
