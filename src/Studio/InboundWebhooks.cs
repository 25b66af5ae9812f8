using System.Text.Json;
using Colonnade.Platform.Database;
using Colonnade.Platform.Payments;
using Colonnade.Platform.RateLimits;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Colonnade.Studio;

/// <summary>
/// /api/webhooks/payment, /order: what others tell us, signed. A payment or a refund is believed only after Stripe was asked; an order event
/// never touches money.
/// </summary>
public static class InboundWebhooks
{
    public static void MapInboundWebhooks(this IEndpointRouteBuilder api)
    {
        var webhooks = api.MapGroup("/webhooks").WithTags("Webhooks").Limit(StudioLimits.EventsPerAddress);
        webhooks.MapStripeWebhook("/payment", Ask, Apply);
        webhooks.MapStripeWebhook("/order", MoveOrder);
    }

    /// <summary>What the event is about, as Stripe has it now; nothing when that is none of ours.</summary>
    private static async Task<MoneyNews> Ask(StripeEvent happened, IServiceProvider services, CancellationToken stop)
    {
        var (database, stripe) = (services.GetRequiredService<ProductDatabase>(), services.GetRequiredService<StripeClient>());
        if (happened.ResourceId is not { Length: > 0 and <= 255 } id)
            return MoneyNews.None;
        if (happened.Type.StartsWith("payment_intent.", StringComparison.Ordinal) && await IsOurs(database, id, Metadata(happened.Resource, "payment"), stop))
            return await Answered(stripe.PaymentIntents.Retrieve(id, stop)) is { } intent ? new MoneyNews(intent, null) : MoneyNews.None;
        // "charge.refund.updated" is what "refund.updated" was called before.
        if (happened.Type.StartsWith("refund.", StringComparison.Ordinal) || happened.Type == "charge.refund.updated")
        {
            if (Text(happened.Resource, "payment_intent") is { } paid && await IsOurs(database, paid, null, stop) && await Answered(stripe.Refunds.Retrieve(id, stop)) is { } refund)
                return new MoneyNews(null, refund);
        }

        return MoneyNews.None;
    }

    private static async Task Apply(StripeEvent happened, MoneyNews news, Work work, IServiceProvider services, CancellationToken stop)
    {
        if (news.Intent is { } intent)
            await services.GetRequiredService<OrderPayments>().Apply(work, intent, stop);
        if (news.Refund is { } refund)
            await services.GetRequiredService<OrderRefunds>().Apply(work, refund, stop);
    }

    /// <summary>Null when there is no such thing at Stripe; what cannot be known now comes again.</summary>
    private static async Task<T?> Answered<T>(Task<StripeAnswer<T>> asked) where T : class
    {
        var answer = await asked;
        return answer.Failure is StripeFailure.Invalid { IsMissing: true } ? null : answer.OrUnavailable();
    }

    private static Task<bool> IsOurs(ProductDatabase database, string intent, string? payment, CancellationToken stop) => database.One<bool>(
        "select exists (select from payments where intent_id = @intent or (intent_id is null and id = @named))",
        new { intent, named = Guid.TryParse(payment, out var named) ? named : Guid.Empty }, stop);

    private static string? Metadata(JsonElement of, string name) => of.TryGetProperty("metadata", out var metadata) ? Text(metadata, name) : null;

    private static string? Text(JsonElement of, string name) =>
        of.ValueKind == JsonValueKind.Object && of.TryGetProperty(name, out var text) && text.ValueKind == JsonValueKind.String ? text.GetString() : null;

    /// <summary>
    /// The provider's own systems may say that the work is delivered. Every other status is kept in the history and moves nothing:
    /// an unpaid order stays unpaid, whoever signs.
    /// </summary>
    private static async Task MoveOrder(StripeEvent happened, Work work, IServiceProvider services, CancellationToken stop)
    {
        if (happened.Data.ValueKind != JsonValueKind.Object || !happened.Data.TryGetProperty("order", out var order) || order.ValueKind != JsonValueKind.Object
            || !order.TryGetProperty("id", out var id) || id.ValueKind != JsonValueKind.String || !Guid.TryParse(id.GetString(), out var orderId)
            || await OrderMoves.Lock(work, orderId, stop) is not { } row)
            return;
        var status = happened.Data.TryGetProperty("status", out var told) && told.ValueKind == JsonValueKind.String ? told.GetString()! : "";
        if (status == OrderStatus.Delivered && OrderMoves.Begin(row, OrderTransitions.Deliver, Mover.Webhook) is { } move)
            await OrderLife.HandOver(work, services.GetRequiredService<OrderMoves>(), move, "", stop);
        else
            await OrderMoves.Note(work, orderId, "webhook", Mover.Webhook, null, stop, data: new { type = Shortened(happened.Type), status = Shortened(status) });
    }

    private static string Shortened(string text) => text.Length <= 100 ? text.Replace("\0", "", StringComparison.Ordinal) : text[..100].Replace("\0", "", StringComparison.Ordinal);

    /// <summary>One of the two, or neither.</summary>
    private sealed record MoneyNews(StripePaymentIntent? Intent, StripeRefund? Refund)
    {
        public static MoneyNews None { get; } = new(null, null);
    }
}
