using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Colonnade.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Colonnade.Sandbox.Stripe.Pages;

/// <summary>
/// /pay/{id}?client_secret=…: a person pays a payment intent, as with Stripe.js in a product's own page. And the bank's page of 3-D Secure.
/// </summary>
internal static class PayPage
{
    public static void MapPayPage(this IEndpointRouteBuilder app)
    {
        var pay = app.MapGroup("/pay/{id}").AllowAnyone();
        pay.MapGet("/", (string id, HttpContext http) => Guarded(id, http, Ask));
        pay.MapPost("/", (string id, HttpContext http) => Guarded(id, http, Pay));
        pay.MapGet("/authenticate", (string id, HttpContext http) => Guarded(id, http, AskBank));
        pay.MapPost("/authenticate", (string id, HttpContext http) => Guarded(id, http, AnswerBank));
    }

    private static async Task<IResult> Guarded(string id, HttpContext http, Func<StripeDesk, HttpContext, JsonObject, Task<IResult>> answer)
    {
        var desk = http.RequestServices.GetRequiredService<StripeDesk>();
        var intent = await desk.Do(call => call.Objects.TryFind("payment_intent", id));
        var given = Encoding.UTF8.GetBytes(http.Request.Query["client_secret"].ToString());
        if (intent is null || !CryptographicOperations.FixedTimeEquals(given, Encoding.UTF8.GetBytes((string)intent["client_secret"]!)))
            return PayFrame.Tell("No such payment", "The address is not complete, or nothing is to be paid here.", StatusCodes.Status404NotFound);
        try
        {
            return await answer(desk, http, intent);
        }
        catch (StripeRefusal refusal)
        {
            return PayFrame.Refused(refusal);
        }
    }

    private static Task<IResult> Ask(StripeDesk desk, HttpContext http, JsonObject intent) => Task.FromResult(Show(http, intent, CardForm.Empty, null));

    private static IResult Show(HttpContext http, JsonObject intent, CardForm form, string? alert, int status = StatusCodes.Status200OK)
    {
        var back = PayFrame.Back(http.Request.Query["return_url"], "Back to where you came from");
        return (string)intent["status"]! switch
        {
            "succeeded" => PayFrame.Show("Paid", Html.Of(
                $"""<h1>Paid</h1>{PayFrame.Done($"{PayFrame.Amount(intent)} has been paid. You can close this page.")}{back}""")),
            "canceled" => PayFrame.Show("Canceled", Html.Of($"<h1>Canceled</h1><p>This payment was canceled; nothing was charged.</p>{back}")),
            "requires_action" when alert is null => PayFrame.Show("One more step", Html.Of(
                $"""
                <h1>Your bank wants to hear from you</h1>
                <p><a class="button" href="/pay/{intent["id"]}/authenticate?client_secret={intent["client_secret"]}">Go to the bank's page</a></p>
                """)),
            _ => PayFrame.Show("Pay " + PayFrame.Amount(intent), Html.Of(
                $"""
                <h1>{(string?)intent["description"] ?? "Payment"}</h1>
                <p class="sum">{PayFrame.Amount(intent)}</p>
                {PayFrame.Alert(alert)}
                <form method="post" class="sheet">
                {form.Fields(asksEmail: false)}
                <button class="wide">Pay {PayFrame.Amount(intent)}</button>
                </form>
                {CardForm.Help()}
                {back}
                """), status),
        };
    }

    private static async Task<IResult> Pay(StripeDesk desk, HttpContext http, JsonObject intent)
    {
        if (await PayFrame.Read(http) is not { } posted)
            return PayFrame.OtherSite();
        var form = await desk.Do(call => Task.FromResult(CardForm.Read(posted, call.Now, asksEmail: false)));
        if (form.Card is null)
            return Show(http, intent, form, "Something is missing; see below.", StatusCodes.Status422UnprocessableEntity);
        try
        {
            intent = await desk.Do(async call =>
            {
                var locked = await call.Objects.Lock("payment_intent", (string)intent["id"]!);
                // Pressed twice: the first time has paid.
                if ((string)locked["status"]! is "succeeded" or "canceled")
                    return locked;
                var method = await PaymentMethods.OfCard(call, form.Card, new JsonObject { ["name"] = form.Name.Length == 0 ? null : form.Name }, form.Month, form.Year);
                return await Charging.Confirm(call, locked, method, new HowToConfirm(GivenReturn(http), false));
            });
        }
        catch (StripeRefusal declined) when (declined.Status == StatusCodes.Status402PaymentRequired)
        {
            return Show(http, intent, form, declined.Message, StatusCodes.Status402PaymentRequired);
        }

        return PayFrame.Go((string)intent["status"]! == "requires_action"
            ? $"/pay/{intent["id"]}/authenticate?client_secret={intent["client_secret"]}"
            : OwnPath(http, intent));
    }

    private static Task<IResult> AskBank(StripeDesk desk, HttpContext http, JsonObject intent) => Task.FromResult(
        (string)intent["status"]! != "requires_action"
            ? PayFrame.Go(OwnPath(http, intent))
            : PayFrame.Show("3-D Secure", Html.Of(
                $"""
                <h1>Your bank: is this you?</h1>
                <p>This page stands in for your bank's (3-D Secure).</p>
                <p class="sum">{PayFrame.Amount(intent)}</p>
                <form method="post" class="sheet">
                <p>Let the payment through, or fail as somebody would who is not you.</p>
                <div class="actions"><button name="answer" value="pass">Complete authentication</button>
                <button class="plain" name="answer" value="fail">Fail authentication</button></div>
                </form>
                """), leadsTo: ReturnUrl(intent)));

    private static async Task<IResult> AnswerBank(StripeDesk desk, HttpContext http, JsonObject intent)
    {
        if (await PayFrame.Read(http) is not { } posted)
            return PayFrame.OtherSite();
        var target = ReturnUrl(intent);
        var isPassed = posted["answer"] == "pass";
        try
        {
            await desk.Do(async call =>
            {
                var locked = await call.Objects.Lock("payment_intent", (string)intent["id"]!);
                return (string)locked["status"]! == "requires_action" ? await Charging.Authenticated(call, locked, isPassed) : locked;
            });
        }
        catch (StripeRefusal declined) when (declined.Status == StatusCodes.Status402PaymentRequired)
        {
            isPassed = false;
            if (target is null)
                return Show(http, intent, CardForm.Empty, declined.Message, StatusCodes.Status402PaymentRequired);
        }

        if (target is null)
            return PayFrame.Go(OwnPath(http, intent));
        var separator = target.Contains('?', StringComparison.Ordinal) ? '&' : '?';
        return PayFrame.Go($"{target}{separator}payment_intent={intent["id"]}&payment_intent_client_secret={intent["client_secret"]}&redirect_status={(isPassed ? "succeeded" : "failed")}");
    }

    private static string? ReturnUrl(JsonObject intent) => (string?)intent["next_action"]?["redirect_to_url"]?["return_url"];

    private static string OwnPath(HttpContext http, JsonObject intent)
    {
        var back = http.Request.Query["return_url"].ToString();
        return $"/pay/{intent["id"]}?client_secret={intent["client_secret"]}" + (back.Length == 0 ? "" : "&return_url=" + Uri.EscapeDataString(back));
    }

    /// <summary>Null: the bank's page comes back here by itself.</summary>
    private static string? GivenReturn(HttpContext http) =>
        http.Request.Query["return_url"].ToString() is { Length: > 0 } back && Uri.TryCreate(back, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" ? back : null;
}
