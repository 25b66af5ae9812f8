using System.Collections.Concurrent;
using Colonnade.Platform.Database;
using Colonnade.Platform.Tokens;
using Colonnade.Platform.Web;

namespace Colonnade.Platform.ApiTokens;

/// <summary>
/// The API tokens that are good now, as copies of the rows that were asked for. A copy is believed only while the
/// listener lives; otherwise the row is read. Any change of any token makes all copies void: changes are rare.
/// </summary>
internal sealed class LiveApiTokens
{
    private const int MostCopies = 10_000;
    private readonly ProductDatabase _database;
    private readonly Listener _listener;
    private readonly ApiTokenUses _uses;
    private readonly TimeProvider _time;
    private readonly ConcurrentDictionary<TokenDigest, Copy> _copies = new();
    private readonly Lock _gate = new();
    private long _changes;

    public LiveApiTokens(ProductDatabase database, Listener listener, ApiTokenUses uses, TimeProvider time)
    {
        _database = database;
        _listener = listener;
        _uses = uses;
        _time = time;
        listener.Subscribe("api_tokens", _ => Forget(), Forget);
    }

    /// <summary>The service that has the token; null when there is none such, or it has expired or was revoked.</summary>
    public ValueTask<Caller?> CallerOf(TokenDigest digest, CancellationToken stop)
    {
        if (!_listener.IsLive || !_copies.TryGetValue(digest, out var copy))
            return Read(digest, stop);
        if (copy.ExpiresAt <= _time.GetUtcNow())
            return default;
        copy.Use.Note(_time.GetTimestamp());
        return ValueTask.FromResult<Caller?>(copy.Caller);
    }

    /// <summary>Makes every copy void.</summary>
    public void Forget()
    {
        lock (_gate)
        {
            _changes++;
            _copies.Clear();
        }
    }

    private async ValueTask<Caller?> Read(TokenDigest digest, CancellationToken stop)
    {
        var changes = Volatile.Read(ref _changes);
        var row = await _database.One<Row>(
            "select id, scopes, expires_at from api_tokens where hash = @Hash and revoked_at is null and coalesce(expires_at > clock(), true)",
            new { Hash = digest.ToBytes() }, stop);
        if (row is null)
            return null;
        var copy = new Copy(Caller.Service(row.Id, row.Scopes), row.ExpiresAt, _uses.Of(row.Id));
        copy.Use.Note(_time.GetTimestamp());
        lock (_gate)
        {
            // A change that was told while the row was on its way may be later than the row.
            if (_changes == changes)
            {
                if (_copies.Count >= MostCopies)
                    _copies.Clear();
                _copies[digest] = copy;
            }
        }

        return copy.Caller;
    }

    private sealed record Copy(Caller Caller, DateTimeOffset? ExpiresAt, ApiTokenUse Use);

    private sealed record Row
    {
        public Guid Id { get; init; }
        public string[] Scopes { get; init; } = [];
        public DateTimeOffset? ExpiresAt { get; init; }
    }
}
