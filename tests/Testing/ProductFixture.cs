using System.Security.Cryptography;
using Colonnade.Platform.Database;
using Colonnade.Platform.Jobs;
using Colonnade.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Npgsql;
using Xunit;

namespace Colonnade.Testing;

/// <summary>
/// One product on Kestrel at a free port, on a database of its own, under a clock that stands still. A test class
/// takes it as a class fixture; more nodes on the same database come from <see cref="StartNode"/>.
/// </summary>
/// <param name="identity">Of the product.</param>
/// <param name="build">The product's own, as the Host calls it.</param>
/// <param name="always">
/// Settings of every fixture of the product, and the only ones under which the database they are all cloned from is prepared: which
/// fixture comes first is chance, so no fixture's <see cref="Settings"/> may say what the others find in theirs.
/// </param>
public abstract class ProductFixture(
    ProductIdentity identity, Func<WebApplicationBuilder, WebApplication> build, IReadOnlyDictionary<string, string?>? always = null) : IAsyncLifetime
{
    private static readonly string Secret = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
    private readonly List<WebApplication> _nodes = [];
    private string _connection = "";
    private MailTrap? _trap;

    public VirtualClock Clock { get; } = new(new DateTimeOffset(2026, 3, 2, 9, 30, 0, TimeSpan.Zero));

    /// <summary>The first node.</summary>
    public WebApplication App => _nodes[0];

    /// <summary>The first node's services.</summary>
    public IServiceProvider Services => App.Services;

    /// <summary>Where the first node listens, for those who speak to its socket.</summary>
    public int Port => new Uri(App.Urls.First()).Port;

    public ProductDatabase Database => Services.GetRequiredService<ProductDatabase>();

    /// <summary>What the nodes logged, for assertions and canaries.</summary>
    public LogLines Log { get; } = new();

    /// <summary>A client of the first node, without cookies and without following redirects.</summary>
    public Api Api { get; private set; } = null!;

    /// <summary>Settings beside the fixture's own; override for another profile.</summary>
    protected virtual IReadOnlyDictionary<string, string?> Settings => new Dictionary<string, string?>(StringComparer.Ordinal);

    /// <summary>Development, unless a fixture is about another.</summary>
    protected virtual string Environment => "Development";

    public async ValueTask InitializeAsync()
    {
        var cluster = await TestCluster.Instance;
        _trap = identity.Name == "Sandbox" ? null : await MailTrap.Instance;
        _connection = await cluster.Clone(identity.Schema, PrepareTemplate) + ";Include Error Detail=true";
        Api = Of(await StartNode());
        await Api.WaitUntilListening(Services);
    }

    /// <summary>Starts another node of the product on the same database.</summary>
    /// <param name="settings">Of this node only, over the fixture's.</param>
    public async Task<WebApplication> StartNode(IReadOnlyDictionary<string, string?>? settings = null)
    {
        var app = Create(_connection, Environment, [Settings, settings]);
        await app.StartAsync(TestContext.Current.CancellationToken);
        _nodes.Add(app);
        return app;
    }

    /// <summary>A client of <paramref name="node"/>.</summary>
    public static Api Of(WebApplication node) => new(
        node.Urls.First(), Contract.Of(node.Services.GetRequiredService<ProductIdentity>().Name), node.Services.GetRequiredService<IConfiguration>().GetValue("RateLimits:Enabled", true));

    /// <summary>Moves the clock of every node and of the database.</summary>
    public async Task Advance(TimeSpan by)
    {
        await Database.Execute("update virtual_clock set now = now + @by", new { by }, TestContext.Current.CancellationToken);
        Clock.Advance(by);
    }

    /// <summary>Runs every job that is due, and what these enqueue, until nothing is left.</summary>
    public Task<int> RunJobs() => Services.GetRequiredService<JobQueue>().RunDue(TestContext.Current.CancellationToken);

    /// <summary>
    /// What arrived for <paramref name="to"/>, newest first. Mails leave with <see cref="RunJobs"/>; all tests of a process
    /// share the mailbox, so an address belongs to one test.
    /// </summary>
    public Task<IReadOnlyList<TrappedMail>> Mails(string to) => _trap!.To(to);

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes)
        {
            await node.StopAsync();
            await node.DisposeAsync();
        }

        NpgsqlConnection.ClearAllPools();
        GC.SuppressFinalize(this);
    }

    private async Task PrepareTemplate(string connection)
    {
        await using var app = Create(connection, "Development", []);
        await app.Prepare(TestContext.Current.CancellationToken);
        var database = app.Services.GetRequiredService<ProductDatabase>();
        await database.Execute(
            """
            create table virtual_clock (now timestamptz(3) not null);
            """, null, TestContext.Current.CancellationToken);
        await database.Execute("insert into virtual_clock values (@now)", new { now = Clock.GetUtcNow() }, TestContext.Current.CancellationToken);
        await database.Execute(
            """
            create or replace function clock() returns timestamptz(3)
                language sql volatile parallel safe
                return (select now from virtual_clock)
            """, null, TestContext.Current.CancellationToken);
    }

    private WebApplication Create(string connection, string environment, IEnumerable<IReadOnlyDictionary<string, string?>?> settings)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { EnvironmentName = environment });
        builder.Configuration.Sources.Clear();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["Database:Connection"] = connection,
            ["Database:PoolSize"] = "60",
            ["Colonnade:Secret"] = Secret,
            ["Passwords:Iterations"] = "1000",
            ["Jobs:Workers"] = "0",
            ["Mail:Sandbox"] = _trap?.Root,
            [$"{identity.Name}:Urls"] = "http://127.0.0.1:0",
            [$"{identity.Name}:PublicUrl"] = "http://localhost:" + identity.Port,
        });
        foreach (var each in settings.Prepend(always))
            builder.Configuration.AddInMemoryCollection(each);
        builder.Logging.ClearProviders().AddProvider(Log);
        builder.Services.Replace(ServiceDescriptor.Singleton<TimeProvider>(Clock));
        return build(builder);
    }
}
