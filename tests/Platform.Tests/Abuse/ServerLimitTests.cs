using System.Runtime.InteropServices;
using Colonnade.Platform.Web;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Shouldly;
using Xunit;

namespace Colonnade.Platform.Tests.Abuse;

/// <summary>What no fast test can wait for is asserted as the setting that does it.</summary>
public sealed class ServerLimitTests(WireApp app) : IClassFixture<WireApp>
{
    [Fact]
    public void Slow_and_endless_clients_are_bounded()
    {
        var limits = app.Services.GetRequiredService<IOptions<KestrelServerOptions>>().Value.Limits;
        limits.RequestHeadersTimeout.ShouldBe(TimeSpan.FromSeconds(10));
        limits.MaxRequestBodySize.ShouldBe(ProductHosting.BodyLimit);
        limits.MaxRequestHeadersTotalSize.ShouldBe(16 * 1024);
        limits.MaxRequestHeaderCount.ShouldBe(100);
        limits.MaxRequestLineSize.ShouldBe(8 * 1024);
        limits.MaxConcurrentConnections.ShouldBe(10_000);
        limits.MinRequestBodyDataRate.ShouldNotBeNull().BytesPerSecond.ShouldBeGreaterThanOrEqualTo(240);
        limits.MinRequestBodyDataRate!.GracePeriod.ShouldBeLessThanOrEqualTo(TimeSpan.FromSeconds(5));
        limits.MinResponseDataRate.ShouldNotBeNull().BytesPerSecond.ShouldBeGreaterThanOrEqualTo(240);
        limits.KeepAliveTimeout.ShouldBeLessThanOrEqualTo(TimeSpan.FromSeconds(130));
    }

    /// <summary>10.0.0-rc.1 and before took a bare LF in a chunk extension for its end (CVE-2025-55315).</summary>
    [Fact]
    public void The_runtime_is_a_released_one() => RuntimeInformation.FrameworkDescription.ShouldMatch(@"^\.NET [1-9]\d\.\d+\.\d+$");
}
