using System.Runtime.CompilerServices;
using System.Text;

namespace Colonnade.Fragrances.Catalogue;

/// <summary>The file as a whole cannot be read; the message says why and what to do.</summary>
public sealed class CatalogueFileException(string message) : Exception(message);

/// <summary>One row of a catalogue file: either the fragrance it describes or the reason why it is refused.</summary>
/// <param name="Number">Counted from 1 over the data rows.</param>
/// <param name="Line">The line of the file on which the row begins, from 1.</param>
/// <param name="Fragrance">Null when the row is refused.</param>
/// <param name="Rejection">Null when the row is good.</param>
/// <param name="Excerpt">How the row begins in the file.</param>
public sealed record CatalogueRow(int Number, int Line, FragranceDraft? Fragrance, string? Rejection, string Excerpt);

/// <summary>
/// A file of fragrances: a JSON array, JSON lines or delimited text (comma, semicolon, tab or bar), in UTF-8, UTF-16,
/// Windows-1252 or ISO-8859-1, all recognised from its beginning. Rows are streamed: a file is never loaded whole.
/// A row that cannot be read does not stop those behind it.
/// </summary>
public sealed class CatalogueFile : IAsyncDisposable
{
    private const int RowsLookedAt = 100;

    private readonly Stream _stream;
    private readonly ColumnMap _map;
    private readonly int _latestYear;
    private readonly Encoding _encoding;
    private readonly char? _delimiter;
    private readonly bool _isArray;

    private CatalogueFile(Stream stream, TimeProvider clock, ColumnMap? map)
    {
        (_stream, _map, _latestYear) = (stream, map ?? ColumnMap.None, clock.GetUtcNow().Year + 2);
        var start = new byte[64 * 1024];
        start = start[..stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)];
        stream.Position = 0;
        _encoding = MixedEncoding.Of(start);
        var text = _encoding.GetString(start).TrimStart('\uFEFF').TrimStart();
        _isArray = text.StartsWith('[');
        if (!_isArray && !text.StartsWith('{'))
            _delimiter = CsvRows.Delimiter(text, _map);
    }

    /// <summary>What the file was recognised as.</summary>
    public string Format => _isArray ? "JSON array"
        : _delimiter is not { } delimiter ? "JSON lines"
        : $"CSV separated by {delimiter switch { ',' => "commas", ';' => "semicolons", '\t' => "tabs", _ => $"'{delimiter}'" }}";

    public long Length => _stream.Length;

    /// <summary>How many bytes have been read; grows to <see cref="Length"/>.</summary>
    public long Position => _stream.Position;

    /// <exception cref="IOException">There is no such file, or it cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">This process may not read it.</exception>
    public static CatalogueFile Open(string path, TimeProvider clock, ColumnMap? map = null) => Open(
        new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 128 * 1024, FileOptions.SequentialScan), clock, map);

    /// <summary>Reads a stream that can seek, and closes it in the end.</summary>
    public static CatalogueFile Open(Stream stream, TimeProvider clock, ColumnMap? map = null) => new(stream, clock, map);

    /// <summary>All rows, in the order of the file. Can be read again, from the beginning.</summary>
    /// <exception cref="CatalogueFileException">The file has no rows, or no columns for name and brand.</exception>
    public async IAsyncEnumerable<CatalogueRow> Read([EnumeratorCancellation] CancellationToken stop)
    {
        // Whether a column holds slugs is a matter of the column: "aura" alone is a name in lower case.
        var slugs = new SlugColumns();
        var firsts = new List<SourceRow>(RowsLookedAt);
        var any = false;
        await foreach (var row in Rows(stop))
        {
            any = true;
            if (firsts.Count < RowsLookedAt)
            {
                firsts.Add(row);
                slugs.LookAt(row);
                if (firsts.Count < RowsLookedAt)
                    continue;
                foreach (var first in firsts)
                    yield return Drafted(first, slugs);
                continue;
            }
            yield return Drafted(row, slugs);
        }
        if (!any)
            throw new CatalogueFileException("The file has no rows.");
        if (firsts.Count < RowsLookedAt)
        {
            foreach (var first in firsts)
                yield return Drafted(first, slugs);
        }
    }

    public ValueTask DisposeAsync() => _stream.DisposeAsync();

    private IAsyncEnumerable<SourceRow> Rows(CancellationToken stop)
    {
        _stream.Position = 0;
        if (_delimiter is { } delimiter)
            return CsvRows.Read(new StreamReader(_stream, _encoding, detectEncodingFromByteOrderMarks: false, 64 * 1024, leaveOpen: true), delimiter, _map, stop);
        var utf8 = Encoding.CreateTranscodingStream(_stream, _encoding, Encoding.UTF8, leaveOpen: true);
        return _isArray ? JsonRows.Array(utf8, _map, stop) : JsonRows.Lines(utf8, _map, stop);
    }

    private CatalogueRow Drafted(SourceRow row, SlugColumns slugs)
    {
        var (fragrance, rejection) = row.Problem is { } problem ? (null, problem) : FragranceDraft.From(row, slugs, _latestYear);
        return new CatalogueRow(row.Number, row.Line, fragrance, rejection, rejection is null ? "" : row.Excerpt.ReplaceLineEndings(" ").Trim());
    }
}
