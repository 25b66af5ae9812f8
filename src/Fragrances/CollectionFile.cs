using System.Text.Json;
using Colonnade.Fragrances.Catalogue;
using Colonnade.Platform.Web;
using CsvHelper;

namespace Colonnade.Fragrances;

/// <summary>The file as a whole cannot be read; the message says why.</summary>
internal sealed class CollectionFileException(string message) : Exception(message);

/// <summary>
/// A collection as a file: what the export writes, what this API answers, and what other programs call their columns.
/// JSON is an array of items or an object with one in <c>collection</c>; CSV has its column names in the first row.
/// </summary>
internal static class CollectionFile
{
    public const int MostBytes = 10 * 1024 * 1024;
    public const int MostRows = 5_000;
    private const int MostBytesInARow = 1 << 20;

    private static readonly Dictionary<string, CollectionColumn> Spellings = new(StringComparer.Ordinal)
    {
        ["name"] = CollectionColumn.Name,
        ["fragrance"] = CollectionColumn.Name,
        ["fragrancename"] = CollectionColumn.Name,
        ["perfume"] = CollectionColumn.Name,
        ["brand"] = CollectionColumn.Brand,
        ["brandname"] = CollectionColumn.Brand,
        ["fragrancebrandname"] = CollectionColumn.Brand,
        ["house"] = CollectionColumn.Brand,
        ["concentration"] = CollectionColumn.Concentration,
        ["fragranceconcentration"] = CollectionColumn.Concentration,
        ["rating"] = CollectionColumn.Rating,
        ["stars"] = CollectionColumn.Rating,
        ["notes"] = CollectionColumn.Notes,
        ["personalnotes"] = CollectionColumn.Notes,
        ["comment"] = CollectionColumn.Notes,
        ["purchasedate"] = CollectionColumn.PurchaseDate,
        ["bottlesizeml"] = CollectionColumn.BottleSizeML,
        ["bottlesize"] = CollectionColumn.BottleSizeML,
        ["sizeml"] = CollectionColumn.BottleSizeML,
        ["owned"] = CollectionColumn.Owned,
        ["isowned"] = CollectionColumn.Owned,
        ["wishlist"] = CollectionColumn.Wishlist,
        ["iswishlist"] = CollectionColumn.Wishlist,
        ["timesworn"] = CollectionColumn.TimesWorn,
        ["occasions"] = CollectionColumn.Occasions,
        ["occasion"] = CollectionColumn.Occasions,
        ["seasons"] = CollectionColumn.Seasons,
        ["season"] = CollectionColumn.Seasons,
        ["updatedat"] = CollectionColumn.UpdatedAt,
    };

    /// <exception cref="CollectionFileException">It is no JSON, has no such array, or more rows than are read.</exception>
    public static async Task<List<CollectionFileRow>> ReadJson(Stream body, TimeProvider clock, CancellationToken stop)
    {
        try
        {
            using var document = await JsonDocument.ParseAsync(body, new JsonDocumentOptions { MaxDepth = 32 }, stop);
            var items = Items(document.RootElement);
            if (items.ValueKind != JsonValueKind.Array)
                throw new CollectionFileException("Send an array of items, or an object with one named collection");
            if (items.GetArrayLength() > MostRows)
                throw TooManyRows();
            return [.. items.EnumerateArray().Select((item, index) => Row(item, index + 1, clock))];
        }
        catch (JsonException)
        {
            throw new CollectionFileException("The file is not JSON");
        }
    }

    /// <exception cref="CollectionFileException">No columns are known to hold name and brand, or there are more rows than are read.</exception>
    public static async Task<List<CollectionFileRow>> ReadCsv(Stream body, TimeProvider clock, CancellationToken stop)
    {
        using var text = new StreamReader(body, MixedEncoding.Instance, detectEncodingFromByteOrderMarks: true, bufferSize: 16 * 1024, leaveOpen: true);
        await using var csv = CsvReader.Create(text, new CsvReaderOptions { HasHeader = false, MaxRecordSize = MostBytesInARow });
        var rows = new List<CollectionFileRow>();
        try
        {
            var columns = await csv.ReadAsync(stop) ? Cells(csv).Select(Column).ToArray() : [];
            foreach (var needed in new[] { CollectionColumn.Name, CollectionColumn.Brand })
            {
                if (!columns.Contains(needed))
                    throw new CollectionFileException($"No column is named {CollectionFileRow.Spelled(needed)}");
            }

            while (await csv.ReadAsync(stop))
            {
                if (rows.Count == MostRows)
                    throw TooManyRows();
                rows.Add(Row(Cells(csv), columns, rows.Count + 1, clock));
            }
        }
        catch (CsvFormatException)
        {
            throw new CollectionFileException($"Row {rows.Count + 1} has no end; is a quote missing?");
        }

        return rows;
    }

    private static JsonElement Items(JsonElement root)
    {
        try
        {
            return root.ValueKind == JsonValueKind.Object && root.TryGetProperty("collection", out var collection) ? collection : root;
        }
        catch (InvalidOperationException)
        {
            // What the reader throws for a member named \ud800 without its other half.
            throw new CollectionFileException("The file holds half a character");
        }
    }

    private static CollectionFileException TooManyRows() => new("A file may have at most 5,000 rows");

    private static CollectionColumn? Column(string name)
    {
        var spelling = string.Concat(name.Where(char.IsLetterOrDigit)).ToLowerInvariant();
        return Spellings.TryGetValue(spelling, out var column) ? column : null;
    }

    private static string[] Cells(CsvReader csv)
    {
        var cells = new string[csv.FieldCount];
        for (var i = 0; i < cells.Length; i++)
            cells[i] = csv.GetString(i);
        return cells;
    }

    private static CollectionFileRow Row(string[] cells, CollectionColumn?[] columns, int number, TimeProvider clock)
    {
        if (cells.Skip(columns.Length).Any(cell => cell.Length > 0))
            return new CollectionFileRow(number, $"The row has {cells.Length} cells where the first has {columns.Length}");
        var texts = new Dictionary<CollectionColumn, string>();
        foreach (var (cell, column) in cells.Zip(columns))
        {
            if (column is { } known && cell.Length > 0)
                texts.TryAdd(known, SafeCell.Read(cell));
        }

        return new CollectionFileRow(number, texts, clock);
    }

    private static CollectionFileRow Row(JsonElement item, int number, TimeProvider clock)
    {
        if (item.ValueKind != JsonValueKind.Object)
            return new CollectionFileRow(number, "The row is no JSON object");
        var texts = new Dictionary<CollectionColumn, string>();
        try
        {
            Read(item, "", texts);
        }
        catch (InvalidOperationException)
        {
            // What the reader throws for \ud800 without its other half.
            return new CollectionFileRow(number, "The row holds U+0000 or half a character");
        }

        return new CollectionFileRow(number, texts, clock);
    }

    // An answer of this API nests what a file has side by side: "fragrance": {"name": …, "brand": {"name": …}}.
    private static void Read(JsonElement item, string path, Dictionary<CollectionColumn, string> texts)
    {
        foreach (var member in item.EnumerateObject())
        {
            if (member.Value.ValueKind == JsonValueKind.Object)
                Read(member.Value, path + member.Name, texts);
            else if (Column(path + member.Name) is { } column && Text(member.Value) is { } text)
                texts.TryAdd(column, text);
        }
    }

    private static string? Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => null,
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Array => ListCell.Write(value.EnumerateArray().Select(entry => Text(entry) ?? "")),
        _ => value.GetRawText(),
    };
}
