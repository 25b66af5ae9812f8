namespace Colonnade.Narhub;

/// <summary>
/// What an order's lines cost, with tax. Where all final prices are known the total is their sum; else the client names a total
/// between the least and the most the lines can cost, and each open line bears its share of it.
/// </summary>
internal static class OrderPricing
{
    /// <summary>Null when the claimed total cannot be; else the lines with their amounts, which add up to it.</summary>
    /// <param name="lines">Within their limits, so that no sum here overflows.</param>
    /// <param name="total">Minor units.</param>
    /// <param name="tax">How the sale is taxed.</param>
    public static IReadOnlyList<PricedLine>? Price(IReadOnlyList<OrderLine> lines, long total, Tax tax)
    {
        var (least, most) = Range(lines);
        if (total < least || total > most)
            return null;
        var priced = new List<PricedLine>(lines.Count);
        var (openBefore, sharedBefore) = (0L, 0L);
        var (room, rest) = (most - least, total - least);
        foreach (var line in lines)
        {
            // Shares are cut from the running sum, so that rounding never loses or invents a cent.
            openBefore += line.Most - line.Least;
            var shared = room == 0 ? 0 : (long)((Int128)rest * openBefore / room);
            var gross = line.Least + shared - sharedBefore;
            sharedBefore = shared;
            priced.Add(new PricedLine(line, gross, tax.Rate, tax.Within(gross)));
        }

        return priced;
    }

    /// <summary>The least and the most that the lines can cost.</summary>
    public static (long Least, long Most) Range(IReadOnlyList<OrderLine> lines) => (lines.Sum(line => line.Least), lines.Sum(line => line.Most));
}

/// <summary>A line of an order before it is priced: what is bought and at which prices it may be.</summary>
internal sealed record OrderLine(string Slug, string Name, string? Icon, long PriceMin, long PriceMax, long? FinalPrice, int Quantity)
{
    public long Least => (FinalPrice ?? PriceMin) * Quantity;

    public long Most => (FinalPrice ?? PriceMax) * Quantity;
}

internal sealed record PricedLine(OrderLine Line, long Gross, decimal TaxRate, long TaxAmount);

/// <summary>How a sale is taxed.</summary>
internal sealed record Tax(string Treatment, decimal Rate)
{
    public const string Domestic = "domestic";
    public const string ReverseCharge = "reverse_charge";

    /// <summary>A customer with a VAT number of another member state owes the tax there; everybody else pays the seller's.</summary>
    public static Tax Of(Seller seller, string? vatId) => Banking.VatId.Parse(vatId)?.IsReverseCharge(seller.Country) == true
        ? new Tax(ReverseCharge, 0)
        : new Tax(Domestic, seller.VatRate);

    /// <summary>The tax inside an amount that includes it.</summary>
    public long Within(long gross) => gross - (long)decimal.Round(gross * 100m / (100m + Rate), MidpointRounding.AwayFromZero);
}
