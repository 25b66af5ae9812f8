using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Colonnade.Platform.Web;

namespace Colonnade.OrderDesk;

/// <summary>
/// A price as its text: a string as it was sent, a number in decimal notation. What is neither is no price, which its rule
/// then says in the document's words.
/// </summary>
public sealed class PriceConverter : JsonConverter<string?>
{
    public override bool HandleNull => true;

    public override string Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.String:
                return ((JsonConverter<string>)options.GetConverter(typeof(string))).Read(ref reader, typeof(string), options) ?? "";
            case JsonTokenType.Number:
                return reader.TryGetDecimal(out var number) ? number.ToString(CultureInfo.InvariantCulture) : "";
            default:
                // Not Skip, which refuses while more of the body may come; the value itself is always there whole.
                reader.TrySkip();
                return "";
        }
    }

    public override void Write(Utf8JsonWriter writer, string? value, JsonSerializerOptions options) => writer.WriteStringValue(value);
}

/// <summary>The same where it may be absent.</summary>
public sealed class ChangedPriceConverter : JsonConverter<Change<string>>
{
    private static readonly PriceConverter Price = new();

    public override bool HandleNull => true;

    public override Change<string> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        new(Price.Read(ref reader, typeof(string), options));

    public override void Write(Utf8JsonWriter writer, Change<string> value, JsonSerializerOptions options) => Price.Write(writer, value.Value, options);
}
