using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Colonnade.Platform.Web;

/// <summary>
/// Reads JSON strings as text that can be stored and sent again: U+0000 and lone surrogates are refused as
/// malformed JSON (400), because PostgreSQL can hold neither.
/// </summary>
public sealed class WireText : JsonConverter<string>
{
    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.String)
            throw new JsonException("A string is expected here.");
        string? text;
        try
        {
            text = reader.GetString();
        }
        catch (InvalidOperationException broken)
        {
            throw new UnstorableTextException("The string is not valid Unicode.", broken);
        }

        if (text is not null && text.Contains('\0', StringComparison.Ordinal))
            throw new UnstorableTextException("The string holds U+0000.");
        return text;
    }

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(value);

    /// <summary>Whether <paramref name="text"/> is storable: no U+0000 and every surrogate has its pair.</summary>
    public static bool IsStorable(ReadOnlySpan<char> text)
    {
        if (text.Contains('\0'))
            return false;
        while (!text.IsEmpty)
        {
            if (Rune.DecodeFromUtf16(text, out _, out var read) != System.Buffers.OperationStatus.Done)
                return false;
            text = text[read..];
        }

        return true;
    }
}

/// <summary>A JSON string that is no text: U+0000 or half a character. The request is malformed, not merely of a wrong type.</summary>
public sealed class UnstorableTextException : JsonException
{
    public UnstorableTextException(string message, Exception? inner = null) : base(message, inner)
    {
    }
}
