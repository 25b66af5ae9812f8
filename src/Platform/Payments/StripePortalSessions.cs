using System.Text.Json.Serialization;

namespace Colonnade.Platform.Payments;

/// <summary><c>/v1/billing_portal/sessions</c>: a page of Stripe in which a customer cancels, changes plan or card, and finds invoices.</summary>
public sealed class StripePortalSessions
{
    private readonly StripeTransport _http;

    internal StripePortalSessions(StripeTransport http) => _http = http;

    /// <param name="customer">Whose page; whoever has its URL acts for them.</param>
    /// <param name="returnUrl">Where its way back leads.</param>
    /// <param name="key">Fresh for each visit: a page is good for a short time only.</param>
    /// <param name="stop"></param>
    /// <param name="flow">Goes straight to <c>payment_method_update</c>; null: the whole page.</param>
    public Task<StripeAnswer<StripePortalSession>> Create(string customer, string returnUrl, string key, CancellationToken stop, string? flow = null) =>
        _http.Post("billing_portal/sessions",
            new StripeForm().Add("customer", customer).Add("return_url", returnUrl).Add("flow_data[type]", flow), key, StripeJson.Default.StripePortalSession, stop);
}

/// <summary>A way into the portal.</summary>
public sealed record StripePortalSession
{
    public string Id { get; init => field = value ?? ""; } = "";

    /// <summary>For this customer alone; never logged.</summary>
    public string Url { get; init => field = value ?? ""; } = "";

    [JsonConverter(typeof(ExpandableId))]
    public string? Customer { get; init; }
}
