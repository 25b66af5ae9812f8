using System.Text;

namespace Colonnade.Fragrances.Catalogue;

/// <summary>
/// UTF-8 in which every byte that is not UTF-8 is read as Windows-1252, the superset of ISO-8859-1 that files
/// labelled ISO-8859-1 are written in (https://encoding.spec.whatwg.org/#names-and-labels).
/// So both encodings are read without asking, and so are files glued together from both.
/// </summary>
internal static class MixedEncoding
{
    public static readonly Encoding Instance = Encoding.GetEncoding("utf-8", EncoderFallback.ExceptionFallback, new Windows1252Fallback());

    /// <summary>The encoding that the beginning of a file shows: by its byte order mark, or by the zero bytes of UTF-16.</summary>
    public static Encoding Of(ReadOnlySpan<byte> start)
    {
        if (start.StartsWith((byte[])[0xFF, 0xFE]))
            return Encoding.Unicode;
        if (start.StartsWith((byte[])[0xFE, 0xFF]))
            return Encoding.BigEndianUnicode;
        var (even, odd) = (0, 0);
        for (var i = 0; i + 1 < start.Length; i += 2)
        {
            even += start[i] == 0 ? 1 : 0;
            odd += start[i + 1] == 0 ? 1 : 0;
        }
        var most = start.Length / 4;
        return odd > most && even == 0 ? Encoding.Unicode : even > most && odd == 0 ? Encoding.BigEndianUnicode : Instance;
    }

    private sealed class Windows1252Fallback : DecoderFallback
    {
        public override int MaxCharCount => 4;

        public override DecoderFallbackBuffer CreateFallbackBuffer() => new Buffer();
    }

    private sealed class Buffer : DecoderFallbackBuffer
    {
        private static readonly char[] Characters = CodePagesEncodingProvider.Instance.GetEncoding(1252)!
            .GetChars([.. Enumerable.Range(0, 256).Select(i => (byte)i)]);

        private byte[] _bytes = [];
        private int _next;

        public override int Remaining => _bytes.Length - _next;

        public override bool Fallback(byte[] bytesUnknown, int index)
        {
            (_bytes, _next) = (bytesUnknown, 0);
            return bytesUnknown.Length > 0;
        }

        public override char GetNextChar() => _next < _bytes.Length ? Characters[_bytes[_next++]] : '\0';

        public override bool MovePrevious()
        {
            if (_next == 0)
                return false;
            _next--;
            return true;
        }

        public override void Reset() => (_bytes, _next) = ([], 0);
    }
}
