using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Colonnade.Fragrances.Catalogue;
using Shouldly;
using Xunit;

namespace Colonnade.Fragrances.Tests.Catalogue;

public sealed class StoredJsonTests
{
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static TheoryData<string, string[]> Texts => new()
    {
        { "Sauvage", ["Bergamot", "Pepper"] },
        { "", [] },
        { "\u0000\u0001\u000e\n\t\"\\", ["\u0002", "\\"] },
        { "\",\"launchYear\":", ["\",\"brand\":{\"id\":", "],\"baseNotes\":["] },
        { "Flor de almendro 🌸 \u007f", ["launchYear", ",\"name\":\"", "middleNotes"] },
    };

    [Theory]
    [MemberData(nameof(Texts))]
    public void It_is_given_back_as_it_was_and_kept_shorter(string text, string[] notes)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(new
        {
            id = 1,
            name = text,
            brand = new { id = 2, name = text },
            description = text,
            launchYear = notes.Length == 0 ? null : (int?)2015,
            concentration = text,
            gender = text,
            topNotes = notes,
            middleNotes = notes,
            baseNotes = notes,
            fragranceFamily = text,
            priceRange = text,
            popularityScore = notes.Length == 0 ? null : (float?)0.5f,
            imageUrl = text,
        }, Plain).AsSpan()[..^1];

        var (stored, written) = (new ArrayBufferWriter<byte>(), new ArrayBufferWriter<byte>());
        StoredJson.Shorten(json, stored);
        StoredJson.Write(stored.WrittenSpan, written);

        written.WrittenSpan.SequenceEqual(json).ShouldBeTrue();
        stored.WrittenCount.ShouldBeLessThan(json.Length - 200);
    }
}
