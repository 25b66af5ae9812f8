using System.Text;
using Colonnade.Testing;
using Shouldly;
using Xunit;

namespace Colonnade.OrderDesk.Tests;

/// <summary>Orders of one user among those of others: 35 numbered ones, a second apart.</summary>
public sealed class OrderListApp : OrderDeskApp, IAsyncLifetime
{
    public Person Owner { get; private set; } = null!;

    async ValueTask IAsyncLifetime.InitializeAsync()
    {
        await InitializeAsync();
        Owner = await Someone();
        for (var number = 1; number <= 35; number++)
        {
            var status = number % 5 == 0 ? "draft" : "active";
            await NewOrder(Owner.Api, $$"""{"title":"Parcel {{number}}","price":"{{number}}.{{number % 10}}","link":"https://shop.example/{{number}}","status":"{{status}}"}""");
            await Advance(TimeSpan.FromSeconds(1));
        }

        await NewOrder();
        await NewOrder((await Someone()).Api);
    }
}

public sealed class OrderListTests(OrderListApp app) : IClassFixture<OrderListApp>
{
    private async Task<Answer> List(string query) => (await app.Owner.Api.Get("/api/orders" + query)).ShouldBe(200);

    private async Task<IReadOnlyList<string>> Titles(string query) => Titles(await List(query));

    private static List<string> Titles(Answer answer) => [.. answer.At("data.orders").EnumerateArray().Select(order => order.GetProperty("title").GetString()!)];

    [Theory]
    [InlineData("/api/orders")]
    [InlineData("/api/order")]
    public async Task The_first_page_has_the_30_latest(string path)
    {
        var answer = (await app.Owner.Api.Get(path)).ShouldBe(200);
        answer.Json.EnumerateObject().Select(member => member.Name).ShouldBe(["success", "data"]);
        Titles(answer).ShouldBe(Enumerable.Range(0, 30).Select(back => $"Parcel {35 - back}"));
        answer.At("data.pagination").GetRawText().ShouldBe("""{"currentPage":1,"totalPages":2,"totalItems":35,"itemsPerPage":30}""");
        answer.At("data.orders[0].ownerId").GetGuid().ShouldBe(app.Owner.Id);
    }

    [Fact]
    public async Task Pages_do_not_overlap_and_one_past_the_end_is_empty()
    {
        var seen = new List<string>();
        for (var page = 1; page <= 4; page++)
            seen.AddRange(await Titles($"?page={page}&limit=10"));
        seen.Count.ShouldBe(35);
        seen.ShouldBeUnique(StringComparer.Ordinal);
        var past = await List("?page=99");
        past.At("data.orders").GetArrayLength().ShouldBe(0);
        past.At("data.pagination").GetRawText().ShouldBe("""{"currentPage":99,"totalPages":2,"totalItems":35,"itemsPerPage":30}""");
        (await List("?limit=5000")).At("data.pagination.itemsPerPage").GetInt32().ShouldBe(100);
        (await List("?page=999999999999999999999")).At("data.orders").GetArrayLength().ShouldBe(0);
    }

    [Theory]
    [InlineData("?sortBy=createdAt&sortOrder=asc", "Parcel 1", "Parcel 2")]
    [InlineData("?sortBy=title&sortOrder=asc", "Parcel 1", "Parcel 2")]
    [InlineData("?sortBy=title", "Parcel 35", "Parcel 34")]
    [InlineData("?sortBy=price&sortOrder=asc", "Parcel 1", "Parcel 2")]
    [InlineData("?sortBy=price&sortOrder=desc", "Parcel 35", "Parcel 34")]
    [InlineData("?sortBy=status&sortOrder=desc", "Parcel 35", "Parcel 30")]
    [InlineData("?sortBy=orderId&sortOrder=asc", "Parcel 1", "Parcel 2")]
    [InlineData("?sortBy=updatedAt", "Parcel 35", "Parcel 34")]
    public async Task Lists_are_sorted(string query, string first, string second)
    {
        var titles = await Titles(query);
        titles[0].ShouldBe(first);
        titles[1].ShouldBe(second);
    }

