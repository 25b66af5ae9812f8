using System.Reflection;
using Colonnade.Platform.Database;
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

    /// <summary>Runs it; answers its first row, or default when there is none. Once.</summary>
    public async Task<T?> One<T>(string sql, object? parameters, CancellationToken stop)
    {
        if (_work is null)
            return await _database.One<T>(sql, parameters, stop);
        var row = await _work.One<T>(sql, parameters, stop);
        await _work.Commit(stop);
        return row;
    }

    /// <summary>Binds a handler's parameter; only valid on an idempotent route.</summary>
    public static ValueTask<SingleStatement?> BindAsync(HttpContext http, ParameterInfo parameter) => ValueTask.FromResult<SingleStatement?>(
        new SingleStatement(http.RequestServices.GetRequiredService<ProductDatabase>(), http.Features.Get<Work>()));
}
