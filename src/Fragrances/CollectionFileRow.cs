using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Text.Json;
using Colonnade.Platform.Web;

namespace Colonnade.Fragrances;

/// <summary>What a file of collections can say of an item; also the names of its columns, in this order.</summary>
internal enum CollectionColumn
{
    Name,
    Brand,
    Concentration,
    Rating,
    Notes,
    PurchaseDate,
    BottleSizeML,
    Owned,
    Wishlist,
    TimesWorn,
    Occasions,
    Seasons,
    UpdatedAt,
}

/// <summary>One row of a file of collections, read from its texts; null is what it does not say.</summary>
internal sealed class CollectionFileRow
{
    private const int MostNameLength = 200;
    private readonly List<RowError> _errors = [];

    public CollectionFileRow(int number, IReadOnlyDictionary<CollectionColumn, string> cells, TimeProvider clock)
    {
        Number = number;
        if (cells.Any(cell => !WireText.IsStorable(cell.Value)))
        {
            _errors.Add(new RowError("row", "The row holds U+0000 or half a character"));
            return;
        }

        Name = Named(cells, CollectionColumn.Name);
        Brand = Named(cells, CollectionColumn.Brand);
        Concentration = Text(cells, CollectionColumn.Concentration)?.Trim() ?? "";
        if (Concentration.Length > MostNameLength)
            Concentration = Refuse<string>(CollectionColumn.Concentration, "must have at most 200 characters") ?? "";
        Rating = Whole(cells, CollectionColumn.Rating);
        PersonalNotes = Text(cells, CollectionColumn.Notes);
        PurchaseDate = Date(cells);
        BottleSizeMl = Size(cells);
        var (owned, wished) = (Flag(cells, CollectionColumn.Owned), Flag(cells, CollectionColumn.Wishlist));
        // As when adding: one of them said settles the other, neither said says nothing.
        IsOwned = owned ?? !wished;
        IsWishlist = wished ?? (owned is null ? null : false);
        StatedWears = Whole(cells, CollectionColumn.TimesWorn);
        Occasions = Text(cells, CollectionColumn.Occasions) is { } occasions ? ListCell.Read(occasions) : null;
        Seasons = Text(cells, CollectionColumn.Seasons) is { } seasons ? ListCell.Read(seasons) : null;
        StatedAt = Time(cells);

        Check(CollectionColumn.Rating, CollectionRules.Rating(Rating));
        Check(CollectionColumn.Notes, CollectionRules.PersonalNotes(PersonalNotes));
        Check(CollectionColumn.PurchaseDate, CollectionRules.PurchaseDate(PurchaseDate, clock));
        Check(CollectionColumn.BottleSizeML, CollectionRules.BottleSizeML(BottleSizeMl));
        Check(CollectionColumn.Owned, CollectionRules.OwnedOrWished(IsOwned ?? true, IsWishlist ?? false));
        Check(CollectionColumn.TimesWorn, CollectionRules.TimesWorn(StatedWears));
        Check(CollectionColumn.Occasions, CollectionRules.Occasions(Occasions));
        Check(CollectionColumn.Seasons, CollectionRules.Seasons(Seasons));
    }

    /// <summary>A row that cannot be read at all.</summary>
    public CollectionFileRow(int number, string problem)
    {
        Number = number;
        _errors.Add(new RowError("row", problem));
    }

    public int Number { get; }
    public string Name { get; } = "";
    public string Brand { get; } = "";
    public string Concentration { get; } = "";
    public int? Rating { get; }
    public string? PersonalNotes { get; }
    public DateOnly? PurchaseDate { get; }
    public double? BottleSizeMl { get; }
    public bool? IsOwned { get; }
    public bool? IsWishlist { get; }
    public int? StatedWears { get; }
    public IReadOnlyList<string>? Occasions { get; }
    public IReadOnlyList<string>? Seasons { get; }
    public DateTimeOffset? StatedAt { get; }
    public IReadOnlyList<RowError> Errors => _errors;

    private string Named(IReadOnlyDictionary<CollectionColumn, string> cells, CollectionColumn column)
    {
        var name = Text(cells, column)?.Trim() ?? "";
        return name.Length is > 0 and <= MostNameLength ? name : Refuse<string>(column, "must have 1 to 200 characters") ?? "";
    }

    private int? Whole(IReadOnlyDictionary<CollectionColumn, string> cells, CollectionColumn column) => Text(cells, column)?.Trim() switch
    {
        null => null,
        var text when decimal.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)
            && value == decimal.Truncate(value) && value is >= int.MinValue and <= int.MaxValue => (int)value,
        _ => Refuse<int?>(column, "must be a whole number"),
    };

    private double? Size(IReadOnlyDictionary<CollectionColumn, string> cells) => Text(cells, CollectionColumn.BottleSizeML)?.Trim() switch
    {
        null => null,
        // "12,5" is how half of the world's spreadsheets write it.
        var text when double.TryParse(text.Replace(',', '.'), NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign | NumberStyles.AllowExponent,
            CultureInfo.InvariantCulture, out var value) => value,
        _ => Refuse<double?>(CollectionColumn.BottleSizeML, "must be a number"),
    };

    private bool? Flag(IReadOnlyDictionary<CollectionColumn, string> cells, CollectionColumn column) => Text(cells, column)?.Trim().ToLowerInvariant() switch
    {
        null => null,
        "true" or "yes" or "y" or "x" or "1" => true,
        "false" or "no" or "n" or "0" => false,
        _ => Refuse<bool?>(column, "must be true or false"),
    };

    private DateOnly? Date(IReadOnlyDictionary<CollectionColumn, string> cells) => Text(cells, CollectionColumn.PurchaseDate)?.Trim() switch
    {
        null => null,
        var text when DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) => date,
        _ => Refuse<DateOnly?>(CollectionColumn.PurchaseDate, "must be a date as YYYY-MM-DD"),
    };

    private DateTimeOffset? Time(IReadOnlyDictionary<CollectionColumn, string> cells) => Text(cells, CollectionColumn.UpdatedAt)?.Trim() switch
    {
        null => null,
        var text when DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time) => time,
        _ => Refuse<DateTimeOffset?>(CollectionColumn.UpdatedAt, "must be a time as 2026-03-02T09:30:00Z"),
    };

    private static string? Text(IReadOnlyDictionary<CollectionColumn, string> cells, CollectionColumn column) =>
        cells.GetValueOrDefault(column) is { Length: > 0 } text ? text : null;

    private void Check(CollectionColumn column, IEnumerable<ValidationResult> broken) =>
        _errors.AddRange(broken.Select(rule => new RowError(Spelled(column), rule.ErrorMessage!)));

    private T? Refuse<T>(CollectionColumn column, string rule)
    {
        _errors.Add(new RowError(Spelled(column), $"{Spelled(column)} {rule}"));
        return default;
    }

    /// <summary>The column as files spell it.</summary>
    public static string Spelled(CollectionColumn column) => JsonNamingPolicy.CamelCase.ConvertName(column.ToString());
}

public sealed record RowError(string Field, string Message);
