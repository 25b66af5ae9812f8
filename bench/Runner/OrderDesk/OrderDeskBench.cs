using System.Security.Cryptography;
using Dapper;
using Npgsql;

namespace Colonnade.Bench.OrderDesk;

/// <summary>What is promised of OrderDesk with 100,000 orders, asked by a service.</summary>
internal sealed class OrderDeskBench : IProductBench
{
    private const int Count = 100_000;
    private const int Read = 2_000;
    private const string Order = """{"title":"A hand-bound notebook, dotted","price":"24.90","link":"https://example.com/notebooks/17","status":"active"}""";
    private readonly string _token = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
    private IReadOnlyList<Guid> _orders = [];

    public string Product => "OrderDesk";

    public string Data => $"{Count:#,0} orders of a service, with their history; {Read:#,0} of them are read in turn.";

    public int MemoryBelow => 200;

    public IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string>(StringComparer.Ordinal) { ["OrderDesk__ServiceTokens__0"] = _token };

    public async Task<IReadOnlyList<Figure>> Fill(House house, CancellationToken stop)
    {
        await using var database = NpgsqlDataSource.Create(await house.Database(stop) + ";Search Path=orderdesk");
        await using var connection = await database.OpenConnectionAsync(stop);
        await connection.ExecuteAsync(
            """
            insert into orders (id, title, price, link, status)
            select gen_random_uuid(), 'Order ' || n, (n % 900)::text || '.90', 'https://example.com/' || n, case n % 3 when 0 then 'draft' else 'active' end
            from generate_series(1, @Count) n;
            insert into order_changes (order_id, version, event, actor_id, by_service) select id, 1, 'created', gen_random_uuid(), true from orders;
            """, new { Count }, commandTimeout: 120);
        await connection.ExecuteAsync("vacuum analyze orders, order_changes", commandTimeout: 120);
        _orders = (await connection.QueryAsync<Guid>("select id from orders order by id limit @Read", new { Read })).AsList();
        return [];
    }

    public Task Ask(House house, CancellationToken stop) => Service(house, [Path(_orders[0])]).Ask(house.Http, Path(_orders[0]), stop);

    public Task<IReadOnlyDictionary<string, byte[]>> Furnish(House house, CancellationToken stop) =>
        Task.FromResult<IReadOnlyDictionary<string, byte[]>>(new Dictionary<string, byte[]>(StringComparer.Ordinal));

    public Task<IReadOnlyList<Row>> Rows(House house, CancellationToken stop) => Task.FromResult<IReadOnlyList<Row>>(
    [
        new("One order", 32, Service(house, [.. _orders.Select(Path)]))
        {
            Control = new(house.Control, [.. _orders.Select(order => $"/order/{order}")]),
            AtLeast = 0.75,
        },
        new("Creating an order", 32, Service(house, ["/api/order"]) with { Json = Order })
        {
            Control = new(house.Control, ["/order"]) { Json = Order },
            Apart = ["orderId", "createdAt", "updatedAt"],
            AtLeast = 0.7,
        },
    ]);

    private Contender Service(House house, IReadOnlyList<string> paths) => new(house.Colonnade, paths, _token);

    private static string Path(Guid order) => $"/api/order/{order}";
}
