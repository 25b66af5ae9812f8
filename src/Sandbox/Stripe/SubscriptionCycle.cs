using System.Text.Json.Nodes;

namespace Colonnade.Sandbox.Stripe;

/// <summary>What time does to a subscription: its renewal, its end, another try at what could not be charged.</summary>
internal static class SubscriptionCycle
{
    private const int MostSteps = 200;
    private static readonly TimeSpan Patience = TimeSpan.FromHours(23);

    /// <summary>Days from a failed charge to the next try; after the last the subscription is canceled.</summary>
    private static readonly int[] Retries = [1, 3, 5, 7];

    /// <summary>When the <paramref name="attempt"/>-th failure is tried again; null: never.</summary>
    public static DateTimeOffset? NextTry(DateTimeOffset failedAt, int attempt) => attempt <= Retries.Length ? failedAt.AddDays(Retries[attempt - 1]) : null;

    /// <summary>Does all that is due until <paramref name="now"/>, in the order it became due.</summary>
    public static async Task CatchUp(StripeCall call, string id, DateTimeOffset now)
    {
        for (var step = 0; step < MostSteps && await Step(call, id, now); step++)
        {
            // Until nothing is due.
        }
    }

    private static async Task<bool> Step(StripeCall call, string id, DateTimeOffset now)
    {
        var subscription = await call.Objects.Lock("subscription", id);
        var status = (string)subscription["status"]!;
        if (status is "canceled" or "incomplete_expired" or "unpaid" or "paused")
            return false;
        if (status == "incomplete")
        {
            if (SubscriptionShape.Time(subscription["created"]) + Patience > now)
                return false;
            await Subscriptions.End(call, subscription, "incomplete_expired", "payment_failed", now);
            return false;
        }

        var end = SubscriptionShape.PeriodEnd(subscription);
        var retry = (await call.Objects.All("invoice", Invoices.Like(id, "open"))).Where(invoice => invoice["next_payment_attempt"] is not null)
            .MinBy(invoice => (long)invoice["next_payment_attempt"]!);
        var retryAt = retry is null ? DateTimeOffset.MaxValue : SubscriptionShape.Time(retry["next_payment_attempt"]);
        if (retryAt <= now && retryAt <= end)
            await TryAgain(call, subscription, retry!, retryAt);
        else if (end <= now && (bool)subscription["cancel_at_period_end"]!)
            await Subscriptions.End(call, subscription, "canceled", "cancellation_requested", end);
        else if (end <= now)
            await Renew(call, subscription, end);
        else
            return false;
        return true;
    }

    private static async Task Renew(StripeCall call, JsonObject subscription, DateTimeOffset at)
    {
        var before = new JsonObject { ["status"] = (string)subscription["status"]!, ["items"] = subscription["items"]!.DeepClone() };
        var price = SubscriptionShape.Items(subscription).First()["price"]!.AsObject();
        SubscriptionShape.SetPeriod(subscription, at, Prices.EndOfPeriod(price, SubscriptionShape.Time(subscription["billing_cycle_anchor"]), at));
        if ((string)subscription["status"]! == "trialing")
            subscription["status"] = "active";
        await call.Objects.Save(subscription);

        var customer = await call.Objects.Find("customer", (string)subscription["customer"]!);
        List<JsonObject> lines = [.. await InvoiceLines.TakeKept(call, (string)subscription["id"]!), .. InvoiceLines.OfPeriod(subscription, isTrial: false)];
        var invoice = await Invoices.Make(call, customer, subscription, "subscription_cycle", lines, at);
        subscription["latest_invoice"] = (string)invoice["id"]!;
        await call.Objects.Save(subscription);
        await call.Tell("customer.subscription.updated", subscription, before);
        if ((string)invoice["status"]! != "paid")
            await Charge(call, subscription, invoice, at);
    }

    private static async Task TryAgain(StripeCall call, JsonObject subscription, JsonObject invoice, DateTimeOffset at)
    {
        if (await Charge(call, subscription, await call.Objects.Lock("invoice", (string)invoice["id"]!), at))
            return;
        var after = await call.Objects.Find("invoice", (string)invoice["id"]!);
        if (after["next_payment_attempt"] is null)
            await Subscriptions.End(call, await call.Objects.Lock("subscription", (string)subscription["id"]!), "canceled", "payment_failed", at);
    }

    /// <summary>Whether it is paid.</summary>
    private static async Task<bool> Charge(StripeCall call, JsonObject subscription, JsonObject invoice, DateTimeOffset at)
    {
        if (await Subscriptions.MethodOf(call, subscription) is { } method)
            return await Invoices.TryCharge(call, invoice, method, HowToConfirm.OffSession, at, isRetried: true) is null;
        await Invoices.Failed(call, invoice, at, isRetried: true);
        return false;
    }
}
