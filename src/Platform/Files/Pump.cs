namespace Colonnade.Platform.Files;

/// <summary>
/// Reads one file and writes another through two buffers of 80 KB; a span that was read is good until the next reading.
/// </summary>
internal sealed class Pump(Stream source, Stream target)
{
    private readonly byte[] _in = new byte[80 * 1024];
    private readonly byte[] _out = new byte[80 * 1024];
    private int _at;
    private int _end;
    private int _filled;

    /// <summary>The next <paramref name="count"/> bytes, at most 64 KB.</summary>
    /// <exception cref="BrokenImageException">The file ends before.</exception>
    public ReadOnlySpan<byte> Read(int count)
    {
        var bytes = Peek(count);
        _at += count;
        return bytes;
    }

    /// <summary>The same, to be read again.</summary>
    public ReadOnlySpan<byte> Peek(int count)
    {
        while (_end - _at < count)
            Fill();
        return _in.AsSpan(_at, count);
    }

    public void Write(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > _out.Length - _filled)
            Flush();
        bytes.CopyTo(_out.AsSpan(_filled));
        _filled += bytes.Length;
    }

    public void Copy(long count)
    {
        while (count > 0)
        {
            if (_at == _end)
                Fill();
            var piece = (int)Math.Min(count, _end - _at);
            Write(_in.AsSpan(_at, piece));
            _at += piece;
            count -= piece;
        }
    }

    public void Skip(long count)
    {
        while (count > 0)
        {
            if (_at == _end)
                Fill();
            var piece = (int)Math.Min(count, _end - _at);
            _at += piece;
            count -= piece;
        }
    }

    /// <summary>Copies up to the next <paramref name="value"/>, which is left to be read.</summary>
    public void CopyUntil(byte value)
    {
        while (true)
        {
            if (_at == _end)
                Fill();
            var found = _in.AsSpan(_at, _end - _at).IndexOf(value);
            if (found >= 0)
            {
                Copy(found);
                return;
            }

            Copy(_end - _at);
        }
    }

    /// <summary>Writes over what was written before, at <paramref name="position"/> of the target.</summary>
    public void Patch(long position, ReadOnlySpan<byte> bytes)
    {
        Flush();
        var end = target.Position;
        target.Position = position;
        target.Write(bytes);
        target.Position = end;
    }

    public void Flush()
    {
        target.Write(_out, 0, _filled);
        _filled = 0;
    }

    private void Fill()
    {
        if (_at > 0)
        {
            _in.AsSpan(_at, _end - _at).CopyTo(_in);
            _end -= _at;
            _at = 0;
        }

        var read = source.Read(_in, _end, _in.Length - _end);
        if (read == 0)
            throw new BrokenImageException("The file is cut off.");
        _end += read;
    }
}
