using System.Text.Json;
using System.Text.RegularExpressions;

namespace Colonnade.Platform.Jobs;

/// <summary>The kinds of jobs this product's nodes can run. Rows of other kinds are left for nodes that know them.</summary>
public sealed partial class JobKinds
{
    internal static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.Strict };

    private readonly Dictionary<string, JobKind> _kinds = new(StringComparer.Ordinal);
    private readonly List<PeriodicJob> _periodic = [];

    /// <summary>Registers a kind.</summary>
    /// <exception cref="InvalidOperationException">The name is taken or badly formed.</exception>
    public JobKinds Add<T>() where T : IJob
    {
        if (!KindName().IsMatch(T.Kind))
            throw new InvalidOperationException($"The job kind \"{T.Kind}\" of {typeof(T).Name} is not lower case with underscores.");
        if (_kinds.TryGetValue(T.Kind, out var other))
            throw new InvalidOperationException($"{typeof(T).Name} and {other.Type.Name} both have the job kind {T.Kind}.");
        _kinds.Add(T.Kind, new JobKind(T.Kind, typeof(T), T.Rules, static (payload, run) => JsonSerializer.Deserialize<T>(payload, Json)!.Run(run)));
        return this;
    }

    /// <summary>
    /// Registers a kind of which one job is enqueued every <paramref name="period"/>, counted from midnight UTC of 1 January
    /// 2000 by the database's clock: one a tick, however many nodes run. Missed ticks are not made up for.
    /// </summary>
    public JobKinds Every<T>(TimeSpan period) where T : IJob, new()
    {
        Add<T>();
        _periodic.Add(new PeriodicJob(T.Kind, period, static (work, stop) => work.Enqueue(new T(), stop)));
        return this;
    }

    internal IReadOnlyList<PeriodicJob> Periodic => _periodic;

    internal string[] Names => [.. _kinds.Keys];

    internal IEnumerable<string> Lanes => _kinds.Values.Select(kind => kind.Rules.Lane).Distinct(StringComparer.Ordinal);

    /// <summary>How many workers the kinds of a lane ask for; null when none does.</summary>
    internal int? WorkersOf(string lane) => _kinds.Values.Where(kind => kind.Rules.Lane == lane).Max(kind => kind.Rules.Workers);

    internal JobKind this[string name] => _kinds[name];

    [GeneratedRegex("^[a-z][a-z0-9_]*$", RegexOptions.None, 1000)]
    private static partial Regex KindName();
}

internal sealed record JobKind(string Name, Type Type, JobRules Rules, Func<string, JobRun, Task> Run);

internal sealed record PeriodicJob(string Kind, TimeSpan Period, Func<Database.Work, CancellationToken, Task> Enqueue);
