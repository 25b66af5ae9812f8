using Colonnade.Testing;

namespace Colonnade.Narhub.Tests;

/// <summary>The product as the Host runs it, in Development.</summary>
public class NarhubApp() : ProductFixture(NarhubProduct.Identity, NarhubProduct.Build)
{
    /// <summary>Limits are tested where they are the point; elsewhere they would only count tests.</summary>
    protected override IReadOnlyDictionary<string, string?> Settings => new Dictionary<string, string?>(StringComparer.Ordinal)
    {
        ["RateLimits:Enabled"] = "false",
    };
}
