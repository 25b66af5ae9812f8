using System.Security.Cryptography;
using Colonnade.Platform.Database;
using Colonnade.Platform.Web;
using Colonnade.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Shouldly;
using Xunit;

namespace Colonnade.Fragrances.Tests.Abuse;

/// <summary>Several nodes that start at the same moment on a database where nothing is.</summary>
public sealed class ColdStartTests
{
    private const int Nodes = 3;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Nodes_that_start_at_once_on_nothing_agree_on_everything(int round)
    {
        var connection = await (await TestCluster.Instance).Create();
        var secret = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
        var nodes = Enumerable.Range(0, Nodes).Select(_ => Build(connection, secret)).ToList();
        try
        {
            await Task.WhenAll(nodes.Select(node => Task.Run(async () =>
            {
                await node.Prepare(Stop);
                await node.StartAsync(Stop);
            }, Stop)));
            await Task.WhenAll(nodes.Select(node => Api.WaitUntilListening(node.Services)));
            var apis = nodes.ConvertAll(node => new Api(node.Urls.First()));

            // The first requests of all of them together: each has to find or make the keys.
            var people = await Task.WhenAll(apis.SelectMany((api, node) => Enumerable.Range(0, 2).Select(person => Register(api, $"cold{round}-{node}-{person}@example.com"))));
            foreach (var api in apis)
            {
                foreach (var (access, refresh) in people)
                    (await api.WithBearer(access).Get("/api/user/profile")).ShouldBe(200);
            }

            // A session begun on one node goes on on the next.
            foreach (var ((_, refresh), at) in people.Select((person, at) => (person, at)))
            {
                var refreshed = (await apis[(at + 1) % Nodes].Post("/api/auth/refresh", $$"""{"refreshToken":"{{refresh}}"}""")).ShouldBe(200).At("accessToken").GetString()!;
                (await apis[(at + 2) % Nodes].WithBearer(refreshed).Get("/api/user/profile")).ShouldBe(200);
            }

            var database = nodes[0].Services.GetRequiredService<ProductDatabase>();
            (await database.List<string>("select purpose from keys group by purpose having count(*) <> 1", null, Stop)).ShouldBeEmpty();
            (await database.One<int>("select count(*) from keys", null, Stop)).ShouldBeGreaterThanOrEqualTo(2);
            (await Keys(apis)).ShouldHaveSingleItem();
            (await database.List<string>("select source || name from migrations group by 1 having count(*) <> 1", null, Stop)).ShouldBeEmpty();

            var fragrances = await database.One<int>("select count(*) from fragrances", null, Stop);
            fragrances.ShouldBeGreaterThanOrEqualTo(500);
            (await database.One<int>("select count(*) from (select distinct brand_id, name_key, concentration_key from fragrances) of", null, Stop)).ShouldBe(fragrances);
            foreach (var api in apis)
                (await api.WithBearer(people[0].Access).Get("/api/fragrances")).ShouldBe(200).At("pagination.total").GetInt32().ShouldBe(fragrances);
        }
        finally
        {
            foreach (var node in nodes)
            {
                await node.StopAsync(CancellationToken.None);
                await node.DisposeAsync();
            }
        }
    }

    private static async Task<(string Access, string Refresh)> Register(Api api, string email)
    {
        (await api.Post("/api/auth/register", $$"""{"email":"{{email}}","password":"correct-horse-5","fullName":"Jo"}""")).ShouldBe(201);
        var answer = (await api.Post("/api/auth/login", $$"""{"email":"{{email}}","password":"correct-horse-5"}""")).ShouldBe(200);
        return (answer.At("accessToken").GetString()!, answer.At("refreshToken").GetString()!);
    }

    private static async Task<List<string>> Keys(List<Api> apis)
    {
        var sets = new List<string>();
        foreach (var api in apis)
            sets.Add((await api.Get("/.well-known/jwks.json")).ShouldBe(200).Text);
        return [.. sets.Distinct(StringComparer.Ordinal)];
    }

    private static WebApplication Build(string connection, string secret)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.Sources.Clear();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["Database:Connection"] = connection,
            ["Colonnade:Secret"] = secret,
            ["Passwords:Iterations"] = "1000",
            ["Jobs:Workers"] = "0",
            ["RateLimits:Enabled"] = "false",
            ["Fragrances:Urls"] = "http://127.0.0.1:0",
        });
        builder.Environment.EnvironmentName = "Development";
        builder.Logging.ClearProviders();
        return FragrancesProduct.Build(builder);
    }
}
