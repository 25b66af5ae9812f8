using System.Globalization;
using Colonnade.Narhub.Banking;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace Colonnade.Narhub;

/// <summary>
/// Who sells here: what stands on invoices and in payment instructions. Settings <c>Narhub:Seller:*</c>; in Development there are
/// samples, elsewhere each must be set.
/// </summary>
internal sealed record Seller
{
    private const string SampleBankAddress = "Kaiserplatz, 60311 Frankfurt am Main, Germany";

    private static readonly Dictionary<string, string> Samples = new(StringComparer.Ordinal)
    {
        ["Name"] = "Narhub Sample GmbH",
        ["Address"] = "Lindenstraße 1, 10969 Berlin, Germany",
        ["Country"] = "DE",
        ["VatId"] = "DE123456788",
        ["Iban"] = "DE89 3704 0044 0532 0130 00",
        ["Bic"] = "COBADEFFXXX",
        ["Bank"] = "Commerzbank",
        ["VatRate"] = "19",
    };

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
        if (!environment.IsDevelopment() && Samples.Keys.Where(name => string.IsNullOrWhiteSpace(settings[name])).ToList() is { Count: > 0 } missing)
            throw new InvalidOperationException($"Set {string.Join(", ", missing.Select(name => "Narhub__Seller__" + name))}: invoices and payment instructions need to say who sells.");

        var iban = Iban.Parse(Setting("Iban")) ?? throw Wrong("Iban", "an IBAN");
        var bic = Setting("Bic").ToUpperInvariant();
        var country = Setting("Country").ToUpperInvariant();
        return new Seller
        {
            Name = Setting("Name"),
            Address = Setting("Address"),
            Country = country.Length == 2 && country.All(char.IsAsciiLetterUpper) ? country : throw Wrong("Country", "two letters, as in DE"),
            VatId = Setting("VatId"),
            Iban = iban,
            Bic = bic.Length is 8 or 11 && bic.All(char.IsAsciiLetterOrDigit) ? bic : throw Wrong("Bic", "8 or 11 letters and digits"),
            Bank = Setting("Bank"),
            BankAddress = settings["BankAddress"] is { Length: > 0 } address ? address.Trim() : environment.IsDevelopment() ? SampleBankAddress : null,
            VatRate = decimal.TryParse(Setting("VatRate"), CultureInfo.InvariantCulture, out var percent) && percent is >= 0 and <= 100 && decimal.Round(percent, 2) == percent
                ? percent
                : throw Wrong("VatRate", "per cent, as in 19 or 5.5"),
        };

        string Setting(string name) => settings[name] is { } set && !string.IsNullOrWhiteSpace(set) ? set.Trim() : Samples[name];
    }

    private static InvalidOperationException Wrong(string name, string what) => new($"Narhub__Seller__{name} has to be {what}.");
}

/// <summary>How orders live. Settings <c>Narhub:Orders:*</c>.</summary>
internal sealed record OrderRules
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
