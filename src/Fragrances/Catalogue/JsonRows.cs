using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;

namespace Colonnade.Fragrances.Catalogue;

/// <summary>The rows of a JSON array of objects, or of a file with one JSON object on each line.</summary>
internal static class JsonRows
{
    private static readonly JsonDocumentOptions Lenient = new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip, MaxDepth = 32 };

    public static IAsyncEnumerable<SourceRow> Array(Stream utf8, ColumnMap map, CancellationToken stop) =>
        Rows(new JsonPieces(utf8).Elements(stop), map, stop);

    public static IAsyncEnumerable<SourceRow> Lines(Stream utf8, ColumnMap map, CancellationToken stop) =>
        Rows(new JsonPieces(utf8).Lines(stop), map, stop);

    private static async IAsyncEnumerable<SourceRow> Rows(
        IAsyncEnumerable<JsonPiece> pieces, ColumnMap map, [EnumeratorCancellation] CancellationToken stop)
    {
        var columns = new Dictionary<string, CatalogueField?>(StringComparer.Ordinal);
        var number = 0;
        await foreach (var piece in pieces.WithCancellation(stop))
        {
            var row = new SourceRow(++number, piece.Line) { Problem = piece.Problem };
            if (row.Problem is null)
                Read(row, piece.Bytes);
            row.Excerpt = Encoding.UTF8.GetString(piece.Bytes.Span[..Math.Min(120, piece.Bytes.Length)]);
            yield return row;
        }

        CatalogueField? Field(string column)
        {
            if (columns.TryGetValue(column, out var field))
                return field;
            field = map.Find(column);
            if (columns.Count < 1_000)
                columns.Add(column, field);
            return field;
        }

        void Read(SourceRow row, ReadOnlyMemory<byte> bytes)
        {
            try
            {
                using var document = JsonDocument.Parse(bytes, Lenient);
                if (document.RootElement.ValueKind == JsonValueKind.Object)
                    AddProperties(row, document.RootElement, prefix: "");
                else
                    row.Problem = "the row is not a JSON object";
            }
            catch (JsonException e)
            {
                row.Problem = "not JSON: " + e.Message.Split(" LineNumber:")[0].Split(" Path:")[0];
            }
            catch (InvalidOperationException)
            {
                // What the reader throws for \ud800 without its other half.
                row.Problem = "a text contains half a character (a lone surrogate)";
            }
        }

        void AddProperties(SourceRow row, JsonElement from, string prefix)
        {
            foreach (var property in from.EnumerateObject())
            {
                var column = prefix + property.Name;
                switch (property.Value.ValueKind)
                {
                    case JsonValueKind.Object:
                        AddProperties(row, property.Value, column + ".");
                        break;
                    case JsonValueKind.Array:
                        AddItems(row, column, property.Value);
                        break;
                    default:
                        if (Field(column) is { } field)
                            row.Add(field, Text(property.Value));
                        break;
                }
            }
        }

        void AddItems(SourceRow row, string column, JsonElement items)
        {
            if (Field(column) is not { } field)
                return;
            if (field is CatalogueField.Name or CatalogueField.Brand)
                row.Problem = $"{ColumnMap.Camel(field.ToString())} is a list";
            if (!CatalogueFields.IsList(field))
                return;
            foreach (var item in items.EnumerateArray())
                row.Add(field, item.ValueKind == JsonValueKind.Object && item.TryGetProperty("name", out var name) ? Text(name) : Text(item));
        }
    }

    private static string Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => value.GetRawText(),
        _ => "",
    };
}
