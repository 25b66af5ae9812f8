using Shouldly;
using Xunit;

namespace Colonnade.Client.Tests;

public sealed class OrderDeskTests(OrderDeskApp app) : IClassFixture<OrderDeskApp>
{
    [Fact]
    public async Task Every_operation_of_orderdesk_works_with_its_client() => await ClientPackage.Test("orderdesk.live", least: 12, await app.Variables());

    [Fact]
    public async Task The_lines_of_the_readme_lead_to_data() =>
        (await ClientPackage.RunExample("OrderDesk", ("http://localhost:3002", app.Url))).ShouldContain("Premium Subscription draft");
}
