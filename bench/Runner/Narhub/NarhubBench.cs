using System.Security.Cryptography;
using System.Text;
using Dapper;
using Npgsql;

namespace Colonnade.Bench.Narhub;

/// <summary>What is promised of Narhub with 50,000 users, 1,000 of whom are about.</summary>
internal sealed class NarhubBench : IProductBench
{
    private const int Users = 50_000;
    private const int SignedIn = 1_000;
    private const string Vigil = """{"productId":"vigil-ai","slug":"vigil-ai","name":"VIGIL AI","icon":"","priceMin":3000000,"priceMax":5000000}""";
    private const string Order =
        """
        {"items":[{"product_slug":"vigil-ai","product_name":"VIGIL AI","product_icon":"","price_min":3000000,"price_max":5000000,"final_price":4000000,"quantity":1}],
        "total_amount":4000000,"currency":"EUR","payment_method":"SEPA","billing_name":"John Doe","billing_company":"Acme Inc","billing_address":"123 Main St, Berlin, Germany",
        "billing_country":"Germany","billing_vat":"DE123456789","notes":"Please contact before delivery"}
        """;

    private IReadOnlyList<Guid> _users = [];
    private IReadOnlyList<string> _cookies = [];

    public string Product => "Narhub";

    public string Data => $"{Users:#,0} users; {SignedIn:#,0} of them, each with a session of their own, ask in turn.";

    public int MemoryBelow => 250;

    public IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["Narhub__Starter"] = "true",
        // Orders want mails. Workers that tried to send them would also work while the control is measured.
        ["Jobs__Workers"] = "0",
        ["Narhub__Seller__Name"] = "Narhub GmbH",
        ["Narhub__Seller__Address"] = "Lindenstraße 1, 10969 Berlin",
        ["Narhub__Seller__Country"] = "DE",
        ["Narhub__Seller__VatId"] = "DE123456788",
        ["Narhub__Seller__Iban"] = "DE89370400440532013000",
        ["Narhub__Seller__Bic"] = "COBADEFFXXX",
        ["Narhub__Seller__Bank"] = "Commerzbank",
        ["Narhub__Seller__VatRate"] = "19",
    };

    public async Task<IReadOnlyList<Figure>> Fill(House house, CancellationToken stop)
    {
        await using var database = NpgsqlDataSource.Create(await house.Database(stop) + ";Search Path=narhub");
        await using var connection = await database.OpenConnectionAsync(stop);
        await connection.ExecuteAsync(
            """
            insert into accounts (id, email, email_key) select gen_random_uuid(), 'user' || n || '@example.com', 'user' || n || '@example.com' from generate_series(1, @Users) n;
            insert into users (id, name, company) select id, 'User ' || left(email, 8), 'Acme Inc' from accounts;
            """, new { Users }, commandTimeout: 120);
        _users = (await connection.QueryAsync<Guid>("select id from users order by id limit @SignedIn", new { SignedIn })).AsList();
        var tokens = _users.Select(_ => Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)).TrimEnd('=').Replace('+', '-').Replace('/', '_')).ToArray();
        await connection.ExecuteAsync(
            """
            with begun as (
                insert into sessions (id, account_id, created_at, last_seen_at, rotated_at, idle_life, idle_expires_at, expires_at)
                select s.id, s.id, clock(), clock(), clock(), interval '30 days', clock() + interval '30 days', clock() + interval '90 days' from unnest(@Users) as s (id))
            insert into session_cookies (hash, session_id) select c.hash, c.id from unnest(@Hashes, @Users) as c (hash, id)
            """, new { Users = _users, Hashes = Array.ConvertAll(tokens, token => SHA256.HashData(Encoding.ASCII.GetBytes(token))) });
        await connection.ExecuteAsync("vacuum analyze accounts, users, sessions, session_cookies", commandTimeout: 120);
        _cookies = Array.ConvertAll(tokens, token => "next-auth.session-token=" + token);
        return [];
    }

    public Task Ask(House house, CancellationToken stop) => Colonnade(house, "/api/user/profile").Ask(house.Http, 0, stop);

    public Task<IReadOnlyDictionary<string, byte[]>> Furnish(House house, CancellationToken stop) =>
        Task.FromResult<IReadOnlyDictionary<string, byte[]>>(new Dictionary<string, byte[]>(StringComparer.Ordinal));

    public Task<IReadOnlyList<Row>> Rows(House house, CancellationToken stop) => Task.FromResult<IReadOnlyList<Row>>(
    [
        new("The session's check and the profile", 32, Colonnade(house, "/api/user/profile"))
        {
            Control = new(house.Control, [.. _users.Select(_ => "/profile")]) { Cookies = _cookies },
            AtLeast = 0.75,
        },
        new("Adding to the cart", 32, Colonnade(house, "/api/cart") with { Json = Vigil })
        {
            // Another cart each time than Colonnade's at that moment: both go round the users from another place.
            Control = new(house.Control, [.. _users.Skip(SignedIn / 2).Concat(_users.Take(SignedIn / 2)).Select(user => $"/cart/{user}")]) { Json = Vigil },
            AtLeast = 0.7,
        },
        new("Placing an order", 32, Colonnade(house, "/api/orders") with { Json = Order })
        {
            Control = new(house.Control, [.. _users.Skip(SignedIn / 2).Concat(_users.Take(SignedIn / 2)).Select(user => $"/orders/{user}")]) { Json = Order },
            Apart = ["id", "payment_reference", "created_at", "reference", "creditor_reference", "due_date", "epc_qr_payload", "qr_url"],
            AtLeast = 0.7,
        },
    ]);

    private Contender Colonnade(House house, string path) => new(house.Colonnade, [.. _users.Select(_ => path)]) { Cookies = _cookies };
}
