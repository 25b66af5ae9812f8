using System.Reflection;
using Dapper;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Validation;
using Npgsql;

namespace Colonnade.Platform.Database;

/// <summary>
/// One transaction: every effect of a request, its jobs and its audit rows. Disposed without
/// <see cref="Commit"/> it leaves nothing behind.
/// </summary>
/// <remarks>Not for parallel use. After a lost answer to the commit the outcome is unknown: look it up, never repeat blindly.</remarks>
[SkipValidation]
public sealed class Work : IAsyncDisposable
{
    private readonly NpgsqlTransaction _transaction;
    private List<Action>? _afterCommit;
    private Task _asked = Task.CompletedTask;
    private Task? _closed;
    private bool _held;

    internal Work(ProductDatabase database, NpgsqlConnection connection, NpgsqlTransaction transaction)
    {
        Database = database;
        Connection = connection;
        _transaction = transaction;
    }

    /// <summary>Whose transaction it is.</summary>
    internal ProductDatabase Database { get; }

    /// <summary>Whether its owner has committed a work that is held.</summary>
    internal bool IsCommitWanted { get; private set; }

    /// <summary>The connection the transaction runs on, for COPY and batches.</summary>
    public NpgsqlConnection Connection { get; }

    public async Task<List<T>> List<T>(string sql, object? parameters, CancellationToken stop) =>
        (await InTime(Connection.QueryAsync<T>(Command(sql, parameters)), stop)).AsList();

    /// <summary>The first row, or default when there is none.</summary>
    public Task<T?> One<T>(string sql, object? parameters, CancellationToken stop) =>
        InTime(Connection.QueryFirstOrDefaultAsync<T>(Command(sql, parameters)), stop);

    /// <summary>Runs a statement; answers the rows it touched.</summary>
    public Task<int> Execute(string sql, object? parameters, CancellationToken stop) =>
        InTime(Connection.ExecuteAsync(Command(sql, parameters)), stop);

    /// <summary>Runs <paramref name="action"/> once the commit has succeeded; for copies kept in process. It must not throw.</summary>
    public void AfterCommit(Action action) => (_afterCommit ??= []).Add(action);

    /// <summary>Makes everything permanent; in a handler of an idempotent route together with its answer, once that is known.</summary>
    public Task Commit(CancellationToken stop)
    {
        IsCommitWanted = true;
        return _held ? Task.CompletedTask : CommitNow(stop);
    }

    /// <summary>Binds a handler's parameter; only valid on an idempotent route, which begins and disposes it.</summary>
    public static ValueTask<Work?> BindAsync(HttpContext http, ParameterInfo parameter) =>
        ValueTask.FromResult<Work?>(http.Features.Get<Work>()
            ?? throw new InvalidOperationException($"{http.Request.Path} takes a Work but is not idempotent."));

    /// <summary>From now on <see cref="Commit"/> only says so, and <see cref="CommitNow"/> does it.</summary>
    internal void Hold() => _held = true;

    internal async Task CommitNow(CancellationToken stop)
    {
        await InTime(Ended(_transaction.CommitAsync(CancellationToken.None)), stop);
        _afterCommit?.ForEach(static action => action());
    }

    /// <summary>As <see cref="ProductDatabase.InTime"/>; what is left to itself keeps the connection until it ends.</summary>
    internal Task<T> InTime<T>(Task<T> asked, CancellationToken stop)
    {
        _asked = asked;
        return ProductDatabase.InTime(asked, stop);
    }

    /// <summary>Rolls back what was not committed; what PostgreSQL does not answer in time is left to end by itself.</summary>
    public async ValueTask DisposeAsync()
    {
        _closed ??= Close();
        // Nobody waits for what was given up.
        if (!_asked.IsCompleted)
            return;
        try
        {
            await _closed.WaitAsync(ProductDatabase.Patience);
        }
        catch (TimeoutException) when (!_closed.IsCompleted)
        {
            // Rolled back when PostgreSQL answers, or when the connection breaks.
        }
    }

    private async Task Close()
    {
        await Task.WhenAny(_asked);
        try
        {
            await _transaction.DisposeAsync();
        }
        finally
        {
            await Connection.DisposeAsync();
        }
    }

    private static async Task<bool> Ended(Task task)
    {
        await task;
        return true;
    }

    private CommandDefinition Command(string sql, object? parameters) =>
        new(sql, parameters, _transaction, cancellationToken: CancellationToken.None);
}
