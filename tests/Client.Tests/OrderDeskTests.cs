using Xunit;

namespace Colonnade.Client.Tests;

public sealed class OrderDeskTests(OrderDeskApp app) : IClassFixture<OrderDeskApp>
{
    [Fact]
    public Task Every_operation_of_orderdesk_works_with_its_client() => ClientPackage.Test(["orderdesk.live"], least: 12, new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["ORDERDESK_URL"] = app.Url,
        ["CONTROL_URL"] = app.ControlUrl,
    });
}
