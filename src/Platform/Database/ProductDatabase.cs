using System.Data;
using Colonnade.Platform.Jobs;
using Colonnade.Platform.Web;
using Dapper;
using Microsoft.Extensions.Configuration;
using Npgsql;

namespace Colonnade.Platform.Database;

/// <summary>
/// The product's own schema in PostgreSQL: a small pool, statements with named parameters, transactions.
/// Unqualified names resolve to the product's schema. Times are <see cref="DateTimeOffset"/> in UTC.
/// </summary>
/// <remarks>
/// Settings: <c>Database:Connection</c> (an Npgsql connection string; required here, the Host fills it in for
/// the private cluster) and <c>Database:PoolSize</c> (8). A statement may wait 2 s for a lock and take 5 s; a full pool is waited
/// for 2 s, and nothing for longer than 4.5 s, also when PostgreSQL keeps its connections open and answers nothing. Failures surface
/// as <see cref="NpgsqlException"/>, which the pipeline answers with 503 when PostgreSQL is away and 500 when the statement was wrong.
/// A caller that gives up (its token, or out of time) leaves the statement to end by itself, and the connection comes back then.
/// Connections come back as they are: what a statement sets, locks or makes has to end with its transaction.
/// </remarks>
public sealed class ProductDatabase : IAsyncDisposable
{
    private const int SecondsForPoolOrConnect = 2;

    /// <summary>
    /// Until a connection on which nothing comes is given up. Npgsql does that, and what a token cancels, with a blocking call that asks
    /// PostgreSQL to cancel: as long as PostgreSQL hangs, each such call holds a thread. So no token is given to it, this comes later
    /// than callers stop waiting, and before the lease of a job can have run out.
    /// </summary>
    private const int SecondsForConnectionToAnswer = 25;

    /// <summary>For a connection and an answer together.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(4.5);

    static ProductDatabase()
    {
        DefaultTypeMap.MatchNamesWithUnderscores = true;
        SqlMapper.AddTypeHandler(new UtcTime());
        SqlMapper.RemoveTypeMap(typeof(DateTimeOffset));
        SqlMapper.RemoveTypeMap(typeof(DateTimeOffset?));
    }

    public ProductDatabase(ProductIdentity product, IConfiguration configuration, TimeProvider? time = null)
    {
        Connections = new StandingDelay(time ?? TimeProvider.System);
        var connection = configuration["Database:Connection"];
        if (string.IsNullOrWhiteSpace(connection))
            throw new InvalidOperationException("Set Database__Connection to a PostgreSQL connection string.");
        Schema = product.Schema;
        ConnectionString = Complete(connection, product, configuration.GetValue("Database:PoolSize", 8));
        Source = new NpgsqlDataSourceBuilder(ConnectionString) { Name = product.Schema }.Build();
    }

    /// <summary>The schema all unqualified names resolve to.</summary>
    public string Schema { get; }

    /// <summary>For COPY, batches and everything else that wants Npgsql itself.</summary>
    public NpgsqlDataSource Source { get; }

    /// <summary>How long connections are waited for.</summary>
    internal StandingDelay Connections { get; }

    /// <summary>What this process has committed for workers to do.</summary>
    internal JobNews NewJobs { get; } = new();

    /// <summary>With the password; never logged.</summary>
    internal string ConnectionString { get; }

