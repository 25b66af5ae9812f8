using System.Diagnostics;
using System.Globalization;
using Xunit;

// Two faults at once, on two cores, and no time-out means anything any more.
[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace Colonnade.Faults;

/// <summary>What all fault tests share: real time, one seed, and where to say what was measured.</summary>
internal static class Lab
{
    /// <summary>Within which the product promises to serve again once PostgreSQL takes connections.</summary>
    public static readonly TimeSpan Recovery = TimeSpan.FromSeconds(5);

    private static readonly Lazy<int> Given = new(() =>
        int.TryParse(Environment.GetEnvironmentVariable("FAULTS_SEED"), CultureInfo.InvariantCulture, out var seed) ? seed : System.Random.Shared.Next());

    public static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>Randomness from the seed, which is told; <c>FAULTS_SEED</c> repeats a run as far as time can be repeated.</summary>
    public static Random Random()
    {
        Say($"FAULTS_SEED={Given.Value}");
        return new Random(Given.Value);
    }

    public static Task Pause(TimeSpan time) => Task.Delay(time, TimeProvider.System, Stop);

    public static Task Pause(double seconds) => Pause(TimeSpan.FromSeconds(seconds));

    public static void Say(string line) => TestContext.Current.TestOutputHelper?.WriteLine(line);

    /// <summary>Asks again and again until it is so; how long that took.</summary>
    /// <exception cref="TimeoutException">It was not so in time.</exception>
    public static async Task<TimeSpan> Until(string what, TimeSpan patience, Func<Task<bool>> isSo)
    {
        var began = Stopwatch.GetTimestamp();
        while (!await isSo())
        {
            if (Stopwatch.GetElapsedTime(began) > patience)
                throw new TimeoutException($"After {patience} still not: {what}.");
            await Pause(0.02);
        }

        return Stopwatch.GetElapsedTime(began);
    }
}
