using System.Buffers;
using System.Security.Cryptography;
using Colonnade.Platform.Audit;
using Colonnade.Platform.Database;
using Colonnade.Platform.Tokens;
using Colonnade.Platform.Web;

namespace Colonnade.Platform.ApiTokens;

/// <summary>
/// The named tokens with which services call a product: made, listed, revoked. A token is 256 random bits after a
/// prefix that says whose it is; it is shown once, and stored as its SHA-256.
/// </summary>
/// <remarks>
/// Any number are good at a time, so that one can replace another without a gap. A revoked one is refused at once on
/// this node and within a second on the others (see <see cref="Listener"/>). Whoever may make tokens may do everything
/// through them: put the routes behind <c>RequireScope(Caller.EveryScope)</c>.
/// </remarks>
public sealed class ProductApiTokens
{
    private const int LongestName = 100;
    private const int SecretLength = 43; // 62^43 > 2^256
    private const int ShownOfSecret = 8;
    private const string Characters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    private static readonly SearchValues<char> OfSecrets = SearchValues.Create(Characters);

    private readonly ProductDatabase _database;
    private readonly LiveApiTokens _live;
    private readonly ApiTokenRules _rules;
    private readonly TimeProvider _time;
    private readonly string _head;

    internal ProductApiTokens(ProductDatabase database, LiveApiTokens live, ApiTokenRules rules, ProductIdentity product, TimeProvider time)
    {
        _database = database;
        _live = live;
        _rules = rules;
        _time = time;
        _head = Head(product);
    }

    /// <summary>How every token of <paramref name="product"/> begins.</summary>
    internal static string Head(ProductIdentity product) => $"cod_{product.Schema}_";

    /// <summary>Whether <paramref name="token"/>, which begins with a head, has the form of a token.</summary>
    internal static bool IsWellFormed(ReadOnlySpan<char> token, string head) =>
        token.Length == head.Length + SecretLength && !token[head.Length..].ContainsAnyExcept(OfSecrets);

    /// <summary>Makes a token; it is good once <paramref name="work"/> has committed.</summary>
    /// <param name="work">Takes the row and its audit entry.</param>
    /// <param name="token">What is asked for.</param>
    /// <param name="client">Who asks, and from where.</param>
    /// <param name="stop">Cancels.</param>
    public async Task<CreateApiTokenOutcome> Create(Work work, NewApiToken token, ClientFacts client, CancellationToken stop)
    {
        var name = token.Name.Trim();
        if (name.Length is 0 or > LongestName || !WireText.IsStorable(name))
            return new CreateApiTokenOutcome.Refused("name", $"A name has 1 to {LongestName} characters");
        IReadOnlyList<string> scopes = token.Scopes is null ? _rules.Scopes : [.. token.Scopes.Distinct(StringComparer.Ordinal)];
        if (scopes.Count == 0)
            return new CreateApiTokenOutcome.Refused("scopes", "At least one scope is needed");
        if (scopes.Any(scope => scope != Caller.EveryScope && !_rules.Scopes.Contains(scope, StringComparer.Ordinal)))
            return new CreateApiTokenOutcome.Refused("scopes", $"The scopes are {string.Join(", ", _rules.Scopes)} and {Caller.EveryScope}");

        var secret = _head + RandomNumberGenerator.GetString(Characters, SecretLength);
        var created = await work.One<ApiToken>(
            $"""
            insert into api_tokens (id, name, prefix, hash, scopes, created_by, expires_at)
            select @Id, @name, @Prefix, @Hash, @Scopes, cast(@ActorId as uuid), cast(@ExpiresAt as timestamptz)
            where coalesce(cast(@ExpiresAt as timestamptz) > clock(), true)
            returning {ApiToken.Columns}
            """,
            new
            {
                Id = Guid.CreateVersion7(_time.GetUtcNow()),
                name,
                Prefix = secret[..(_head.Length + ShownOfSecret)],
                Hash = TokenDigest.Of(secret).ToBytes(),
                Scopes = scopes.ToArray(),
                client.ActorId,
                token.ExpiresAt,
            },
            stop);
        if (created is null)
            return new CreateApiTokenOutcome.Refused("expiresAt", "The expiry must lie in the future");
        await work.Audit(
            new AuditEntry(AuditEvents.ApiTokenCreated, null, client) { Detail = new { token = created.Id, created.Prefix, created.Scopes, created.ExpiresAt } }, stop);
        return new CreateApiTokenOutcome.Created(created, secret);
    }

    /// <summary>All that were not revoked, also expired ones; the newest first.</summary>
    public Task<List<ApiToken>> List(CancellationToken stop) =>
        _database.List<ApiToken>($"select {ApiToken.Columns} from api_tokens where revoked_at is null order by created_at desc, id desc", null, stop);

    /// <summary>Refuses a token from now on; false when there is none such, or it was revoked before.</summary>
    public async Task<bool> Revoke(Work work, Guid id, ClientFacts client, CancellationToken stop)
    {
        var prefix = await work.One<string>(
            "update api_tokens set revoked_at = clock() where id = @id and revoked_at is null returning prefix", new { id }, stop);
        if (prefix is null)
            return false;
        work.AfterCommit(_live.Forget);
        await work.Audit(new AuditEntry(AuditEvents.ApiTokenRevoked, null, client) { Detail = new { token = id, prefix } }, stop);
        return true;
    }
}
