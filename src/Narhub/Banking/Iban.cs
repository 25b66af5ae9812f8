using System.Globalization;

namespace Colonnade.Narhub.Banking;

/// <summary>An international bank account number (ISO 13616): two letters, two check digits, up to 30 letters and digits.</summary>
public sealed record Iban
{
    private Iban(string text) => Text = text;

    /// <summary>Without blanks, in capitals.</summary>
    public string Text { get; }

    public string Country => Text[..2];

    /// <summary>In groups of four, as people read it.</summary>
    public string Printed => string.Join(' ', Text.Chunk(4).Select(group => new string(group)));

    /// <summary>Null unless it is one, by form and check digits; blanks and small letters are taken.</summary>
    public static Iban? Parse(string? text)
    {
        var compact = new string([.. (text ?? "").Where(letter => !char.IsWhiteSpace(letter)).Select(char.ToUpperInvariant)]);
        return compact.Length is >= 15 and <= 34
            && char.IsAsciiLetterUpper(compact[0]) && char.IsAsciiLetterUpper(compact[1])
            && char.IsAsciiDigit(compact[2]) && char.IsAsciiDigit(compact[3])
            && compact.All(letter => char.IsAsciiLetterUpper(letter) || char.IsAsciiDigit(letter))
            && Mod97.Of(compact[4..] + compact[..4]) == 1
            ? new Iban(compact)
            : null;
    }

    public override string ToString() => Text;
}

/// <summary>The remainder of ISO 7064 mod 97-10, in which a letter counts as two digits: A is 10, Z is 35.</summary>
internal static class Mod97
{
    /// <param name="text">Capital letters and digits only.</param>
    public static int Of(ReadOnlySpan<char> text)
    {
        var remainder = 0;
        foreach (var letter in text)
            remainder = char.IsAsciiDigit(letter) ? (remainder * 10 + letter - '0') % 97 : (remainder * 100 + letter - 'A' + 10) % 97;
        return remainder;
    }

    /// <summary>The two digits which, put before or after as the standard says, make the remainder 1.</summary>
    /// <param name="text">What is protected, then the letters of the scheme, without the digits.</param>
    public static string CheckDigits(string text) => (98 - Of(text + "00")).ToString("00", CultureInfo.InvariantCulture);
}