    [Theory]
    [InlineData("?status=draft", 7)]
    [InlineData("?filterBy=status&filterValue=draft", 7)]
    [InlineData("?q=parcel%201", 11)]
    [InlineData("?q=PARCEL%201", 11)]
    [InlineData("?q=shop.example/7", 1)]
    [InlineData("?q=%25", 0)]
    [InlineData("?q=_", 0)]
    [InlineData("?filterBy=title&filterValue=cel%203", 7)]
    [InlineData("?filterBy=link&filterValue=example/3", 7)]
    [InlineData("?filterBy=price&filterValue=7.7", 1)]
    [InlineData("?filterBy=price&filterValue=7.70", 1)]
    [InlineData("?filterBy=orderId&filterValue=nonsense", 0)]
    [InlineData("?minPrice=10&maxPrice=12.2", 3)]
    [InlineData("?minPrice=34&status=active", 1)]
    [InlineData("?maxPrice=0", 0)]
    public async Task Lists_are_filtered(string query, int items) => (await List(query)).At("data.pagination.totalItems").GetInt32().ShouldBe(items);

    [Theory]
    [InlineData("?page=0", "page")]
    [InlineData("?page=x", "page")]
    [InlineData("?limit=-1", "limit")]
    [InlineData("?sortBy=owner_id;drop", "sortBy")]
    [InlineData("?sortOrder=up", "sortOrder")]
    [InlineData("?filterBy=password&filterValue=x", "filterBy")]
    [InlineData("?filterBy=status", "filterValue")]
    [InlineData("?filterValue=active", "filterBy")]
    [InlineData("?filterBy=status&filterValue=gone", "filterValue")]
    [InlineData("?status=gone", "status")]
    [InlineData("?minPrice=-1", "minPrice")]
    [InlineData("?maxPrice=1.999", "maxPrice")]
    [InlineData("?page=1&page=2", "page")]
    public async Task What_is_no_parameter_is_a_400_with_its_name(string query, string field) =>
        (await app.Owner.Api.Get("/api/orders" + query)).ShouldBeRefused(400, "VALIDATION_FAILED").At("errors[0].field").GetString().ShouldBe(field);

    [Fact]
    public async Task A_service_sees_everybodys_and_nobody_sees_anothers()
    {
        var all = await app.Database.One<int>("select count(*) from orders", null, TestContext.Current.CancellationToken);
        all.ShouldBeGreaterThan(36);
        (await app.Service.Get("/api/orders")).At("data.pagination.totalItems").GetInt32().ShouldBe(all);
        (await (await app.Someone()).Api.Get("/api/orders")).At("data.pagination").GetRawText().ShouldBe("""{"currentPage":1,"totalPages":0,"totalItems":0,"itemsPerPage":30}""");
    }

    [Fact]
    public async Task The_export_has_all_that_the_filters_leave()
    {
        var answer = (await app.Owner.Api.Get("/api/orders/export?status=draft")).ShouldBe(200);
        answer.Header("Content-Type").ShouldBe("text/csv; charset=utf-8");
        answer.Header("Content-Disposition").ShouldBe("attachment; filename=\"orders.csv\"");
        answer.Bytes[..3].ShouldBe(Encoding.UTF8.Preamble.ToArray());
        var lines = answer.Text.TrimStart('\ufeff').Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        lines.Length.ShouldBe(8);
        lines[0].ShouldBe("orderId,title,price,link,status,createdAt,updatedAt,ownerId");
        lines[1].ShouldContain(",Parcel 35,35.5,https://shop.example/35,draft,");
        (await app.Owner.Api.Get("/api/orders/export?status=gone")).ShouldBeRefused(400, "VALIDATION_FAILED");
    }

    [Theory]
    [InlineData("=HYPERLINK(1)", "'=HYPERLINK(1)")]
    [InlineData("+1", "'+1")]
    [InlineData("-1", "'-1")]
    [InlineData("@SUM(A1)", "'@SUM(A1)")]
    [InlineData("a,b", "\"a,b\"")]
    public async Task No_cell_of_the_export_is_a_formula(string title, string cell)
    {
        var someone = await app.Someone();
        await app.NewOrder(someone.Api, $$"""{"title":"{{title}}","price":"1","link":"https://example.com","status":"draft"}""");
        (await someone.Api.Get("/api/orders/export")).ShouldBe(200).Text.ShouldContain($",{cell},1,");
    }

    [Fact]
    public async Task An_export_of_more_than_one_portion_is_whole()
    {
        var someone = await app.Someone();
        await app.Database.Execute(
            """
            insert into orders (id, owner_id, title, price, link, status, created_at)
            select gen_random_uuid(), @Id, 'Bulk ' || number, '1', 'https://example.com', 'draft', clock() + number / 3 * interval '1 millisecond'
            from generate_series(1, 1203) number
            """, new { someone.Id }, TestContext.Current.CancellationToken);
        var titles = (await someone.Api.Get("/api/orders/export")).ShouldBe(200).Text.Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(line => line.Split(',')[1]).ToList();
        titles.Count.ShouldBe(1203);
        titles.ShouldBeUnique(StringComparer.Ordinal);
    }
}
