using System.Text;
using System.Text.Json;
using Colonnade.Platform.Web;
using Shouldly;
using Xunit;

namespace Colonnade.Platform.Tests.Web;

public sealed class WireEncoderTests
{
    private static readonly JsonSerializerOptions Json = Make();

    [Theory]
    [InlineData("", "\"\"")]
    [InlineData("Zoë 🛡️ <b>&amp;'+`", "\"Zoë 🛡️ <b>&amp;'+`\"")]
    [InlineData("a\"b\\c/d", "\"a\\\"b\\\\c/d\"")]
    [InlineData("\b\f\n\r\t", "\"\\b\\f\\n\\r\\t\"")]
    [InlineData("\u0000\u001f\u007f", "\"\\u0000\\u001f\\u007f\"")]
    [InlineData("🛡\"🛡", "\"🛡\\\"🛡\"")]
    [InlineData("\u2028\u2029\uFEFF\uE000\uFFFD", "\"\u2028\u2029\uFEFF\uE000\uFFFD\"")]
    public void Only_what_json_demands_is_escaped(string text, string expected)
    {
        JsonSerializer.Serialize(text, Json).ShouldBe(expected, StringCompareShould.IgnoreLineEndings);
        // By the other way in: bytes that are UTF-8 already.
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Encoder = WireJson.Encoder }))
            writer.WriteStringValue(Encoding.UTF8.GetBytes(text));
        Encoding.UTF8.GetString(stream.ToArray()).ShouldBe(expected);
    }

    [Theory]
    [InlineData("\uD83D")]
    [InlineData("\uDEE1")]
    [InlineData("a\uD83Db")]
    [InlineData("🛡\uD83D")]
    [InlineData("\uDEE1\uD83D🛡\"")]
    public void Half_a_character_becomes_the_replacement_character(string text)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(text, Json);
        JsonSerializer.Deserialize<string>(json)!.ShouldBe(Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)));
    }

    [Fact]
    public void Whatever_is_written_is_read_back()
    {
        var random = new Random(7);
        for (var round = 0; round < 2_000; round++)
        {
            var text = new StringBuilder();
            for (var length = random.Next(40); length > 0; length--)
            {
                var scalar = random.Next(4) switch { 0 => random.Next(0x80), 1 => random.Next(0x800), 2 => random.Next(0xD800), _ => random.Next(0x10000, 0x110000) };
                text.Append(new Rune(scalar).ToString());
            }

            JsonSerializer.Deserialize<string>(JsonSerializer.SerializeToUtf8Bytes(text.ToString(), Json)).ShouldBe(text.ToString());
        }
    }

    private static JsonSerializerOptions Make()
    {
        var json = new JsonSerializerOptions();
        WireJson.Apply(json, JsonNamingPolicy.CamelCase);
        return json;
    }
}