    /// <summary>Begins a transaction (read committed). Nothing of it stays unless <see cref="Work.Commit"/> is called.</summary>
    public async ValueTask<Work> Begin(CancellationToken stop)
    {
        var connection = await Open(stop);
        try
        {
            return new Work(this, connection, await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, stop));
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>The rows of one statement, in a connection of its own.</summary>
    public Task<List<T>> List<T>(string sql, object? parameters, CancellationToken stop) => Ask(sql, parameters,
        static async (connection, command) => (await connection.QueryAsync<T>(command)).AsList(), stop);

    /// <summary>The first row of one statement, or default when there is none.</summary>
    public Task<T?> One<T>(string sql, object? parameters, CancellationToken stop) => Ask(sql, parameters,
        static (connection, command) => connection.QueryFirstOrDefaultAsync<T>(command), stop);

    /// <summary>Runs one statement that stands alone; answers the rows it touched.</summary>
    public Task<int> Execute(string sql, object? parameters, CancellationToken stop) => Ask(sql, parameters,
        static (connection, command) => connection.ExecuteAsync(command), stop);

    /// <summary>What <paramref name="asked"/> answers in time; otherwise it is left to end by itself.</summary>
    /// <exception cref="NpgsqlException">It did not answer in time.</exception>
    internal static async Task<T> InTime<T>(Task<T> asked, CancellationToken stop)
    {
        try
        {
            return await asked.WaitAsync(Patience, stop);
        }
        catch (TimeoutException late) when (!asked.IsCompleted)
        {
            throw new NpgsqlException("PostgreSQL did not answer in time.", late);
        }
    }

    /// <summary>A connection of the pool; dispose it to give it back.</summary>
    internal async ValueTask<NpgsqlConnection> Open(CancellationToken stop)
    {
        var since = Connections.Now;
        try
        {
            return await Source.OpenConnectionAsync(stop);
        }
        finally
        {
            Connections.WaitedSince(since);
        }
    }

    public ValueTask DisposeAsync() => Source.DisposeAsync();

    private Task<T> Ask<T>(string sql, object? parameters, Func<NpgsqlConnection, CommandDefinition, Task<T>> ask, CancellationToken stop)
    {
        return InTime(AskNow(), stop);

        async Task<T> AskNow()
        {
            await using var connection = await Open(stop);
            return await ask(connection, new CommandDefinition(sql, parameters, cancellationToken: CancellationToken.None));
        }
    }

    private static string Complete(string connection, ProductIdentity product, int poolSize)
    {
        var parts = new NpgsqlConnectionStringBuilder(connection)
        {
            SearchPath = product.Schema + ",public",
            ApplicationName = "colonnade-" + product.Schema,
            MaxPoolSize = poolSize,
            Timeout = SecondsForPoolOrConnect,
            CommandTimeout = SecondsForConnectionToAnswer,
            CancellationTimeout = 500,
            MaxAutoPrepare = 200,
            AutoPrepareMinUsages = 2,
            // A reset is seven statements before the first that is asked for.
            NoResetOnClose = true,
        };
        // Npgsql's own KeepAlive would block a thread for each idle connection while PostgreSQL hangs. A socket of this machine knows none and needs none.
        if (parts.Host?.StartsWith('/') == false)
            (parts.TcpKeepAlive, parts.TcpKeepAliveTime, parts.TcpKeepAliveInterval) = (true, 30_000, 5_000);
        // Asking for Kerberos costs every new connection a round trip, and every one that PostgreSQL lets hang a time-out.
        if (parts.GssEncryptionMode == GssEncryptionMode.Prefer)
            parts.GssEncryptionMode = GssEncryptionMode.Disable;
        parts.Options = (parts.Options + " -c statement_timeout=5000 -c lock_timeout=2000 -c idle_in_transaction_session_timeout=10000 -c client_connection_check_interval=1000").Trim();
        return parts.ConnectionString;
    }

    /// <summary>Npgsql gives <c>timestamptz</c> as a UTC <see cref="DateTime"/> and takes only UTC back.</summary>
    private sealed class UtcTime : SqlMapper.TypeHandler<DateTimeOffset>
    {
        public override DateTimeOffset Parse(object value) => value is DateTimeOffset time ? time : new DateTimeOffset((DateTime)value, TimeSpan.Zero);

        public override void SetValue(IDbDataParameter parameter, DateTimeOffset value) => parameter.Value = value.UtcDateTime;
    }
}
