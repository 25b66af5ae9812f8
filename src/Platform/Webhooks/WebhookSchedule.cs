namespace Colonnade.Platform.Webhooks;

/// <summary>When a delivery is tried again: ten attempts over three days, as Standard Webhooks advises.</summary>
internal static class WebhookSchedule
{
    /// <summary>At most this much longer, so that what failed together does not come back together.</summary>
    public const double Jitter = 0.2;

    private static readonly TimeSpan[] Pauses =
    [
        TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(30), TimeSpan.FromHours(2), TimeSpan.FromHours(5),
        TimeSpan.FromHours(10), TimeSpan.FromHours(14), TimeSpan.FromHours(20), TimeSpan.FromHours(24),
    ];

    /// <summary>How long to wait after so many failures (from 1), without jitter; null: no more attempts.</summary>
    public static TimeSpan? PauseAfter(int failures) => failures <= Pauses.Length ? Pauses[failures - 1] : null;

    public static TimeSpan WithJitter(TimeSpan pause) => pause * (1 + Jitter * Random.Shared.NextDouble());
}
