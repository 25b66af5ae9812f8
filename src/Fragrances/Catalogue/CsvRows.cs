using System.Runtime.CompilerServices;
using System.Text;
using CsvHelper;

namespace Colonnade.Fragrances.Catalogue;

/// <summary>The rows of a delimited text with its column names in the first row; cells may be quoted and contain line breaks.</summary>
internal sealed class CsvRows
{
    private const int MostBytesInARow = 16 << 20;

    private readonly CsvReaderOptions _options;
    private readonly CsvReaderOptions _oneRowPerLine;
    private readonly ColumnMap _map;
    private CatalogueField?[] _fields = [];
    private int _rows;
    private bool _illQuoted;

    private CsvRows(char delimiter, ColumnMap map)
    {
        _map = map;
        _options = new CsvReaderOptions
        {
            Separator = delimiter,
            HasHeader = false,
            TrackLineNumbers = true,
            MaxRecordSize = MostBytesInARow,
            OnMalformedRecord = _ => _illQuoted = true,
        };
        _oneRowPerLine = _options with { AllowLineBreaksInQuotes = false };
    }

    /// <summary>The character that separates the columns: the one that lets the header show most columns that are understood.</summary>
    public static char Delimiter(string start, ColumnMap map)
    {
        var header = start.Split('\n')[0].TrimEnd('\r');
        if (IsSeparatorLine(header) && header.Length == 5)
            return header[4];
        char[] candidates = [',', ';', '\t', '|'];
        return candidates.MaxBy(c => header.Split(c).Count(name => map.Find(name.Trim().Trim('"')) is not null));
    }

    /// <exception cref="CatalogueFileException">There is no header, or it lacks a name or a brand.</exception>
    public static IAsyncEnumerable<SourceRow> Read(TextReader text, char delimiter, ColumnMap map, CancellationToken stop) =>
        new CsvRows(delimiter, map).Read(text, stop);

    private async IAsyncEnumerable<SourceRow> Read(TextReader text, [EnumeratorCancellation] CancellationToken stop)
    {
        await using var reader = CsvReader.Create(text, _options);
        await ReadHeader(reader, stop);
        while (true)
        {
            SourceRow? endless = null;
            _illQuoted = false;
            try
            {
                if (!await reader.ReadAsync(stop))
                    yield break;
            }
            catch (CsvFormatException tooLarge)
            {
                endless = new SourceRow(++_rows, (int)tooLarge.LineNumber) { Problem = "the row has no end within 16 MB; is a quote missing? What follows it was not read" };
            }
            if (endless is not null)
            {
                yield return endless;
                yield break;
            }
            var row = Row(reader, linesBefore: 0);
            var swallowed = Swallowed(row, reader);
            yield return row;
            foreach (var hidden in ReadAgain(swallowed, row.Line, _options))
                yield return hidden;
        }
    }

    /// <summary>A quote that is never closed swallows the lines behind it: they are read again, the second time line by line.</summary>
    private IEnumerable<SourceRow> ReadAgain(byte[] swallowed, int linesBefore, CsvReaderOptions options)
    {
        if (swallowed.Length == 0)
            yield break;
        using var reader = CsvReader.Create(swallowed, options);
        while (ReadNext(reader))
        {
            var row = Row(reader, linesBefore);
            var again = Swallowed(row, reader);
            yield return row;
            foreach (var hidden in ReadAgain(again, row.Line, _oneRowPerLine))
                yield return hidden;
        }
    }

    private bool ReadNext(CsvReader reader)
    {
        _illQuoted = false;
        return reader.Read();
    }

    private static byte[] Swallowed(SourceRow row, CsvReader reader)
    {
        var end = row.Problem is null ? -1 : reader.RawRecord.IndexOf((byte)'\n');
        return end < 0 ? [] : reader.RawRecord[(end + 1)..].ToArray();
    }

    private async Task ReadHeader(CsvReader reader, CancellationToken stop)
    {
        do
        {
            if (!await reader.ReadAsync(stop))
                throw new CatalogueFileException("The file is empty.");
        }
        while (IsSeparatorLine(reader.GetString(0)));

        var names = new string[reader.FieldCount];
        for (var i = 0; i < names.Length; i++)
            names[i] = reader.GetString(i).Trim();
        _fields = Array.ConvertAll(names, _map.Find);
        foreach (var needed in (CatalogueField[])[CatalogueField.Name, CatalogueField.Brand])
        {
            if (!_fields.Contains(needed))
            {
                throw new CatalogueFileException(
                    $"No column is known to hold the {ColumnMap.Camel(needed.ToString())} among {string.Join(", ", names.Take(40))}. Say which ones do with --map name=…,brand=….");
            }
        }
    }

    private SourceRow Row(CsvReader reader, int linesBefore)
    {
        var raw = reader.RawRecord;
        var row = new SourceRow(++_rows, linesBefore + (int)reader.LineNumber) { Excerpt = Encoding.UTF8.GetString(raw[..Math.Min(120, raw.Length)]) };
        // Spreadsheets add empty cells at the end.
        var cells = reader.FieldCount;
        while (cells > _fields.Length && reader.IsEmpty(cells - 1))
            cells--;
        if (cells != _fields.Length)
        {
            row.Problem = $"{cells} cells where the header has {_fields.Length}";
            return row;
        }
        // A stray quote within a line is a text like any other (a 12" bottle); one that reaches over lines is an accident.
        if (_illQuoted && raw.Contains((byte)'\n'))
        {
            row.Problem = "a quote is opened here and not closed where a cell ends";
            return row;
        }
        for (var i = 0; i < cells; i++)
        {
            if (_fields[i] is { } field)
                row.Add(field, reader.GetString(i));
        }
        return row;
    }

    private static bool IsSeparatorLine(string start) => start.StartsWith("sep=", StringComparison.OrdinalIgnoreCase);
}
