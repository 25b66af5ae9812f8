using System.ComponentModel.DataAnnotations;

namespace Colonnade.Fragrances;

/// <summary>What may be said about an item of a collection, however it comes in: by form, by change or by file.</summary>
internal static class CollectionRules
{
    public const int MostStatedWears = 100_000;
    public const int LeastRating = 1;
    public const int MostRating = 5;
    public const int MostNotesLength = 5_000;
    public const int MostBottleSize = 10_000;
    public const int MostEntries = 20;
    public const int MostEntryLength = 50;

    public static IEnumerable<ValidationResult> Rating(int? rating) =>
        When(rating is < LeastRating or > MostRating, "Rating must be a whole number from 1 to 5", nameof(Rating));

    public static IEnumerable<ValidationResult> PersonalNotes(string? notes) =>
        When(notes?.Length > MostNotesLength, "Personal notes must have at most 5,000 characters", nameof(PersonalNotes));

    public static IEnumerable<ValidationResult> PurchaseDate(DateOnly? date, TimeProvider clock) =>
        When(IsInTheFuture(date, clock), "Purchase date must not lie in the future", nameof(PurchaseDate));

    public static IEnumerable<ValidationResult> BottleSizeML(double? size) =>
        When(size is not null and not (> 0 and <= MostBottleSize), "Bottle size must be more than 0 and at most 10,000 ml", nameof(BottleSizeML));

    public static IEnumerable<ValidationResult> TimesWorn(int? times) =>
        When(times is < 0 or > MostStatedWears, "Times worn must be from 0 to 100,000", nameof(TimesWorn));

    public static IEnumerable<ValidationResult> Occasions(IReadOnlyList<string>? occasions) => Entries(occasions, nameof(Occasions));

    public static IEnumerable<ValidationResult> Seasons(IReadOnlyList<string>? seasons) => Entries(seasons, nameof(Seasons));

    public static IEnumerable<ValidationResult> OwnedOrWished(bool owned, bool wished) =>
        When(!owned && !wished, "An item is owned, wished for, or both", "IsOwned");

    /// <summary>Whether the day has begun nowhere on Earth: in the Pacific it comes 14 hours before it comes in UTC.</summary>
    public static bool IsInTheFuture(DateOnly? date, TimeProvider clock) =>
        date > DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime.AddHours(14));

    public static IEnumerable<ValidationResult> When(bool broken, string message, string member) =>
        broken ? [new ValidationResult(message, [member])] : [];

    public static TimeProvider Clock(this ValidationContext context) => (TimeProvider)context.GetService(typeof(TimeProvider))!;

    private static IEnumerable<ValidationResult> Entries(IReadOnlyList<string>? entries, string member) => When(
        entries is not null && (entries.Count > MostEntries || entries.Any(entry => string.IsNullOrWhiteSpace(entry) || entry.Length > MostEntryLength)),
        $"{member} must be at most 20 entries of 1 to 50 characters", member);
}
