using Microsoft.Extensions.Hosting;

namespace Colonnade.Platform.Web;

/// <summary>Signals belong to the Host, which stops all products together; a product alone must not answer Ctrl-C.</summary>
internal sealed class HostOwnedLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
