namespace Colonnade.Bench;

/// <summary>How alike the answers of the two contenders have to be for the comparison to be honest.</summary>
internal enum Likeness
{
    /// <summary>The same bytes.</summary>
    Bytes,

    /// <summary>The same JSON.</summary>
    Values,

    /// <summary>The same members and kinds; over all paths at least as many rows from Colonnade as from the control.</summary>
    Shape,
}

/// <summary>One question asked under load, with what was promised for it.</summary>
internal sealed record Row(string Title, int Clients, Contender Colonnade)
{
    /// <summary>Asked in turn with Colonnade; null where only Colonnade's own figures were promised.</summary>
    public Contender? Control { get; init; }

    public Likeness Likeness { get; init; } = Likeness.Values;

    /// <summary>Members that may differ or be missing: figures of the request itself.</summary>
    public IReadOnlyList<string> Apart { get; init; } = [];

    /// <summary>Least share of the control's throughput.</summary>
    public double? AtLeast { get; init; }

    /// <summary>Greatest p50 in milliseconds.</summary>
    public double? P50Within { get; init; }

    /// <summary>Greatest p99 in milliseconds.</summary>
    public double? P99Within { get; init; }
}

/// <summary>The rounds of a row.</summary>
internal sealed record Measured(Row Row, IReadOnlyList<Round> Colonnade, IReadOnlyList<Round> Control)
{
    /// <summary>Colonnade's throughput over the control's, round by round: neighbours in time meet the same machine.</summary>
    public Spread? Ratio => Control.Count == 0
        ? null
        : Spread.Of(Colonnade.Zip(Control, (ours, theirs) => ours.PerSecond / theirs.PerSecond));

    /// <summary>Null when nothing was promised.</summary>
    public bool? Kept
    {
        get
        {
            bool?[] promises =
            [
                Row.AtLeast is { } least ? Ratio!.Median >= least : null,
                Row.P50Within is { } p50 ? Spread.Of(Colonnade.Select(round => round.P50)).Median <= p50 : null,
                Row.P99Within is { } p99 ? Spread.Of(Colonnade.Select(round => round.P99)).Median <= p99 : null,
            ];
            return promises.All(kept => kept is null) ? null : promises.All(kept => kept is not false);
        }
    }
}

/// <summary>A figure that is measured once: a start, an import, memory. <see cref="Kept"/> is null when nothing was promised.</summary>
internal sealed record Figure(string Title, string Value, string Promised = "", bool? Kept = null)
{
    public static Figure Seconds(string title, TimeSpan taken, double? within = null) => new(
        title, FormattableString.Invariant($"{taken.TotalSeconds:0.00} s"),
        within is null ? "" : FormattableString.Invariant($"< {within} s"), within is null ? null : taken.TotalSeconds < within);

    public static Figure Memory(string title, long bytes, int? below = null) => new(
        title, FormattableString.Invariant($"{bytes / 1e6:0} MB"),
        below is null ? "" : FormattableString.Invariant($"< {below} MB"), below is null ? null : bytes < below * 1e6);

    public static Figure Rate(string title, double perSecond, int? atLeast = null) => new(
        title, FormattableString.Invariant($"{perSecond:#,0} a second"),
        atLeast is null ? "" : FormattableString.Invariant($"≥ {atLeast:#,0} a second"), atLeast is null ? null : perSecond >= atLeast);
}
