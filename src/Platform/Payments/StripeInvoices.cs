namespace Colonnade.Platform.Payments;

/// <summary><c>/v1/invoices</c>: what subscriptions ask to be paid.</summary>
public sealed class StripeInvoices
{
    private readonly StripeTransport _http;

    internal StripeInvoices(StripeTransport http) => _http = http;

    /// <summary>With its payments: newer API versions list them only when they are asked for, older ones refuse to be asked.</summary>
    public async Task<StripeAnswer<StripeInvoice>> Retrieve(string id, CancellationToken stop)
    {
        var path = $"invoices/{StripeTransport.Id(id)}";
        var invoice = await _http.Get(path, new StripeForm().Add("expand", ["payments"]), StripeJson.Default.StripeInvoice, stop);
        return invoice.Failure is StripeFailure.Invalid { Status: 400 } ? await _http.Get(path, null, StripeJson.Default.StripeInvoice, stop) : invoice;
    }

    /// <summary>Newest first.</summary>
    /// <param name="stop"></param>
    /// <param name="customer"></param>
    /// <param name="subscription"></param>
    /// <param name="status"><c>draft</c>, <c>open</c>, <c>paid</c>, <c>uncollectible</c> or <c>void</c>.</param>
    /// <param name="limit"></param>
    /// <param name="startingAfter"></param>
    public Task<StripeAnswer<StripePage<StripeInvoice>>> List(
        CancellationToken stop, string? customer = null, string? subscription = null, string? status = null, int limit = 100, string? startingAfter = null) =>
        _http.Get("invoices",
            new StripeForm().Add("customer", customer).Add("subscription", subscription).Add("status", status).Add("limit", limit).Add("starting_after", startingAfter),
            StripeJson.Default.StripePageStripeInvoice, stop);

    /// <summary>Tries to charge an open invoice again.</summary>
    public Task<StripeAnswer<StripeInvoice>> Pay(string id, string? paymentMethod, string key, CancellationToken stop) =>
        _http.Post($"invoices/{StripeTransport.Id(id)}/pay", new StripeForm().Add("payment_method", paymentMethod), key, StripeJson.Default.StripeInvoice, stop);

    /// <summary>
    /// What the next invoice would ask if the subscription were changed; nothing is. Lines of
    /// <see cref="StripeInvoiceLine.IsProration"/> are the change's part.
    /// </summary>
    /// <remarks>API versions before 2024-09-30 have another route for it, which is tried where the first is unknown.</remarks>
    public async Task<StripeAnswer<StripeInvoice>> Preview(InvoicePreview preview, CancellationToken stop)
    {
        var form = Change(preview, "subscription_details[items][0]").Add("subscription_details[proration_date]", preview.ProrationDate)
            .Add("subscription_details[proration_behavior]", preview.ProrationBehavior);
        // A preview changes nothing: each has a key of its own.
        var previewed = await _http.Post("invoices/create_preview", form, "preview:" + Guid.CreateVersion7(), StripeJson.Default.StripeInvoice, stop);
        return previewed.Failure is StripeFailure.Invalid { Status: 404, Code: not "resource_missing" }
            ? await _http.Get("invoices/upcoming",
                Change(preview, "subscription_items[0]").Add("subscription_proration_date", preview.ProrationDate).Add("subscription_proration_behavior", preview.ProrationBehavior),
                StripeJson.Default.StripeInvoice, stop)
            : previewed;
    }

    private static StripeForm Change(InvoicePreview preview, string item) => new StripeForm()
        .Add("customer", preview.Customer).Add("subscription", preview.Subscription)
        .Add(item + "[id]", preview.Item).Add(item + "[price]", preview.Price).Add(item + "[quantity]", preview.Quantity);
}

/// <summary>A change of a subscription to be looked at beforehand.</summary>
public sealed record InvoicePreview
{
    public string? Customer { get; init; }
    public required string Subscription { get; init; }

    /// <summary>The item that would change.</summary>
    public string? Item { get; init; }

    public string? Price { get; init; }
    public long? Quantity { get; init; }

    /// <summary><c>create_prorations</c>, <c>always_invoice</c> (only the change's part, as charged now) or <c>none</c>.</summary>
    public string? ProrationBehavior { get; init; }

    /// <summary>When the change would be made; give the same to the change itself.</summary>
    public DateTimeOffset? ProrationDate { get; init; }
}
