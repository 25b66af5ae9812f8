using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Dapper;
using Npgsql;

namespace Colonnade.Bench.Studio;

/// <summary>What is promised of Studio with 100,000 orders, and of uploads.</summary>
internal sealed class StudioBench : IProductBench
{
    private const int Count = 100_000;
    private const int Own = 20;
    private const int FileBytes = 10 * 1024 * 1024;
    private const int Uploads = 15;
    private const int AtOnce = 10;
    private const string Address = "ada@example.com";
    private const string Password = "Orris-Butter-1889";
    private IReadOnlyList<Guid> _orders = [];
    private Guid _account;

    public string Product => "Studio";

    public string Data => $"The starter catalogue; {Count:#,0} paid orders, {Own} of them the caller's. Uploads are a PDF of 10 MiB, {Uploads} in turn with the control's, which copies the body to a file and the file to the disk (fsync).";

    public int MemoryBelow => 250;

    // Nothing here asks Stripe.
    public IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string>(StringComparer.Ordinal) { ["Studio__Stripe__SecretKey"] = "sk_test_bench" };

    public async Task<IReadOnlyList<Figure>> Fill(House house, CancellationToken stop)
    {
        await using var database = NpgsqlDataSource.Create(await house.Database(stop) + ";Search Path=studio");
        await using var connection = await database.OpenConnectionAsync(stop);
        await connection.ExecuteAsync(
            """
            insert into orders (id, customer_id, provider_id, service_id, package_id, title, package_name, amount, currency, delivery_days, revisions_allowed, details, status,
                paid_at, started_at, delivery_due_at)
            select gen_random_uuid(), gen_random_uuid(), s.provider_id, s.id, p.id, s.title, p.name, p.price, p.currency, p.delivery_days, p.revisions,
                '{"size":"A4","colours":["sand","sea"],"text":"A lighthouse in the evening, with gulls"}', 'in_progress', clock(), clock(), clock() + interval '3 days'
            from generate_series(1, @Count) n, lateral (select * from packages order by id offset n % 20 limit 1) p join services s on s.id = p.service_id;
            insert into payments (id, order_id, number, state, amount, currency, intent_id, intent_status, paid_at)
            select gen_random_uuid(), id, 1, 'paid', amount, currency, 'pi_' || id, 'succeeded', clock() from orders;
            """, new { Count }, commandTimeout: 120);
        await connection.ExecuteAsync("vacuum analyze orders, payments", commandTimeout: 120);
        return [];
    }

    public async Task Ask(House house, CancellationToken stop)
    {
        var registered = await Send(house, HttpMethod.Post, "/api/auth/register", null, JsonContent.Create(new { email = Address, password = Password, name = "Ada" }), stop);
        _account = registered.GetProperty("user").GetProperty("id").GetGuid();
        await Send(house, HttpMethod.Get, "/api/services", await SignIn(house, stop), null, stop);
    }

    public async Task<IReadOnlyDictionary<string, byte[]>> Furnish(House house, CancellationToken stop)
    {
        // Now that PostgreSQL is the bench's.
        await using var database = NpgsqlDataSource.Create(await house.Database(stop) + ";Search Path=studio");
        await using var connection = await database.OpenConnectionAsync(stop);
        _orders = (await connection.QueryAsync<Guid>(
            "update orders set customer_id = @_account where id in (select id from orders order by id limit @Own) returning id", new { _account, Own })).AsList();
        var services = new Contender(house.Colonnade, [], await SignIn(house, stop));
        return new Dictionary<string, byte[]>(StringComparer.Ordinal) { ["services"] = await services.Ask(house.Http, "/api/services", stop) };
    }

