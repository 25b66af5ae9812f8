using System.Net.Http.Json;
using System.Text.Json;
using Dapper;
using Npgsql;

namespace Colonnade.Bench.FigureForge;

/// <summary>What is promised of FigureForge with 100,000 images, and of the queue.</summary>
internal sealed class FigureForgeBench : IProductBench, IDisposable
{
    private const int Count = 100_000;
    private const int Read = 500;
    private const string Address = "ada@example.com";
    private const string Wish = """{"prompt":"a dancer at the barre","filters":{"pose":"standing","lighting":"window"},"batch_size":1,"model":"mannequin","seed":7}""";
    private readonly CodeMailbox _mail = new();
    private IReadOnlyList<Guid> _jobs = [];
    private Guid _account;

    public string Product => "FigureForge";

    public string Data =>
        $"{Count:#,0} finished images of one artist in the highest tier, {Count / 10:#,0} of them public. Generations are asked for while four are in flight, so that they queue; figures are not drawn meanwhile.";

    public int MemoryBelow => 250;

    // Nothing here asks a provider.
    public IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["FigureForge__Stripe__SecretKey"] = "sk_test_bench",
        ["Mail__Smtp__Port"] = _mail.Port.ToString(System.Globalization.CultureInfo.InvariantCulture),
        ["Mail__Smtp__StartTls"] = "false",
        ["Jobs__Lanes__figures"] = "0",
    };

    public Task<IReadOnlyList<Figure>> Fill(House house, CancellationToken stop) => Task.FromResult<IReadOnlyList<Figure>>([]);

    public async Task Ask(House house, CancellationToken stop)
    {
        var user = await Send(house, HttpMethod.Get, "/api/auth/user/", await SignIn(house, stop), null, stop);
        _account = Guid.ParseExact(user.GetProperty("id").GetString()!["user_".Length..], "N");
    }

    public async Task<IReadOnlyDictionary<string, byte[]>> Furnish(House house, CancellationToken stop)
    {
        await using var database = NpgsqlDataSource.Create(await house.Database(stop) + ";Search Path=figureforge");
        await using var connection = await database.OpenConnectionAsync(stop);
        await connection.ExecuteAsync(
            """
            create temporary table made as select gen_random_uuid() as id, n from generate_series(1, @Count) n;
            insert into generations (id, account_id, state, model, prompt, filters, seed, batch_size, credits, is_admitted, attempt, progress, started_at, finished_at)
            select id, @_account, 'completed', 'mannequin', 'Figure ' || n, '{"pose": "standing", "lighting": "rim"}', n, 1, 1, true, 1, 1, clock(), clock() from made;
            insert into files (id, owner_id, name, media_type, size, sha256, width, height, image_state)
            select id, @_account, 'figure.png', 'image/png', 900000, sha256('x'), 768, 1024, 'ready' from made;
            insert into images (id, account_id, generation_id, ordinal, file_id, model, prompt, filters, seed, width, height, tags, is_public, published_at)
            select id, @_account, id, 0, id, 'mannequin', 'Figure ' || n, '{"pose": "standing", "lighting": "rim"}', n, 768, 1024, '{lighting:rim,pose:standing}', n % 10 = 0,
                case when n % 10 = 0 then clock() + n * interval '1 ms' end from made;
            update artists set tier = 'studio', tier_until = clock() + interval '1 year', pack_credits = 100000000, in_flight = 4 where account_id = @_account;
            """, new { Count, _account }, commandTimeout: 240);
        await connection.ExecuteAsync("vacuum analyze generations, files, images, artists", commandTimeout: 120);
        _jobs = (await connection.QueryAsync<Guid>("select id from generations order by id limit @Read", new { Read })).AsList();
        return new Dictionary<string, byte[]>(StringComparer.Ordinal);
    }

    public async Task<IReadOnlyList<Row>> Rows(House house, CancellationToken stop)
    {
        var token = await SignIn(house, stop);
        string[] links = ["url", "thumbnail_url", "thumbnail_small_url", "srcset"];
        return
        [
            new("The public gallery, 20 of the newest", 32, new(house.Colonnade, ["/api/images/gallery/?limit=20&offset=0"]))
            {
                Control = new(house.Control, ["/figureforge/gallery"]),
                Apart = links,
                AtLeast = 0.75,
            },
            new("Status of a finished job", 32, new(house.Colonnade, [.. _jobs.Select(job => $"/api/images/job/job_{job:N}/")], token))
            {
                Control = new(house.Control, [.. _jobs.Select(job => $"/figureforge/job/{job}")]),
                Apart = links,
                AtLeast = 0.75,
            },
            new("Asking for a picture", 32, new(house.Colonnade, ["/api/images/generate/"], token) { Json = Wish })
            {
                Control = new(house.Control, [$"/figureforge/generate?account={_account}"]) { Json = Wish },
                Apart = ["job_id", "created_at"],
                AtLeast = 0.7,
            },
        ];
    }

    public async Task<IReadOnlyList<Figure>> Compare(House house, ServerProcess colonnade, CancellationToken stop) =>
        [Figure.Rate("Empty jobs, claimed and completed by 8 workers", await EmptyJobs.PerSecond(await house.Database(stop), stop), 5_000)];

    public void Dispose() => _mail.Dispose();

    private async Task<string> SignIn(House house, CancellationToken stop)
    {
        var code = await _mail.Next(() => Send(house, HttpMethod.Post, "/api/auth/magic-link/request/", null, JsonContent.Create(new { email = Address }), stop), stop);
        var signedIn = await Send(house, HttpMethod.Post, "/api/auth/magic-link/verify/", null, JsonContent.Create(new { email = Address, code }), stop);
        return signedIn.GetProperty("access_token").GetString()!;
    }

    private static async Task<JsonElement> Send(House house, HttpMethod method, string path, string? token, HttpContent? body, CancellationToken stop)
    {
        using var request = new HttpRequestMessage(method, new Uri(house.Colonnade, path)) { Content = body };
        if (token is not null) request.Headers.Authorization = new("Bearer", token);
        using var answer = await house.Http.SendAsync(request, stop);
        var text = await answer.Content.ReadAsStringAsync(stop);
        return answer.IsSuccessStatusCode ? JsonElement.Parse(text) : throw new BenchException($"{method} {path} answers {(int)answer.StatusCode}: {text}");
    }
}
