using System.Collections.Concurrent;
using Colonnade.Platform.Telemetry;
using Colonnade.Platform.Web;
using Microsoft.AspNetCore.Http;

namespace Colonnade.Platform.RateLimits;

/// <summary>
/// Holds every request against the limits of its endpoint, before its body is read. Cheap ones first; the first
/// that has no room refuses, and what others had counted is taken back.
/// </summary>
internal sealed class RequestLimiter(LimitNodes nodes, ExactLimits exact, LimitSettings settings, ProductTelemetry telemetry, TimeProvider time) : IRequestLimiter
{
    private readonly ConcurrentDictionary<Endpoint, Plan> _plans = new();

    /// <inheritdoc />
    public ValueTask<TimeSpan?> Admit(HttpContext http, Endpoint endpoint, Caller? caller)
    {
        if (!settings.Enabled)
            return default;
        var plan = _plans.GetOrAdd(endpoint, static (of, limiter) => limiter.Read(of), this);
        return plan.Only is { } only ? Admit(http, plan, only, caller) : plan.IsEmpty ? default : AdmitByAll(http, plan, caller);
    }

    /// <summary>One general limit, as nearly every route has it: as long as this node counts alone, nothing is waited for.</summary>
    private ValueTask<TimeSpan?> Admit(HttpContext http, Plan plan, GeneralLimit only, Caller? caller)
    {
        var taken = only.Take(Partition.Of(only.Limit, http, caller), http);
        return taken.IsCompletedSuccessfully ? ValueTask.FromResult(Say(http, plan, taken.Result)) : Say(http, plan, taken);
    }

    private async ValueTask<TimeSpan?> AdmitByAll(HttpContext http, Plan plan, Caller? caller)
    {
        var tightest = default(Standing);
        var counted = new (GeneralLimit Limit, Partition Who, long At)[plan.General.Length];
        for (var index = 0; index < plan.General.Length; index++)
        {
            var (limit, of) = plan.General[index];
            if (of is { } ofCallers && ofCallers != (caller is not null))
                continue;
            var who = Partition.Of(limit.Limit, http, caller);
            var standing = await limit.Take(who, http);
            tightest = Tighter(tightest, standing);
            if (standing.IsAdmitted)
                counted[index] = (limit, who, standing.At);
        }

        if (plan.Exact.Length > 0 && tightest is { Limit: null } or { IsAdmitted: true })
        {
            foreach (var standing in await exact.Spend(plan.Exact, Array.ConvertAll(plan.Exact, limit => Partition.Of(limit, http, caller)), http.RequestAborted))
                tightest = Tighter(tightest, standing);
        }

        if (tightest.Limit is null)
            return null;
        if (!tightest.IsAdmitted)
        {
            foreach (var (limit, who, at) in counted)
                limit?.Return(who, at);
        }

        return Say(http, plan, tightest);
    }

    private async ValueTask<TimeSpan?> Say(HttpContext http, Plan plan, ValueTask<Standing> taken) => Say(http, plan, await taken);

    /// <summary>Says in the answer how the tightest bucket stands; how long to wait, when it refuses.</summary>
    private TimeSpan? Say(HttpContext http, Plan plan, Standing tightest)
    {
        if (!tightest.IsAdmitted)
            telemetry.LimitsRefused.Add(1, new KeyValuePair<string, object?>("limit", tightest.Limit.Name));
        new LimitHeaders(http, tightest, plan.Policy, time).SetWhenStarting();
        return tightest.IsAdmitted ? null : tightest.Opens;
    }

    private static Standing Tighter(Standing one, Standing other)
    {
        if (one.Limit is null)
            return other;
        if (one.IsAdmitted != other.IsAdmitted)
            return one.IsAdmitted ? other : one;
        if (!one.IsAdmitted)
            return one.Opens >= other.Opens ? one : other;
        return one.Remaining <= other.Remaining ? one : other;
    }

    private Plan Read(Endpoint endpoint)
    {
        var limits = endpoint.Metadata.GetOrderedMetadata<LimitRule>().SelectMany(rule => rule.Limits).Distinct().ToArray();
        if (limits.DistinctBy(limit => limit.Name, StringComparer.Ordinal).Count() < limits.Length)
            throw new InvalidOperationException($"{endpoint.DisplayName} has different limits of one name.");
        return new Plan(
            // Whom a route means by it does not make it another limit.
            [.. limits.Where(limit => !limit.IsExact).Select(limit => (nodes.Of(limit with { OfCallers = null }), limit.OfCallers))],
            [.. limits.Where(limit => limit.IsExact)],
            string.Join(", ", limits.Select(limit => $"\"{limit.Name}\";q={settings.PermitsOf(limit)};w={Math.Ceiling(limit.Window.TotalSeconds)}")));
    }

    private sealed record Plan((GeneralLimit Limit, bool? OfCallers)[] General, Limit[] Exact, string Policy)
    {
        public GeneralLimit? Only { get; } = General is [(var limit, null)] && Exact is [] ? limit : null;

        public bool IsEmpty => General.Length + Exact.Length == 0;
    }
}
