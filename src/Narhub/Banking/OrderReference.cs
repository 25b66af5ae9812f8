using System.Security.Cryptography;

namespace Colonnade.Narhub.Banking;

/// <summary>
/// What a customer writes into a bank transfer: <c>NH-K7M2PQ-X4D</c>. Eight letters and digits are drawn, 40 bits; the ninth checks
/// them, so that one wrong letter or two swapped ones never name another order. There is no 0, O, 1 or I in it to be mixed up.
/// </summary>
public static class OrderReference
{
    private const string Prefix = "NH";
    private const string Alphabet = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
    private const int Drawn = 8;

    /// <summary>Draws a new one. That no other order has it is for the database to say.</summary>
    public static string Draw()
    {
        var body = new string(RandomNumberGenerator.GetItems<char>(Alphabet, Drawn));
        body += CheckLetter(body);
        return $"{Prefix}-{body[..6]}-{body[6..]}";
    }

    /// <summary>
    /// Every reference that may be meant somewhere in <paramref name="text"/>, each once, as they are written: in any case, with blanks
    /// and hyphens anywhere or nowhere, alone or inside a creditor reference (whose digits 0 and 1 may have become O and I).
    /// </summary>
    public static IReadOnlyList<string> FindAll(string text)
    {
        var letters = new string([.. text.Where(char.IsAsciiLetterOrDigit).Select(char.ToUpperInvariant)]);
        var found = new List<string>();
        for (var at = letters.IndexOf(Prefix, StringComparison.Ordinal); at >= 0; at = letters.IndexOf(Prefix, at + 1, StringComparison.Ordinal))
        {
            if (letters.Length - at < Prefix.Length + Drawn + 1)
                break;
            var body = letters.Substring(at + Prefix.Length, Drawn + 1);
            if (!IsChecked(body))
                continue;
            var reference = $"{Prefix}-{body[..6]}-{body[6..]}";
            if (!found.Contains(reference, StringComparer.Ordinal))
                found.Add(reference);
        }

        return found;
    }

    private static bool IsChecked(string body) => body.All(letter => Alphabet.Contains(letter, StringComparison.Ordinal)) && CheckLetter(body[..Drawn]) == body[Drawn];

    // Luhn's formula over 32 letters instead of ten digits.
    private static char CheckLetter(string body)
    {
        var sum = 0;
        for (var i = 0; i < body.Length; i++)
        {
            var code = Alphabet.IndexOf(body[i], StringComparison.Ordinal) * ((body.Length - i) % 2 == 1 ? 2 : 1);
            sum += code / Alphabet.Length + code % Alphabet.Length;
        }

        return Alphabet[(Alphabet.Length - sum % Alphabet.Length) % Alphabet.Length];
    }
}
