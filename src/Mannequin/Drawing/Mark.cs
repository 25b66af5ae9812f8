using System.Numerics;

namespace Colonnade.Mannequin.Drawing;

/// <summary>A word in the corner of a picture, in letters of five by seven points.</summary>
internal static class Mark
{
    // Rows from the top, the leftmost point the highest bit of five.
    private static readonly Dictionary<char, string> Letters = new()
    {
        ['A'] = "EHHVHHH",
        ['B'] = "UHHUHHU",
        ['C'] = "EHGGGHE",
        ['D'] = "UHHHHHU",
        ['E'] = "VGGUGGV",
        ['F'] = "VGGUGGG",
        ['G'] = "EHGNHHF",
        ['H'] = "HHHVHHH",
        ['I'] = "E44444E",
        ['J'] = "72222IC",
        ['K'] = "HIKOKIH",
        ['L'] = "GGGGGGV",
        ['M'] = "HRLLHHH",
        ['N'] = "HHPLJHH",
        ['O'] = "EHHHHHE",
        ['P'] = "UHHUGGG",
        ['Q'] = "EHHHLID",
        ['R'] = "UHHUKIH",
        ['S'] = "FGGE11U",
        ['T'] = "V444444",
        ['U'] = "HHHHHHE",
        ['V'] = "HHHHHA4",
        ['W'] = "HHHLLLA",
        ['X'] = "HHA4AHH",
        ['Y'] = "HHHA444",
        ['Z'] = "V1248GV",
        ['0'] = "EHJLPHE",
        ['1'] = "4C4444E",
        ['2'] = "EH1248V",
        ['3'] = "V2421HE",
        ['4'] = "26AIV22",
        ['5'] = "VGU11HE",
        ['6'] = "68GUHHE",
        ['7'] = "V124888",
        ['8'] = "EHHEHHE",
        ['9'] = "EHHF12C",
    };

    /// <summary>Writes <paramref name="word"/> in the lower right corner: light, with a dark rim, so that it shows on any ground.</summary>
    public static void Write(Ink ink, int width, int height, string word)
    {
        var point = Math.Max(1, Math.Min(width, height) / 256);
        var (left, top) = (width - (word.Length * 6 + 2) * point, height - 10 * point);
        foreach (var (colour, opacity, grow) in (ReadOnlySpan<(Vector3, float, int)>)[(new Vector3(0.05f), 0.35f, point), (new Vector3(0.97f), 0.85f, 0)])
        {
            foreach (var (at, letter) in word.ToUpperInvariant().Index())
            {
                var rows = Letters[letter];
                for (var row = 0; row < 7; row++)
                {
                    // A digit of base 32.
                    var bits = rows[row] <= '9' ? rows[row] - '0' : rows[row] - 'A' + 10;
                    for (var column = 0; column < 5; column++)
                    {
                        if ((bits & (16 >> column)) == 0) continue;
                        var (x, y) = (left + (at * 6 + column) * point, top + row * point);
                        for (var dy = -grow; dy < point + grow; dy++)
                        {
                            for (var dx = -grow; dx < point + grow; dx++) ink.Put(x + dx, y + dy, colour, opacity);
                        }
                    }
                }
            }
        }
    }
}
