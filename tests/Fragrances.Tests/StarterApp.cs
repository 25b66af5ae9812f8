using Colonnade.Fragrances.Catalogue;
using Colonnade.Testing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Colonnade.Fragrances.Tests;

/// <summary>The product with the starter catalogue, as a newcomer meets it.</summary>
public sealed class StarterApp : FragrancesApp, IAsyncLifetime
{
    async ValueTask IAsyncLifetime.InitializeAsync()
    {
        await InitializeAsync();
        await StarterCatalogue.Seed(Database, Clock, TestContext.Current.CancellationToken);
        await Services.GetRequiredService<LiveCatalogue>().Refresh(TestContext.Current.CancellationToken);
        Reader = (await Someone()).Api;
    }

    /// <summary>Somebody who only reads.</summary>
    public Api Reader { get; private set; } = null!;
}
