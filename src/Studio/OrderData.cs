using System.Text.Json;
using System.Text.Json.Serialization;
using Colonnade.Platform.Web;

namespace Colonnade.Studio;

/// <summary>An order as it is stored, with what was refunded of it.</summary>
public sealed record OrderRow
{
    /// <summary>Of <c>orders o</c>.</summary>
    internal const string Columns =
        """
        o.id, o.customer_id, o.provider_id, o.service_id, o.package_id, o.title, o.package_name, o.amount, o.currency, o.delivery_days, o.revisions_allowed,
        o.revisions_used, o.details::text as details, o.status, o.version, o.created_at, o.updated_at, o.due_at, o.paid_at, o.started_at, o.delivery_due_at, o.delivered_at,
        o.completed_at, o.reviewed_at, o.closed_at,
        coalesce((select p.refunded from payments p where p.order_id = o.id and p.state = 'paid'), 0) as refunded
        """;

    public Guid Id { get; init; }
    public Guid CustomerId { get; init; }
    public Guid ProviderId { get; init; }
    public Guid ServiceId { get; init; }
    public Guid PackageId { get; init; }
    public string Title { get; init; } = "";
    public string PackageName { get; init; } = "";
    public long Amount { get; init; }
    public string Currency { get; init; } = "";
    public int DeliveryDays { get; init; }
    public int RevisionsAllowed { get; init; }
    public int RevisionsUsed { get; init; }
    public string Details { get; init; } = "{}";
    public string Status { get; init; } = "";
    public long Version { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; init; }
    public DateTimeOffset? DueAt { get; init; }
    public DateTimeOffset? PaidAt { get; init; }
    public DateTimeOffset? StartedAt { get; init; }
    public DateTimeOffset? DeliveryDueAt { get; init; }
    public DateTimeOffset? DeliveredAt { get; init; }
    public DateTimeOffset? CompletedAt { get; init; }
    public DateTimeOffset? ReviewedAt { get; init; }
    public DateTimeOffset? ClosedAt { get; init; }
    public long Refunded { get; init; }

    public bool HasDetails
    {
        get
        {
            using var details = JsonDocument.Parse(Details);
            return details.RootElement.EnumerateObject().Any();
        }
    }
}

/// <summary>An order. Amounts are minor units: what the package cost when it was placed, and what of it goes back; details are as they were sent.</summary>
public sealed record Order(
    Guid Id,
    Guid ServiceId,
    Guid PackageId,
    long Amount,
    string Currency,
    string Status,
    [property: Told(IsAnyObject = true), JsonConverter(typeof(AsItCame))] string Details,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt,
    Guid CustomerId,
    Guid ProviderId,
    string Title,
    string PackageName,
    long Refunded)
{
    internal static Order Of(OrderRow row) => new(
        row.Id, row.ServiceId, row.PackageId, row.Amount, row.Currency, row.Status, row.Details,
        row.CreatedAt, row.UpdatedAt, row.CustomerId, row.ProviderId, row.Title, row.PackageName, row.Refunded);
}

/// <summary>JSON that was checked when it came and goes out as it was: read and written again it would only cost time.</summary>
public sealed class AsItCame : JsonConverter<string>
{
    public override string Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        throw new NotSupportedException("Only answers are written so.");

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteRawValue(value, skipInputValidation: true);
}

/// <summary>How far an order has come.</summary>
/// <param name="Percent">0 to 100.</param>
/// <param name="CurrentStep">The key of a step.</param>
/// <param name="Steps">In order.</param>
/// <param name="DeliveryDueAt">Null until the work has begun.</param>
/// <param name="RevisionsUsed"></param>
/// <param name="RevisionsAllowed"></param>
public sealed record OrderProgress(
    int Percent, string CurrentStep, IReadOnlyList<OrderStep> Steps, DateTimeOffset? DeliveryDueAt, int RevisionsUsed, int RevisionsAllowed)
{
    private static readonly (string Key, string Label, Func<OrderRow, DateTimeOffset?> At)[] Way =
    [
        ("placed", "Order placed", static row => row.CreatedAt),
        ("payment", "Payment", static row => row.PaidAt),
        ("requirements", "Requirements", static row => row.StartedAt),
        ("work", "Work", static row => row.DeliveredAt),
        ("acceptance", "Acceptance", static row => row.CompletedAt),
        ("review", "Review", static row => row.ReviewedAt),
    ];

    internal static OrderProgress Of(OrderRow row)
    {
        var current = row.Status switch
        {
            OrderStatus.PendingPayment => "payment",
            OrderStatus.PendingRequirements => "requirements",
            OrderStatus.InProgress or OrderStatus.ChangesRequested => "work",
            OrderStatus.Delivered => "acceptance",
            OrderStatus.Completed or OrderStatus.Reviewed => "review",
            _ => row.Status,
        };
        var steps = new List<OrderStep>(Way.Length + 1);
        var isPast = true;
        foreach (var (key, label, at) in Way)
        {
            isPast &= key != current;
            // A side exit ends the way where it left it.
            if (isPast && at(row) is null)
                break;
            var isDone = row.Status == OrderStatus.Reviewed || isPast;
            steps.Add(new OrderStep(key, label, isDone ? "done" : key == current ? "current" : "pending", isDone ? at(row) : null));
        }

        if (steps.TrueForAll(step => step.Key != current))
            steps.Add(new OrderStep(current, Label(current), "current", row.ClosedAt));
        var percent = row.Status switch
        {
            OrderStatus.PendingPayment => 10,
            OrderStatus.PendingRequirements => 25,
            OrderStatus.InProgress => 45,
            OrderStatus.ChangesRequested => 65,
            OrderStatus.Delivered => 80,
            OrderStatus.Disputed => 80,
            _ => 100,
        };
        return new OrderProgress(percent, current, steps, row.DeliveryDueAt, row.RevisionsUsed, row.RevisionsAllowed);
    }

    private static string Label(string status) => char.ToUpperInvariant(status[0]) + status[1..].Replace('_', ' ');
}

/// <param name="Key">Names the step.</param>
/// <param name="Label">For people.</param>
/// <param name="Status">done, current or pending.</param>
/// <param name="At">When it was done.</param>
public sealed record OrderStep(string Key, string Label, string Status, DateTimeOffset? At);

/// <summary>
/// A payment that a client makes with Stripe.js; the secret is for the payer alone. In Development with the address of a page of the Sandbox
/// that stands in for Stripe.js, elsewhere with the publishable key where one is configured.
/// </summary>
public sealed record PaymentIntent(
    string Id,
    string ClientSecret,
    long Amount,
    string Currency,
    string Status,
    Guid OrderId,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? PayUrl,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? PublishableKey)
{
    /// <summary>Without the secret, wherever the record is printed.</summary>
    public override string ToString() => $"payment intent {Id}";
}

public sealed record OrderPlaced(Order Order, PaymentIntent PaymentIntent);

public sealed record OrderAnswer(Order Order, string Status, OrderProgress Progress)
{
    internal static OrderAnswer Of(OrderRow row) => new(Studio.Order.Of(row), row.Status, OrderProgress.Of(row));
}
