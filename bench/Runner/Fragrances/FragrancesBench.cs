using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Dapper;
using Npgsql;

namespace Colonnade.Bench.Fragrances;

/// <summary>What is promised of Fragrances with a catalogue of 100,000.</summary>
internal sealed class FragrancesBench : IProductBench
{
    private const int Count = 100_000;
    private const int Collected = 100;
    private const int Searches = 2_000;
    private const string Address = "ada@example.com";
    private const string Password = "Orris-Butter-1889";

    private readonly List<MadeFragrance> _catalogue = MadeCatalogue.Make(Count);
    private IReadOnlyList<int> _collected = [];
    private Guid _account;

    public string Product => "Fragrances";

    public string Data => $"A catalogue of {Count:#,0} made fragrances (1,500 brands, 12 notes and 25 words of description each; words as frequent as in texts) beside the starter catalogue; a collection of {Collected}.";

    public int MemoryBelow => 300;

    public async Task<IReadOnlyList<Figure>> Fill(House house, CancellationToken stop)
    {
        var file = Path.Combine(house.Directory, "catalogue.jsonl");
        await MadeCatalogue.Write(_catalogue, file, stop);
        await using var database = NpgsqlDataSource.Create(await house.Database(stop));
        await using var connection = await database.OpenConnectionAsync(stop);
        var before = await Fragrances(connection);
        var taken = await house.Command(["import", "fragrances", file], stop);
        var imported = await Fragrances(connection) - before;
        if (imported != Count) throw new BenchException($"The import took {imported} of {Count} fragrances.");
        await connection.ExecuteAsync(ControlSearch, commandTimeout: 120);
        // What autovacuum does a minute later.
        foreach (var table in (string[])["control.search", "fragrances.fragrances", "fragrances.brands"])
            await connection.ExecuteAsync($"vacuum analyze {table}", commandTimeout: 120);
        return [Figure.Rate($"Import of a file of {Count:#,0} JSON lines", Count / taken.TotalSeconds, atLeast: 5_000)];
    }

    public async Task Ask(House house, CancellationToken stop)
    {
        var registered = await Send(house, HttpMethod.Post, "/api/auth/register", null, new { email = Address, password = Password, fullName = "Ada" }, stop);
        _account = registered.GetProperty("user").GetProperty("id").GetGuid();
        await Send(house, HttpMethod.Get, "/api/fragrances", await SignIn(house, stop), null, stop);
    }

    public async Task<IReadOnlyDictionary<string, byte[]>> Furnish(House house, CancellationToken stop)
    {
        var token = await SignIn(house, stop);
        var page = await Send(house, HttpMethod.Get, $"/api/fragrances?limit={Collected}&sortBy=name", token, null, stop);
        _collected = [.. page.GetProperty("fragrances").EnumerateArray().Select(fragrance => fragrance.GetProperty("id").GetInt32())];
        foreach (var (number, id) in _collected.Index())
        {
            await Send(house, HttpMethod.Post, "/api/user/collection", token, new
            {
                fragranceId = id,
                rating = number % 4 == 0 ? (int?)null : 1 + number % 5,
                personalNotes = number % 2 == 0 ? "" : "Warm and round, best in the evening.",
                purchaseDate = number % 3 == 0 ? null : "2024-05-17",
                bottleSizeML = number % 3 == 0 ? null : (int?)50,
                isWishlist = number % 5 == 0,
                isOwned = number % 5 != 0,
                occasions = (string[])(number % 2 == 0 ? [] : ["Evening", "Work"]),
                seasons = (string[])(number % 2 == 0 ? ["Winter"] : ["Fall", "Winter"]),
            }, stop);
        }

        var brands = new Contender(house.Colonnade, [], token);
        return new Dictionary<string, byte[]>(StringComparer.Ordinal) { ["brands"] = await brands.Ask(house.Http, "/api/brands", stop) };
    }

