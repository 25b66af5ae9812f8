using System.Globalization;
using System.Text;

namespace Colonnade.Fragrances.Catalogue;

/// <summary>
/// The report of rows that were not taken: a CSV file with row, line, reason and how the row begins. It is written when
/// the first one comes; where it cannot be written the import goes on without it.
/// </summary>
public sealed class RejectedRows(string path) : IAsyncDisposable
{
    private StreamWriter? _writer;

    public string Path { get; } = path;

    public int Count { get; private set; }

    /// <summary>Why the report could not be written; null when it could, or was not needed.</summary>
    public string? Failure { get; private set; }

    public async Task Add(CatalogueRow row)
    {
        Count++;
        if (Failure is not null)
            return;
        try
        {
            if (_writer is null)
            {
                _writer = new StreamWriter(Path, append: false, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)) { NewLine = "\n" };
                await _writer.WriteLineAsync("row,line,reason,begins");
            }
            await _writer.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{row.Number},{row.Line},{Quoted(row.Rejection ?? "")},{Quoted(row.Excerpt)}"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Failure = e.Message;
        }
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            if (_writer is not null)
                await _writer.DisposeAsync();
        }
        catch (IOException e)
        {
            Failure = e.Message;
        }
    }

    private static string Quoted(string text) => $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
