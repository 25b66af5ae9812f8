using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;

namespace Colonnade.Platform.RateLimits;

/// <summary>
/// What one address may learn about which accounts exist: all answers that tell it (a 409 at registration, a 404 at
/// sign-in, a lookup) share 5 a minute and 20 an hour for each address or IPv6 /64, exactly, over all nodes.
/// <c>RateLimits:Enabled=false</c> lifts it.
/// </summary>
/// <remarks>
/// Where every answer tells something, spend it before the account is looked up, whether it exists or not: a refusal must
/// not tell either. Where only one of two answers spends, ask <see cref="Wait"/> before looking, for the same reason.
/// Setting <c>Accounts:HideExistence</c> (false): such answers are alike instead, see <see cref="HidesExistence"/>.
/// </remarks>
public sealed class ExistenceBudget
{
    private static readonly Limit[] Budget =
    [
        Limit.PerAddress("existence_minute", 5, TimeSpan.FromMinutes(1)).Exact(),
        Limit.PerAddress("existence_hour", 20, TimeSpan.FromHours(1)).Exact(),
    ];

    private readonly ExactLimits _exact;
    private readonly LimitSettings _settings;

    internal ExistenceBudget(ExactLimits exact, LimitSettings settings, IConfiguration configuration)
    {
        (_exact, _settings) = (exact, settings);
        HidesExistence = configuration.GetValue("Accounts:HideExistence", false);
    }

    /// <summary>Whether answers must be the same for accounts that exist and that do not, against the document.</summary>
    public bool HidesExistence { get; }

    /// <summary>How long until the client's budget has another answer; null when it has one now. Spends nothing.</summary>
    public async ValueTask<TimeSpan?> Wait(HttpContext http, CancellationToken stop)
    {
        if (!_settings.Enabled)
            return null;
        var who = Partition.Of(http.Connection.RemoteIpAddress);
        return ExactLimits.Wait(await _exact.Look(Budget, [who, who], stop));
    }

    /// <summary>Spends one answer of the client's budget.</summary>
    /// <returns>Null when it may be given, else how long to wait (429 with <c>Retry-After</c>).</returns>
    public async ValueTask<TimeSpan?> Spend(HttpContext http, CancellationToken stop)
    {
        if (!_settings.Enabled)
            return null;
        var who = Partition.Of(http.Connection.RemoteIpAddress);
        return ExactLimits.Wait(await _exact.Spend(Budget, [who, who], stop));
    }
}
