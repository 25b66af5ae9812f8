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
/// /api/webhooks/payment, /order: what others tell us, signed. A payment is believed only after Stripe was asked; an order event
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

    /// <summary>The intent as Stripe has it now; null when the event is about none of ours.</summary>
    private static async Task<StripePaymentIntent?> Ask(StripeEvent happened, IServiceProvider services, CancellationToken stop)
    {
        if (!happened.Type.StartsWith("payment_intent.", StringComparison.Ordinal) || happened.ResourceId is not { Length: > 0 and <= 255 } intent)
            return null;
        var named = happened.Resource.TryGetProperty("metadata", out var metadata) && metadata.ValueKind == JsonValueKind.Object
            && metadata.TryGetProperty("payment", out var id) && id.ValueKind == JsonValueKind.String && Guid.TryParse(id.GetString(), out var parsed) ? parsed : Guid.Empty;
        var isOurs = await services.GetRequiredService<ProductDatabase>().One<bool>(
            "select exists (select from payments where intent_id = @intent or (intent_id is null and id = @named))", new { intent, named }, stop);
        if (!isOurs)
            return null;
        var answer = await services.GetRequiredService<StripeClient>().PaymentIntents.Retrieve(intent, stop);
        return answer.Failure is StripeFailure.Invalid { IsMissing: true } ? null : answer.OrUnavailable();
    }

    private static async Task Apply(StripeEvent happened, StripePaymentIntent? intent, Work work, IServiceProvider services, CancellationToken stop)
    {
        if (intent is not null)
            await services.GetRequiredService<OrderPayments>().Apply(work, intent, stop);
    }

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
}
