using Shouldly;
using Xunit;

namespace Colonnade.OrderDesk.Tests;

public sealed class OrderRestoreTests(OrderDeskApp app) : IClassFixture<OrderDeskApp>
{
    [Fact]
    public async Task A_deleted_order_comes_back()
    {
        var order = await app.NewOrder();
        (await app.Service.Post($"/api/order/{order}/restore")).ShouldBeRefused(409, "ORDER_NOT_DELETED");
        (await app.Service.Delete($"/api/order/{order}")).ShouldBe(200);
        (await app.Service.Get("/api/orders")).At("data.orders").EnumerateArray().ShouldNotContain(row => row.GetProperty("orderId").GetGuid() == order);
        var restored = (await app.Service.Post($"/api/order/{order}/restore")).ShouldBe(200);
        restored.At("message").GetString().ShouldBe("Order restored successfully");
        restored.At("data.title").GetString().ShouldBe("Premium Subscription");
        (await app.Service.Get($"/api/order/{order}")).ShouldBe(200).At("data").GetRawText().ShouldBe(restored.At("data").GetRawText());
        (await app.Service.Get("/api/orders")).At("data.orders").EnumerateArray().ShouldContain(row => row.GetProperty("orderId").GetGuid() == order);
    }

    [Fact]
    public async Task Restoring_is_possible_for_30_days_and_then_the_order_is_purged()
    {
        var (early, late) = (await app.NewOrder(), await app.NewOrder());
        await app.Service.Delete($"/api/order/{early}");
        await app.Service.Delete($"/api/order/{late}");
        await app.Advance(TimeSpan.FromDays(30) - TimeSpan.FromMilliseconds(1));
        await app.RunJobs();
        (await app.Service.Post($"/api/order/{early}/restore")).ShouldBe(200);
        await app.Advance(TimeSpan.FromMilliseconds(1));
        (await app.Service.Post($"/api/order/{late}/restore")).ShouldBeRefused(404, "ORDER_NOT_FOUND");
        (await app.Service.Get($"/api/order/{late}/history")).ShouldBeRefused(404, "ORDER_NOT_FOUND");

        await using (var work = await app.Database.Begin(TestContext.Current.CancellationToken))
        {
            await Colonnade.Platform.Jobs.EnqueueOnWork.Enqueue(work, new Jobs.PurgeOrders(), TestContext.Current.CancellationToken);
            await work.Commit(TestContext.Current.CancellationToken);
        }

        await app.RunJobs();
        (await app.Database.One<int>("select count(*) from orders where id = any(@ids)", new { ids = new[] { early, late } }, TestContext.Current.CancellationToken)).ShouldBe(1);
        (await app.Database.One<int>("select count(*) from order_changes where order_id = @late", new { late }, TestContext.Current.CancellationToken)).ShouldBe(0);
        (await app.Service.Get($"/api/order/{early}")).ShouldBe(200);
    }

    [Fact]
    public async Task Of_many_deletions_and_restorations_at_once_one_each_succeeds()
    {
        var order = await app.NewOrder();
        var deletions = await OrderDeskApp.AtOnce(20, _ => app.Service.Delete($"/api/order/{order}"));
        deletions.Count(answer => answer.Status == 200).ShouldBe(1);
        deletions.Where(answer => answer.Status != 200).ShouldAllBe(answer => answer.Status == 404);
        var restorations = await OrderDeskApp.AtOnce(20, _ => app.Service.Post($"/api/order/{order}/restore"));
        restorations.Count(answer => answer.Status == 200).ShouldBe(1);
        restorations.Where(answer => answer.Status != 200).ShouldAllBe(answer => answer.Status == 409);
        (await app.Service.Get($"/api/order/{order}/history")).At("data.history").EnumerateArray()
            .Select(change => change.GetProperty("event").GetString()).ShouldBe(["restored", "deleted", "created"]);
    }

    [Fact]
    public async Task The_history_tells_who_changed_what()
    {
        var someone = await app.Someone();
        var order = await app.NewOrder(someone.Api);
        await app.Service.Patch($"/api/order/{order}", """{"price":"149.99","status":"draft"}""");
        await someone.Api.Patch($"/api/order/{order}", """{"title":"Premium Subscription"}""");
        await someone.Api.Delete($"/api/order/{order}");
        var history = (await someone.Api.Get($"/api/order/{order}/history")).ShouldBe(200);
        history.At("data.pagination.totalItems").GetInt32().ShouldBe(3);
        history.At("data.history[0].event").GetString().ShouldBe("deleted");
        history.At("data.history[0].version").GetInt32().ShouldBe(4);
        history.At("data.history[0].by.type").GetString().ShouldBe("user");
        history.At("data.history[0].by.id").GetGuid().ShouldBe(someone.Id);
        history.At("data.history[1].event").GetString().ShouldBe("updated");
        history.At("data.history[1].by.type").GetString().ShouldBe("service");
        history.At("data.history[1].changes").EnumerateObject().Select(field => field.Name).ShouldBe(["price", "status"], ignoreOrder: true);
        history.At("data.history[1].changes.price.from").GetString().ShouldBe("99.99");
        history.At("data.history[1].changes.price.to").GetString().ShouldBe("149.99");
        history.At("data.history[2].event").GetString().ShouldBe("created");
        (await app.Service.Get($"/api/order/{order}/history?page=2&limit=2")).ShouldBe(200).At("data.history").GetArrayLength().ShouldBe(1);
    }
}
