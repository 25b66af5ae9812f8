namespace Colonnade.Narhub;

/// <summary>What a price may be, in minor units; the schema says the same.</summary>
internal static class Price
{
    /// <summary>So that a full cart of the dearest still fits a bigint, and any one price a JavaScript number.</summary>
    public const long Most = 1_000_000_000_000;

    public const string OutOfRange = "A price is a whole number of minor units, at least 0";
    public const string Crossed = "priceMin must not be greater than priceMax";
}
