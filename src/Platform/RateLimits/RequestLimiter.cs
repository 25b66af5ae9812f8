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
        return plan.IsEmpty ? default : Admit(http, plan, caller);
    }

    private async ValueTask<TimeSpan?> Admit(HttpContext http, Plan plan, Caller? caller)
    {
        // One general limit, as nearly every route has it, allocates nothing here.
        var tightest = default(Standing);
        TimeSpan? wait = null;
        (GeneralLimit Limit, Partition Who, long At)[]? counted = plan.Count > 1 ? new (GeneralLimit, Partition, long)[plan.General.Length] : null;
        for (var index = 0; index < plan.General.Length; index++)
        {
            var (limit, of) = plan.General[index];
            if (of is { } ofCallers && ofCallers != (caller is not null))
                continue;
            var who = Partition.Of(limit.Limit, http, caller);
            var standing = await limit.Take(who, http);
            tightest = tightest.Limit is null ? standing : Tighter(tightest, standing);
            if (!standing.IsAdmitted)
                wait = Longer(wait, standing.Opens);
            else if (counted is not null)
                counted[index] = (limit, who, standing.At);
        }

        if (wait is null && plan.Exact.Length > 0)
        {
            var standings = await exact.Spend(plan.Exact, Array.ConvertAll(plan.Exact, limit => Partition.Of(limit, http, caller)), http.RequestAborted);
            wait = ExactLimits.Wait(standings);
            foreach (var standing in standings)
                tightest = tightest.Limit is null ? standing : Tighter(tightest, standing);
        }

        if (tightest.Limit is null)
            return null;
        if (wait is not null && counted is not null)
        {
            foreach (var (limit, who, at) in counted)
                limit?.Return(who, at);
        }

        if (wait is not null)
            telemetry.LimitsRefused.Add(1, new KeyValuePair<string, object?>("limit", tightest.Limit.Name));
        new LimitHeaders(http, tightest, plan.Policy, time).SetWhenStarting();
        return wait;
    }

    private static TimeSpan Longer(TimeSpan? one, TimeSpan other) => one > other ? one.Value : other;

    private static Standing Tighter(Standing one, Standing other)
    {
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
        public int Count { get; } = General.Length + Exact.Length;

        public bool IsEmpty => Count == 0;
    }
}