    public async Task<IReadOnlyList<Row>> Rows(House house, CancellationToken stop)
    {
        var token = await SignIn(house, stop);
        var typed = SearchTexts.Mistyped(_catalogue, Searches);
        var begun = SearchTexts.Begun(_catalogue, Searches);
        var offsets = Enumerable.Range(0, 10).Select(page => 20 * page).ToArray();

        Contender Colonnade(IEnumerable<string> paths) => new(house.Colonnade, [.. paths], token);
        Contender Control(IEnumerable<string> paths) => new(house.Control, [.. paths]);

        var search = Colonnade(typed.Select(search => $"/api/fragrances?limit=20&search={Uri.EscapeDataString(search.Wrong)}"));
        var suggest = Colonnade(begun.Select(text => $"/api/fragrances/suggest?q={Uri.EscapeDataString(text)}"));
        return
        [
            new("Page of 20 with its exact total", 32, Colonnade(offsets.Select(offset => Invariant($"/api/fragrances?limit=20&offset={offset}"))))
            {
                Control = Control(offsets.Select(offset => Invariant($"/page?account={_account}&limit=20&offset={offset}"))),
                Apart = ["searchTime"],
                AtLeast = 3,
            },
            new("Brands, out of memory", 32, Colonnade(["/api/brands"]))
            {
                Control = Control(["/memory/brands"]),
                Likeness = Likeness.Bytes,
                AtLeast = 0.9,
            },
            new("One fragrance with the caller's notes on it", 32, Colonnade(_collected.Select(id => Invariant($"/api/fragrances/{id}"))))
            {
                Control = Control(_collected.Select(id => Invariant($"/fragrance/{id}?account={_account}"))),
                AtLeast = 0.75,
            },
            new($"20 of a collection of {Collected}, with its figures", 32, Colonnade(["/api/user/collection"]))
            {
                Control = Control([$"/collection?account={_account}"]),
                AtLeast = 0.75,
            },
            new("Search of 1–3 words, one mistyped", 1, search) { P50Within = 2, P99Within = 10 },
            new("Search of 1–3 words, one mistyped (the control's are not)", 32, search)
            {
                Control = Control(typed.Select(search => $"/search?account={_account}&limit=20&q={Uri.EscapeDataString(search.Right)}")),
                Likeness = Likeness.Shape,
                Apart = ["searchTime", "relaxed"],
                AtLeast = 3,
            },
            new("Suggestions for a name's beginning", 1, suggest) { P99Within = 5 },
            new("Suggestions for a name's beginning", 32, suggest),
        ];
    }

    // The plain way: every word of a fragrance in one tsvector, weighted by where it stands.
    private const string ControlSearch =
        """
        create schema control;
        create table control.search as
        select f.id,
            setweight(to_tsvector('simple', f.name), 'A') || setweight(to_tsvector('simple', b.name), 'B')
            || setweight(to_tsvector('simple', array_to_string(f.top_notes || f.middle_notes || f.base_notes, ' ')), 'C')
            || setweight(to_tsvector('simple', f.description), 'D') as words
        from fragrances.fragrances f join fragrances.brands b on b.id = f.brand_id;
        alter table control.search add primary key (id);
        create index on control.search using gin (words);
        """;

    private static Task<int> Fragrances(NpgsqlConnection connection) =>
        connection.ExecuteScalarAsync<int>("select count(*)::int from fragrances.fragrances");

    private static async Task<string> SignIn(House house, CancellationToken stop)
    {
        var signedIn = await Send(house, HttpMethod.Post, "/api/auth/login", null, new { email = Address, password = Password }, stop);
        return signedIn.GetProperty("accessToken").GetString()!;
    }

    private static async Task<JsonElement> Send(House house, HttpMethod method, string path, string? token, object? body, CancellationToken stop)
    {
        using var request = new HttpRequestMessage(method, new Uri(house.Colonnade, path));
        if (token is not null) request.Headers.Authorization = new("Bearer", token);
        if (body is not null) request.Content = JsonContent.Create(body);
        using var answer = await house.Http.SendAsync(request, stop);
        var text = await answer.Content.ReadAsStringAsync(stop);
        return answer.IsSuccessStatusCode
            ? JsonElement.Parse(text)
            : throw new BenchException($"{method} {path} answers {(int)answer.StatusCode}: {text}");
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
