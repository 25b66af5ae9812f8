using Colonnade.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Colonnade.Sandbox.Stripe.Pages;

/// <summary>/invoice/{id}: an invoice to look at. Its id is its secret.</summary>
internal static class InvoicePage
{
    public static void MapInvoicePage(this IEndpointRouteBuilder app) => app.MapGet("/invoice/{id}", Show).AllowAnyone();

    private static async Task<IResult> Show(string id, HttpContext http)
    {
        var invoice = await http.RequestServices.GetRequiredService<StripeDesk>().Do(call => call.Objects.TryFind("invoice", id));
        return invoice is null
            ? PayFrame.Tell("No such invoice", "The address is not complete, or this invoice never was.", StatusCodes.Status404NotFound)
            : PayFrame.Show("Invoice " + invoice["number"], Html.Of(
                $"""
                <h1>Invoice {(string)invoice["number"]!}</h1>
                <p>{(string?)invoice["customer_name"] ?? (string?)invoice["customer_email"]}<br>{PayFrame.Day(invoice["created"])}, {(string)invoice["status"]!}</p>
                <p class="sum">{PayFrame.Amount(invoice, "total")}</p>
                <ul class="lines sheet">{Html.Join(invoice["lines"]!["data"]!.AsArray().Select(line => Html.Of($"<li><span>{(string)line!["description"]!}<br><span class=\"quiet\">{PayFrame.Day(line["period"]!["start"])} to {PayFrame.Day(line["period"]!["end"])}</span></span> <b>{PayFrame.Amount(line.AsObject())}</b></li>")))}</ul>
                <p>Due: {PayFrame.Amount(invoice, "amount_due")}. Paid: {PayFrame.Amount(invoice, "amount_paid")}.</p>
                """));
    }
}
