namespace Colonnade.Narhub;

/// <summary>The states of an order and what may follow on what.</summary>
public static class OrderStatus
{
    public const string Pending = "pending";
    public const string Processing = "processing";
    public const string Completed = "completed";
    public const string Cancelled = "cancelled";
    public const string Refunded = "refunded";

    public static readonly IReadOnlyList<string> All = [Pending, Processing, Completed, Cancelled, Refunded];

    /// <summary>Nothing follows on what is cancelled or refunded.</summary>
    public static IReadOnlyList<string> Next(string status) => status switch
    {
        Pending => [Processing, Cancelled],
        Processing => [Completed, Refunded],
        Completed => [Refunded],
        _ => [],
    };

    /// <summary>From which states one gets to <paramref name="status"/>.</summary>
    public static string[] Before(string status) => [.. All.Where(from => Next(from).Contains(status, StringComparer.Ordinal))];
}
