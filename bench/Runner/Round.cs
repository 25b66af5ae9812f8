namespace Colonnade.Bench;

/// <summary>What one run of the load against one contender gave.</summary>
/// <param name="PerSecond">Answers per second.</param>
/// <param name="P50">Milliseconds within which half of the answers came.</param>
/// <param name="P99">Milliseconds within which 99 of 100 came.</param>
/// <param name="BytesEach">Mean size of an answer, headers included.</param>
internal sealed record Round(double PerSecond, double P50, double P99, double BytesEach);

/// <summary>The middle one of several figures, with the least and the greatest.</summary>
internal sealed record Spread(double Median, double Least, double Greatest)
{
    public static Spread Of(IEnumerable<double> figures)
    {
        var sorted = figures.Order().ToArray();
        return new Spread(sorted[sorted.Length / 2], sorted[0], sorted[^1]);
    }
}
