using System.Buffers;

namespace Colonnade.Fragrances.Catalogue;

/// <summary>
/// JSON of a fragrance as it is kept: the names of its members, a quarter of it and the same in all, are one byte each. Control characters
/// stand for them, which JSON has only escaped.
/// </summary>
public static class StoredJson
{
    /// <summary>In the order in which <c>CatalogueReader</c> writes them. Their quotes keep them apart from any text, where quotes are escaped.</summary>
    private static readonly byte[][] Phrases =
    [
        [.. "{\"id\":"u8], [.. ",\"name\":\""u8], [.. "\",\"brand\":{\"id\":"u8], [.. ",\"name\":\""u8], [.. "\"},\"description\":\""u8], [.. "\",\"launchYear\":"u8],
        [.. ",\"concentration\":\""u8], [.. "\",\"gender\":\""u8], [.. "\",\"topNotes\":["u8], [.. "],\"middleNotes\":["u8], [.. "],\"baseNotes\":["u8],
        [.. "],\"fragranceFamily\":\""u8], [.. "\",\"priceRange\":\""u8], [.. "\",\"popularityScore\":"u8], [.. ",\"imageUrl\":\""u8],
    ];

    private static readonly int PhraseBytes = Phrases.Sum(phrase => phrase.Length);

    public static void Shorten(ReadOnlySpan<byte> json, IBufferWriter<byte> into)
    {
        for (var number = 0; number < Phrases.Length; number++)
        {
            var at = json.IndexOf(Phrases[number]);
            into.Write(json[..at]);
            into.Write([(byte)number]);
            json = json[(at + Phrases[number].Length)..];
        }

        into.Write(json);
    }

    /// <summary>Writes what <see cref="Shorten"/> was given.</summary>
    public static void Write(ReadOnlySpan<byte> stored, IBufferWriter<byte> into)
    {
        var room = into.GetSpan(stored.Length + PhraseBytes);
        var written = 0;
        while (stored.IndexOfAnyInRange((byte)0, (byte)(Phrases.Length - 1)) is var at and >= 0)
        {
            var phrase = Phrases[stored[at]];
            stored[..at].CopyTo(room[written..]);
            phrase.CopyTo(room[(written + at)..]);
            written += at + phrase.Length;
            stored = stored[(at + 1)..];
        }

        stored.CopyTo(room[written..]);
        into.Advance(written + stored.Length);
    }
}
