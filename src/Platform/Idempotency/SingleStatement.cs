using System.Reflection;
using Colonnade.Platform.Database;
using Colonnade.Platform.Jobs;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Validation;

namespace Colonnade.Platform.Idempotency;

/// <summary>
/// The one statement that is the whole effect of an idempotent route's handler. With an <c>Idempotency-Key</c> it runs and commits in the
/// <see cref="Work"/> that keeps the answer; without one it stands alone and takes one round trip.
/// </summary>
[SkipValidation]
public sealed class SingleStatement
{
    private readonly ProductDatabase _database;
    private readonly Work? _work;

    private SingleStatement(ProductDatabase database, Work? work)
    {
        _database = database;
        _work = work;
    }

    /// <summary>Reads what it depends on; before it.</summary>
    public Task<T?> Read<T>(string sql, object? parameters, CancellationToken stop) =>
        _work is null ? _database.One<T>(sql, parameters, stop) : _work.One<T>(sql, parameters, stop);

    /// <summary>Runs it; answers its first row, or default when there is none.</summary>
    public async Task<T?> One<T>(string sql, object? parameters, CancellationToken stop)
    {
        if (_work is null)
            return await _database.One<T>(sql, parameters, stop);
        var row = await _work.One<T>(sql, parameters, stop);
        await _work.Commit(stop);
        return row;
    }

    /// <summary>Tells workers of a job that the statement has inserted itself (<see cref="JobInsert"/>); after it.</summary>
    public void TellWorkers()
    {
        if (_work is null)
            _database.NewJobs.Tell();
        else
            _work.TellWorkers();
    }

    /// <summary>Where it takes several statements after all: runs <paramref name="act"/> in a work, which <paramref name="act"/> commits.</summary>
    public async Task<T> InWork<T>(Func<Work, Task<T>> act, CancellationToken stop)
    {
        if (_work is not null)
            return await act(_work);
        await using var work = await _database.Begin(stop);
        return await act(work);
    }

    /// <summary>Binds a handler's parameter; only valid on an idempotent route.</summary>
    public static ValueTask<SingleStatement?> BindAsync(HttpContext http, ParameterInfo parameter) => ValueTask.FromResult<SingleStatement?>(
        new SingleStatement(http.RequestServices.GetRequiredService<ProductDatabase>(), http.Features.Get<Work>()));
}
