using System.Runtime.CompilerServices;

namespace Colonnade.Fragrances.Catalogue;

/// <summary>A value of a JSON file, still as bytes that are valid until the next one is asked for; or why it has no end.</summary>
internal readonly record struct JsonPiece(int Line, ReadOnlyMemory<byte> Bytes, string? Problem);

/// <summary>
/// Cuts JSON files into their rows without loading them whole and without understanding them, so that a malformed row
/// does not hide the ones behind it. A row is at most 1 MB.
/// </summary>
internal sealed class JsonPieces(Stream utf8)
{
    public const int MostBytes = 1 << 20;

    private byte[] _bytes = new byte[64 * 1024];
    private int _start;
    private int _end;
    private int _line = 1;
    private bool _ended;

    // How the first element of the array is laid out: what stands between the line break and its brace.
    private byte[]? _indentation;

    private enum Cut { Whole, MoreNeeded, Unbalanced }

    /// <summary>One piece for each line that is not blank.</summary>
    public async IAsyncEnumerable<JsonPiece> Lines([EnumeratorCancellation] CancellationToken stop)
    {
        await SkipByteOrderMark(stop);
        var tooLong = false;
        while (true)
        {
            var length = _bytes.AsSpan(_start, _end - _start).IndexOf((byte)'\n');
            if (length < 0 && !_ended)
            {
                if (_end - _start > MostBytes)
                    (_start, tooLong) = (_end, true);
                await Fill(stop);
                continue;
            }
            var last = length < 0;
            length = last ? _end - _start : length;
            var line = _bytes.AsMemory(_start, length);
            if (tooLong)
                yield return new JsonPiece(_line, line[..0], "the line is longer than 1 MB");
            else if (line.Span.ContainsAnyExcept(" \t\r"u8))
                yield return new JsonPiece(_line, line, null);
            if (last)
                yield break;
            tooLong = false;
            _start += length + 1;
            _line++;
        }
    }

    /// <summary>One piece for each element of the array that the file consists of.</summary>
    public async IAsyncEnumerable<JsonPiece> Elements([EnumeratorCancellation] CancellationToken stop)
    {
        await SkipByteOrderMark(stop);
        if (await Next(stop) == '[')
            _start++;
        while (await Next(stop) is { } first and not (byte)']')
        {
            _indentation ??= first == '{' ? Indentation() : null;
            int length;
            Cut cut;
            while ((cut = Measure(out length)) == Cut.MoreNeeded && !_ended && _end - _start <= MostBytes)
                await Fill(stop);
            if (cut == Cut.Whole)
            {
                yield return new JsonPiece(_line, _bytes.AsMemory(_start, length), null);
                Pass(length);
                continue;
            }
            var (line, beginning) = (_line, _bytes.AsMemory(_start, Math.Min(200, _end - _start)));
            yield return new JsonPiece(line, beginning,
                cut == Cut.Unbalanced ? "its quotes or brackets do not match"
                : _ended ? "the file ends before this row does"
                : "the row has no end within 1 MB; is a bracket or a quote missing?");
            await FindNextElement(stop);
        }
    }

    /// <summary>Skips blanks and commas; the byte that follows, or null at the end of the file.</summary>
    private async ValueTask<byte?> Next(CancellationToken stop)
    {
        while (true)
        {
            while (_start < _end && _bytes[_start] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n' or (byte)',')
                Pass(1);
            if (_start < _end)
                return _bytes[_start];
            if (_ended)
                return null;
            await Fill(stop);
        }
    }

    /// <summary>How long the value is that begins here.</summary>
    private Cut Measure(out int length)
    {
        Span<byte> open = stackalloc byte[64];
        var depth = 0;
        var inString = false;
        length = 0;
        for (var at = _start; at < _end; at++)
        {
            var b = _bytes[at];
            if (inString)
            {
                if (b == '\\')
                    at++;
                else if (b == '"')
                    inString = false;
                else if (b == '\n')
                    return Cut.Unbalanced;
                continue;
            }
            switch (b)
            {
                case (byte)'"':
                    inString = true;
                    continue;
                case (byte)'{' or (byte)'[':
                    if (depth == open.Length)
                        return Cut.Unbalanced;
                    open[depth++] = b;
                    continue;
                case (byte)'}' or (byte)']' when depth > 0:
                    if (open[--depth] != b - 2)
                        return Cut.Unbalanced;
                    if (depth > 0)
                        continue;
                    length = at + 1 - _start;
                    return Cut.Whole;
                case (byte)'}':
                    return Cut.Unbalanced;
                case (byte)',' or (byte)']' when depth == 0:
                    length = at - _start;
                    return Cut.Whole;
            }
        }
        return Cut.MoreNeeded;
    }

    /// <summary>After a row without an end: on to the next place that looks like the beginning of a row.</summary>
    private async ValueTask FindNextElement(CancellationToken stop)
    {
        Pass(Math.Min(1, _end - _start));
        while (true)
        {
            for (var at = _start; at < _end; at++)
            {
                if (_bytes[at] == '{' && (FollowsAnElement(at) || IsIndentedLikeTheFirst(at)))
                {
                    Pass(at - _start);
                    return;
                }
            }
            if (_ended)
            {
                Pass(_end - _start);
                return;
            }
            // What could become the "}," or the indentation before the next brace stays.
            Pass(Math.Max(0, _end - _start - 256));
            await Fill(stop);
        }
    }

    private bool FollowsAnElement(int at) => Before(Before(at, (byte)','), (byte)'}') >= 0;

    private int Before(int at, byte expected)
    {
        do
            at--;
        while (at >= 0 && _bytes[at] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n');
        return at >= 0 && _bytes[at] == expected ? at : -1;
    }

    private bool IsIndentedLikeTheFirst(int at) => _indentation is { } indentation
        && at >= indentation.Length && _bytes.AsSpan(at - indentation.Length, indentation.Length).SequenceEqual(indentation);

    private byte[]? Indentation()
    {
        var at = _start - 1;
        while (at >= 0 && _bytes[at] is (byte)' ' or (byte)'\t')
            at--;
        return at >= 0 && _bytes[at] == '\n' ? _bytes[at.._start] : null;
    }

    private void Pass(int length)
    {
        _line += _bytes.AsSpan(_start, length).Count((byte)'\n');
        _start += length;
    }

    private async ValueTask SkipByteOrderMark(CancellationToken stop)
    {
        while (_end < 3 && !_ended)
            await Fill(stop);
        if (_bytes.AsSpan(0, _end).StartsWith("\uFEFF"u8))
            _start = 3;
    }

    private async ValueTask Fill(CancellationToken stop)
    {
        if (_start > 0)
        {
            _bytes.AsSpan(_start, _end - _start).CopyTo(_bytes);
            (_start, _end) = (0, _end - _start);
        }
        if (_end == _bytes.Length)
            Array.Resize(ref _bytes, _bytes.Length * 2);
        var read = await utf8.ReadAsync(_bytes.AsMemory(_end), stop);
        _end += read;
        _ended = read == 0;
    }
}