    public async Task<IReadOnlyList<Row>> Rows(House house, CancellationToken stop)
    {
        var token = await SignIn(house, stop);
        Contender Colonnade(IEnumerable<string> paths) => new(house.Colonnade, [.. paths], token);
        Contender Control(IEnumerable<string> paths) => new(house.Control, [.. paths]);
        return
        [
            new("All services, out of memory", 32, Colonnade(["/api/services"]))
            {
                Control = Control(["/memory/services"]),
                Likeness = Likeness.Bytes,
                AtLeast = 0.75,
            },
            new("One order with its progress", 32, Colonnade(_orders.Select(order => $"/api/orders/{order}")))
            {
                Control = Control(_orders.Select(order => $"/studio/order/{order}")),
                AtLeast = 0.75,
            },
            new($"The caller's {Own} orders", 32, Colonnade(["/api/orders"]))
            {
                Control = Control([$"/studio/orders?account={_account}"]),
                AtLeast = 0.75,
            },
        ];
    }

    public async Task<IReadOnlyList<Figure>> Compare(House house, ServerProcess colonnade, CancellationToken stop)
    {
        var token = await SignIn(house, stop);
        var file = new byte[FileBytes];
        "%PDF-1.7\n"u8.CopyTo(file);
        List<double> ratios = [], ours = [];
        for (var round = -2; round < Uploads; round++)
        {
            var control = await Timed(() => Copy(house, file, stop));
            var upload = await Timed(() => Upload(house, token, file, stop));
            // The first are for the compiler.
            if (round < 0) continue;
            ratios.Add(upload / control);
            ours.Add(upload);
        }

        var before = colonnade.Resident;
        await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(_ => Upload(house, token, file, stop)));
        var growth = (colonnade.Resident - before) / AtOnce;
        var ratio = Spread.Of(ratios);
        return
        [
            new Figure("Upload of a PDF of 10 MiB, alone", FormattableString.Invariant($"{Spread.Of(ours).Median:0} ms, {ratio.Median:0.00} ({ratio.Least:0.00}–{ratio.Greatest:0.00}) × control"), "≤ 1.3 × control", ratio.Median <= 1.3),
            Figure.Memory($"Memory grown by each of {AtOnce} such uploads at once", Math.Max(0, growth), 8),
        ];
    }

    private static async Task<double> Timed(Func<Task> what)
    {
        var begun = Stopwatch.GetTimestamp();
        await what();
        return Stopwatch.GetElapsedTime(begun).TotalMilliseconds;
    }

    private static async Task Copy(House house, byte[] file, CancellationToken stop)
    {
        using var body = new ByteArrayContent(file);
        using var answer = await house.Http.PostAsync(new Uri(house.Control, "/copy"), body, stop);
        answer.EnsureSuccessStatusCode();
    }

    private Task<JsonElement> Upload(House house, string token, byte[] file, CancellationToken stop)
    {
        var part = new ByteArrayContent(file);
        part.Headers.ContentType = new MediaTypeHeaderValue("application/pdf");
        return Send(house, HttpMethod.Post, "/api/content/upload", token,
            new MultipartFormDataContent { { part, "file", "brief.pdf" }, { new StringContent("requirement"), "type" }, { new StringContent(_orders[0].ToString()), "orderId" } }, stop);
    }

    private static async Task<string> SignIn(House house, CancellationToken stop)
    {
        var signedIn = await Send(house, HttpMethod.Post, "/api/auth/login", null, JsonContent.Create(new { email = Address, password = Password }), stop);
        return signedIn.GetProperty("session").GetProperty("accessToken").GetString()!;
    }

    private static async Task<JsonElement> Send(House house, HttpMethod method, string path, string? token, HttpContent? body, CancellationToken stop)
    {
        using var request = new HttpRequestMessage(method, new Uri(house.Colonnade, path)) { Content = body };
        if (token is not null) request.Headers.Authorization = new("Bearer", token);
        using var answer = await house.Http.SendAsync(request, stop);
        var text = await answer.Content.ReadAsStringAsync(stop);
        return answer.IsSuccessStatusCode
            ? JsonElement.Parse(text)
            : throw new BenchException($"{method} {path} answers {(int)answer.StatusCode}: {text}");
    }
}
