using System.Globalization;

namespace Colonnade.FigureForge;

/// <summary>What a tier gives: credits each month, generations at a time, and how much of the gallery.</summary>
public sealed record Tier(string Id, string Name, int Rank, int Credits, int Concurrency, IReadOnlyList<string> Features)
{
    public static readonly Tier Free = new("free", "Free", 0, 20, 1, ["20 credits a month", "1 job at a time", "The newest 60 pictures of the gallery"]);

    public static readonly IReadOnlyList<Tier> All =
    [
        Free,
        new("hobby", "Hobby", 1, 100, 2, ["100 credits a month", "2 jobs at a time", "The whole gallery in full size"]),
        new("pro", "Pro", 2, 400, 4, ["400 credits a month", "4 jobs at a time", "The whole gallery in full size"]),
        new("studio", "Studio", 3, 1500, 4, ["1500 credits a month", "4 jobs at a time", "The whole gallery in full size"]),
    ];

    public bool IsPaid => Rank > 0;

    public static Tier Of(string? id) => All.FirstOrDefault(tier => tier.Id == id) ?? Free;
}

/// <summary>A tier at an interval, as it is sold. Amounts are in cents.</summary>
public sealed record Plan(string Id, Tier Tier, string Interval, long Amount)
{
    public const string Currency = "usd";

    /// <summary>What the provider's price is called: a change of the amount is another price.</summary>
    public string LookupKey => string.Create(CultureInfo.InvariantCulture, $"figureforge_{Id}_{Amount}");

    public string Name => Interval.Length == 0 ? Tier.Name : $"{Tier.Name} ({(Interval == "month" ? "monthly" : "yearly")})";

    /// <summary>Of the same tier before one of a lower; a year before a month.</summary>
    public bool IsAbove(Plan other) => Tier.Rank != other.Tier.Rank ? Tier.Rank > other.Tier.Rank : Interval == "year" && other.Interval == "month";
}

/// <summary>A number of credits that is bought once and does not expire.</summary>
public sealed record CreditPack(string Id, string Name, int Credits, long Amount);

/// <summary>What is for sale.</summary>
public static class Offers
{
    public static readonly IReadOnlyList<Plan> Plans =
    [
        new("free", Tier.Free, "", 0),
        new("hobby_monthly", Tier.Of("hobby"), "month", 900), new("hobby_yearly", Tier.Of("hobby"), "year", 9_000),
        new("pro_monthly", Tier.Of("pro"), "month", 1_900), new("pro_yearly", Tier.Of("pro"), "year", 19_000),
        new("studio_monthly", Tier.Of("studio"), "month", 4_900), new("studio_yearly", Tier.Of("studio"), "year", 49_000),
    ];

    public static readonly IReadOnlyList<CreditPack> Packs =
    [
        new("pack_50", "50 credits", 50, 600), new("pack_200", "200 credits", 200, 2_000), new("pack_1000", "1000 credits", 1_000, 8_000),
    ];

    /// <summary>Null for what is not sold; the free plan is had, not bought.</summary>
    public static Plan? Sold(string? id) => Plans.FirstOrDefault(plan => plan.Id == id && plan.Tier.IsPaid);

    public static Plan? OfLookupKey(string? key) => Plans.FirstOrDefault(plan => plan.Tier.IsPaid && plan.LookupKey == key);
}
