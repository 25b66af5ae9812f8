using System.Text.Json.Nodes;
using Colonnade.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Colonnade.Sandbox.Stripe.Pages;

/// <summary>/checkout/{id}: the page of a checkout session. Its id is its secret.</summary>
internal static class CheckoutPage
{
    public static void MapCheckoutPage(this IEndpointRouteBuilder app)
    {
        var checkout = app.MapGroup("/checkout/{id}").AllowAnyone();
        checkout.MapGet("/", Ask);
        checkout.MapPost("/", Pay);
        checkout.MapGet("/finish", Finish);
    }

    private static async Task<IResult> Ask(string id, HttpContext http)
    {
        var desk = http.RequestServices.GetRequiredService<StripeDesk>();
        var (session, now) = await desk.Do(async call => (await call.Objects.TryFind("checkout.session", id), call.Seconds));
        return session is null ? Unknown() : Show(session, now, CardForm.Empty, null);
    }

    private static async Task<IResult> Pay(string id, HttpContext http)
    {
        if (await PayFrame.Read(http) is not { } posted)
            return PayFrame.OtherSite();
        var desk = http.RequestServices.GetRequiredService<StripeDesk>();
        var (session, now) = await desk.Do(async call => (await call.Objects.TryFind("checkout.session", id), call.Now));
        if (session is null)
            return Unknown();
        var form = CardForm.Read(posted, now, AsksEmail(session));
        if (form.Card is null)
            return Show(session, now.ToUnixTimeSeconds(), form, "Something is missing; see below.", StatusCodes.Status422UnprocessableEntity);
        try
        {
            session = await desk.Do(call => Checkout.Pay(call, id, form.Card, form.Month, form.Year, Filled(form.Email), Filled(form.Name)));
        }
        catch (StripeRefusal refusal)
        {
            session = await desk.Do(call => call.Objects.Find("checkout.session", id));
            return Show(session, now.ToUnixTimeSeconds(), form, refusal.Message, refusal.Status);
        }

        return await Next(desk, session);
    }

    private static async Task<IResult> Finish(string id, HttpContext http)
    {
        var desk = http.RequestServices.GetRequiredService<StripeDesk>();
        try
        {
            var (session, now) = await desk.Do(async call => (await Checkout.Finish(call, id), call.Seconds));
            return (string)session["status"]! == "complete"
                ? PayFrame.Go(Checkout.SuccessUrl(session))
                : Show(session, now, CardForm.Empty, "Your bank did not let the payment through. Nothing was charged; try again or use another card.", StatusCodes.Status402PaymentRequired);
        }
        catch (StripeRefusal)
        {
            return Unknown();
        }
    }

    private static async Task<IResult> Next(StripeDesk desk, JsonObject session)
    {
        if ((string)session["status"]! == "complete")
            return PayFrame.Go(Checkout.SuccessUrl(session));
        var intent = await desk.Do(call => call.Objects.Find("payment_intent", (string)session["sandbox_intent"]!));
        return PayFrame.Go($"/pay/{intent["id"]}/authenticate?client_secret={intent["client_secret"]}");
    }

    private static IResult Show(JsonObject session, long now, CardForm form, string? alert, int status = StatusCodes.Status200OK)
    {
        var cancel = PayFrame.Back((string?)session["cancel_url"], "Back without paying");
        if ((string)session["status"]! == "complete")
            return PayFrame.Show("Paid", Html.Of($"<h1>Paid</h1>{PayFrame.Done("This checkout is complete.")}{PayFrame.Back(Checkout.SuccessUrl(session), "Go on")}"));
        if ((string)session["status"]! == "expired" || (long)session["expires_at"]! <= now)
            return PayFrame.Show("Expired", Html.Of($"<h1>This checkout has expired</h1><p>Nothing was charged. Go back and begin again.</p>{cancel}"), StatusCodes.Status410Gone);

        var (mode, lines) = ((string)session["mode"]!, session["sandbox_lines"]!.AsArray());
        var trial = (long)session["sandbox_trial_days"]!;
        var title = mode switch { "subscription" => "Subscribe", "setup" => "Save a card", _ => "Pay" };
        var total = mode == "setup" ? null : PayFrame.Amount(session, "amount_total");
        var button = mode switch { "subscription" when trial > 0 => "Start trial", "subscription" => "Subscribe", "setup" => "Save card", _ => "Pay " + total };
        return PayFrame.Show(title, Html.Of(
            $"""
            <h1>{title}</h1>
            {(total is null ? Html.None : Html.Of($"""<p class="sum">{total}</p>"""))}
            {(trial > 0 ? Html.Of($"<p>{trial} days free; then as below. Cancel at any time.</p>") : Html.None)}
            <ul class="lines sheet">{Html.Join(lines.Select(line => Line(line!.AsObject())))}</ul>
            {PayFrame.Alert(alert)}
            <form method="post" class="sheet">
            {form.Fields(AsksEmail(session), (string?)session["customer_email"])}
            <button class="wide">{button}</button>
            </form>
            {CardForm.Help()}
            {cancel}
            """), status, (string)session["success_url"]!);
    }

    private static Html Line(JsonObject line)
    {
        var quantity = (long)line["quantity"]! == 1 ? "" : $"{line["quantity"]} × ";
        return Html.Of($"<li><span>{quantity}{(string)line["description"]!}</span> <b>{Prices.Show(line["price"]!.AsObject())}</b></li>");
    }

    private static bool AsksEmail(JsonObject session) => session["customer"] is null;

    private static string? Filled(string text) => text.Length == 0 ? null : text;

    private static IResult Unknown() => PayFrame.Tell("No such checkout", "The address is not complete, or this checkout never was.", StatusCodes.Status404NotFound);
}
