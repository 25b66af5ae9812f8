using Colonnade.Narhub.Banking;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace Colonnade.Narhub;

/// <summary>
/// Who sells here: what stands on invoices and in payment instructions. Settings <c>Narhub:Seller:*</c>; in Development there are
/// samples, elsewhere each must be set.
/// </summary>
public sealed record Seller
{
    public required string Name { get; init; }

    /// <summary>Lines divided by line breaks or commas.</summary>
    public required string Address { get; init; }

    /// <summary>ISO 3166, two letters.</summary>
    public required string Country { get; init; }

    public required string VatId { get; init; }

    public required Iban Iban { get; init; }

    public required string Bic { get; init; }

    public required string Bank { get; init; }

    /// <summary>For transfers by SWIFT; may be missing.</summary>
    public string? BankAddress { get; init; }

    /// <summary>Per cent, on what is sold in the own country.</summary>
    public required decimal VatRate { get; init; }

    /// <exception cref="InvalidOperationException">A setting is missing or cannot be; the sentence names it.</exception>
    public static Seller Of(IConfiguration configuration, IHostEnvironment environment)
    {
        var settings = configuration.GetSection("Seller");
        string Setting(string name, string sample) =>
            settings[name] is { Length: > 0 } set ? set.Trim()
            : environment.IsDevelopment() ? sample
            : throw new InvalidOperationException($"Set Narhub__Seller__{name}: it stands on invoices and in payment instructions.");

        var rate = Setting("VatRate", "19");
        var iban = Setting("Iban", "DE89 3704 0044 0532 0130 00");
        var bic = Setting("Bic", "COBADEFFXXX");
        var country = Setting("Country", "DE").ToUpperInvariant();
        return new Seller
        {
            Name = Setting("Name", "Narhub Sample GmbH"),
            Address = Setting("Address", "Lindenstraße 1, 10969 Berlin, Germany"),
            Country = country.Length == 2 && country.All(char.IsAsciiLetterUpper) ? country : throw Wrong("Country", "two letters, as in DE"),
            VatId = Setting("VatId", "DE123456788"),
            Iban = Iban.Parse(iban) ?? throw Wrong("Iban", "an IBAN"),
            Bic = bic.Length is 8 or 11 && bic.All(char.IsAsciiLetterOrDigit) ? bic.ToUpperInvariant() : throw Wrong("Bic", "8 or 11 letters and digits"),
            Bank = Setting("Bank", "Commerzbank"),
            BankAddress = settings["BankAddress"] is { Length: > 0 } address ? address.Trim() : environment.IsDevelopment() ? "Kaiserplatz, 60311 Frankfurt am Main, Germany" : null,
            VatRate = decimal.TryParse(rate, System.Globalization.CultureInfo.InvariantCulture, out var percent) && percent is >= 0 and <= 100 && decimal.Round(percent, 2) == percent
                ? percent
                : throw Wrong("VatRate", "per cent, as in 19 or 5.5"),
        };
    }

    private static InvalidOperationException Wrong(string name, string what) => new($"Narhub__Seller__{name} has to be {what}.");
}

/// <summary>How orders live. Settings <c>Narhub:Orders:*</c>.</summary>
public sealed record OrderRules
{
    /// <summary>Days a customer has to pay.</summary>
    public int DueDays { get; init; } = 14;

    /// <summary>Within it the same order from the same customer is taken for a repetition; zero: every request orders.</summary>
    public TimeSpan DuplicateWindow { get; init; }

    /// <summary>After so many days without a payment the customer is reminded; null: never.</summary>
    public int? RemindAfterDays { get; init; }

    /// <summary>After so many days without a payment the order is cancelled; null: never.</summary>
    public int? CancelAfterDays { get; init; }

    /// <exception cref="InvalidOperationException">A setting cannot be.</exception>
    public static OrderRules Of(IConfiguration configuration)
    {
        var rules = configuration.GetSection("Orders").Get<OrderRules>() ?? new OrderRules();
        return rules is { DueDays: >= 0 and <= 365, RemindAfterDays: null or > 0, CancelAfterDays: null or > 0 } && rules.DuplicateWindow >= TimeSpan.Zero
            ? rules
            : throw new InvalidOperationException("Of Narhub__Orders, DueDays has to be between 0 and 365, RemindAfterDays and CancelAfterDays at least 1, DuplicateWindow not negative.");
    }
}
