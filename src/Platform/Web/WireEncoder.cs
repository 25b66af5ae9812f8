using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;

namespace Colonnade.Platform.Web;

/// <summary>
/// JSON text with the escapes that RFC 8259, 7 demands and no others. The framework's relaxed encoder also writes every character
/// beyond the Basic Multilingual Plane as two escapes, six bytes each: "🛡" is one character here.
/// </summary>
/// <remarks>For answers that nothing but a JSON parser reads: they are <c>application/json</c> with <c>nosniff</c>.</remarks>
internal sealed class WireEncoder : JavaScriptEncoder
{
    public static readonly WireEncoder Instance = new();

    private const string Controls =
        "\u0000\u0001\u0002\u0003\u0004\u0005\u0006\u0007\u0008\u0009\u000a\u000b\u000c\u000d\u000e\u000f"
        + "\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f\u007f";

    private static readonly SearchValues<char> Escaped = SearchValues.Create(Controls + "\"\\");
    private static readonly SearchValues<byte> EscapedBytes = SearchValues.Create([.. (Controls + "\"\\").Select(character => (byte)character)]);

    private WireEncoder()
    {
    }

    public override int MaxOutputCharactersPerInputCharacter => 6;

    public override bool WillEncode(int unicodeScalar) => unicodeScalar < 128 && Escaped.Contains((char)unicodeScalar);

    public override unsafe int FindFirstCharacterToEncode(char* text, int textLength)
    {
        var characters = new ReadOnlySpan<char>(text, textLength);
        var escaped = characters.IndexOfAny(Escaped);
        var readable = escaped < 0 ? characters : characters[..escaped];
        var half = readable.IndexOfAnyInRange('\uD800', '\uDFFF');
        // Half a character is nothing that UTF-8 could hold: what follows it is looked at one by one.
        for (; half >= 0 && half < readable.Length; half++)
        {
            if (!char.IsSurrogate(readable[half]))
                continue;
            if (half + 1 == readable.Length || !char.IsSurrogatePair(readable[half], readable[half + 1]))
                return half;
            half++;
        }

        return escaped;
    }

    public override int FindFirstCharacterToEncodeUtf8(ReadOnlySpan<byte> utf8Text) => utf8Text.IndexOfAny(EscapedBytes);

    public override unsafe bool TryEncodeUnicodeScalar(int unicodeScalar, char* buffer, int bufferLength, out int numberOfCharactersWritten)
    {
        var target = new Span<char>(buffer, bufferLength);
        if (unicodeScalar is '"' or '\\' or '\b' or '\f' or '\n' or '\r' or '\t')
        {
            numberOfCharactersWritten = 2;
            return target.Length >= 2 && $"\\{Short(unicodeScalar)}".TryCopyTo(target);
        }

        return target.TryWrite(CultureInfo.InvariantCulture, $"\\u{unicodeScalar:x4}", out numberOfCharactersWritten);
    }

    private static char Short(int unicodeScalar) => unicodeScalar switch
    {
        '\b' => 'b',
        '\f' => 'f',
        '\n' => 'n',
        '\r' => 'r',
        '\t' => 't',
        _ => (char)unicodeScalar,
    };
}
