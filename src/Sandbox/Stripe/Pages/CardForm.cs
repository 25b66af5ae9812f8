using System.Globalization;
using Colonnade.Platform.Web;
using Microsoft.AspNetCore.Http;

namespace Colonnade.Sandbox.Stripe.Pages;

/// <summary>A card as a person typed it, with what is wrong beside each field.</summary>
internal sealed class CardForm
{
    private string _number = "";
    private string _expiry = "";
    private string? _numberFlaw;
    private string? _expiryFlaw;
    private string? _codeFlaw;
    private string? _emailFlaw;

    private CardForm()
    {
    }

    public string Name { get; private set; } = "";

    public string Email { get; private set; } = "";

    /// <summary>Null while something is wrong.</summary>
    public TestCard? Card { get; private set; }

    public int Month { get; private set; }

    public int Year { get; private set; }

    public static CardForm Empty { get; } = new();

    public static CardForm Read(IFormCollection form, DateTimeOffset now, bool asksEmail)
    {
        var entry = new CardForm { _number = Of(form, "number", 40), _expiry = Of(form, "expiry", 12), Name = Of(form, "name", 200), Email = Of(form, "email", 320) };
        var card = Cards.OfNumber(entry._number);
        if (card is null)
            entry._numberFlaw = entry._number.Length == 0 ? "Enter a card number." : "This is no test card. The Sandbox takes test cards only: 4242 4242 4242 4242 pays.";
        if (!entry.ReadExpiry(now))
            entry._expiryFlaw = "Enter a month and year that lie ahead, as 12/34.";
        if (Of(form, "code", 10) is not { Length: 3 or 4 } code || !code.All(char.IsAsciiDigit))
            entry._codeFlaw = "Enter the 3 or 4 digits; any will do.";
        if (asksEmail && (entry.Email.Length < 3 || !entry.Email.Contains('@', StringComparison.Ordinal)))
            entry._emailFlaw = "Enter an e-mail address.";
        if ((entry._numberFlaw ?? entry._expiryFlaw ?? entry._codeFlaw ?? entry._emailFlaw) is null)
            entry.Card = card;
        return entry;
    }

    /// <summary>The fields; the security code is never given back.</summary>
    public Html Fields(bool asksEmail, string? knownEmail = null) => Html.Of(
        $"""
        {(asksEmail ? Field("email", "E-mail", Email.Length > 0 ? Email : knownEmail ?? "", "email", "email", _emailFlaw, "email") : Html.None)}
        {Field("number", "Card number", _number, "cc-number", "numeric", _numberFlaw)}
        <div class="pair">
        <div>{Field("expiry", "Expires (MM/YY)", _expiry, "cc-exp", "numeric", _expiryFlaw)}</div>
        <div>{Field("code", "Security code", "", "cc-csc", "numeric", _codeFlaw)}</div>
        </div>
        {Field("name", "Name on card (optional)", Name, "cc-name", "text", null)}
        """);

    /// <summary>The cards there are, to be opened.</summary>
    public static Html Help() => Html.Of(
        $"""
        <details><summary>Test cards</summary>
        <table><thead><tr><th scope="col">Number</th><th scope="col">What happens</th></tr></thead>
        <tbody>{Html.Join(Cards.All.Select(card => Html.Of($"<tr><td><code>{Grouped(card.Number)}</code></td><td>{card.Brand}, {card.About}</td></tr>")))}</tbody></table>
        <p>Any month and year that lie ahead, any security code.</p>
        </details>
        """);

    private static Html Field(string name, string label, string value, string autocomplete, string keyboard, string? flaw, string type = "text") => Html.Of(
        $"""
        <label for="{name}">{label}</label>
        <input id="{name}" name="{name}" type="{type}" value="{value}" autocomplete="{autocomplete}" inputmode="{keyboard}"{(flaw is null ? Html.None : Html.Of($" aria-invalid=\"true\" aria-describedby=\"{name}-flaw\""))}>
        {(flaw is null ? Html.None : Html.Of($"""<p class="flaw" id="{name}-flaw">{flaw}</p>"""))}
        """);

    private bool ReadExpiry(DateTimeOffset now)
    {
        var parts = _expiry.Split('/', StringSplitOptions.TrimEntries);
        if (parts.Length != 2 || !int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var month) || month is < 1 or > 12
            || parts[1].Length is not (2 or 4) || !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var year))
        {
            return false;
        }

        (Month, Year) = (month, year < 100 ? 2000 + year : year);
        return (Year, Month).CompareTo((now.Year, now.Month)) >= 0 && Year <= now.Year + 50;
    }

    private static string Of(IFormCollection form, string name, int most)
    {
        var text = form[name].ToString().Trim().Replace("\0", "", StringComparison.Ordinal);
        return text.Length <= most ? text : text[..most];
    }

    private static string Grouped(string number) => string.Join(' ', number.Chunk(4).Select(part => new string(part)));
}
