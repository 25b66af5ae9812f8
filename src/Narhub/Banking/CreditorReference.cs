namespace Colonnade.Narhub.Banking;

/// <summary>
/// A structured creditor reference (ISO 11649): <c>RF</c>, two check digits (mod 97-10), and up to 21 letters and digits. Banks
/// check it while it is typed, so that a payment with one hardly ever arrives without its order.
/// </summary>
public static class CreditorReference
{
    private const int LongestBody = 21;

    /// <summary><c>NH-ABC123-XYZ</c> becomes <c>RF</c>, check digits, <c>NHABC123XYZ</c>.</summary>
    /// <exception cref="ArgumentException">Nothing, or more than 21 letters and digits, or others than those.</exception>
    public static string Of(string reference)
    {
        var body = reference.Replace("-", "", StringComparison.Ordinal).ToUpperInvariant();
        if (body.Length is 0 or > LongestBody || !body.All(char.IsAsciiLetterOrDigit))
            throw new ArgumentException("A creditor reference takes 1 to 21 letters and digits.", nameof(reference));
        return "RF" + Mod97.CheckDigits(body + "RF") + body;
    }

    /// <summary>Whether it is one; blanks and small letters are taken.</summary>
    public static bool IsValid(string text)
    {
        var compact = text.Replace(" ", "", StringComparison.Ordinal).ToUpperInvariant();
        return compact.Length is > 4 and <= 4 + LongestBody
            && compact.StartsWith("RF", StringComparison.Ordinal)
            && char.IsAsciiDigit(compact[2]) && char.IsAsciiDigit(compact[3])
            && compact.All(char.IsAsciiLetterOrDigit)
            && Mod97.Of(compact[4..] + compact[..4]) == 1;
    }
}
