using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using Colonnade.Platform.Web;

namespace Colonnade.Platform.Accounts;

/// <summary>
/// An e-mail address as typed, and the key under which two spellings of it are the same: trimmed, the domain in lower
/// case and as punycode, the local part in lower case (invariant) and in Unicode's form C. Dots and <c>+tags</c> count.
/// </summary>
/// <remarks>Accepts what HTML's <c>type=email</c> accepts, letters beyond ASCII, and a domain of at least two labels; at most 254 bytes.</remarks>
public sealed class EmailAddress
{
    private const int Longest = 254;
    private const int LongestLocalPart = 64;
    private static readonly SearchValues<char> AsciiOfLocalPart = SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.!#$%&'*+/=?^_`{|}~-");
    private static readonly IdnMapping Idn = new() { UseStd3AsciiRules = true, AllowUnassigned = false };

    private EmailAddress(string text, string key)
    {
        Text = text;
        Key = key;
    }

    /// <summary>As typed, trimmed.</summary>
    public string Text { get; }

    /// <summary>For comparison; never shown.</summary>
    public string Key { get; }

    /// <summary>False when <paramref name="typed"/> is no address that mail could go to.</summary>
    public static bool TryParse(string? typed, [NotNullWhen(true)] out EmailAddress? address)
    {
        address = null;
        var text = typed?.Trim() ?? "";
        var at = text.LastIndexOf('@');
        if (at is < 1 or > LongestLocalPart || text.Length > Longest || Encoding.UTF8.GetByteCount(text) > Longest)
            return false;
        var local = text[..at];
        if (!IsLocalPart(local) || !TryDomain(text[(at + 1)..], out var domain))
            return false;
        address = new EmailAddress(text, local.Normalize(NormalizationForm.FormC).ToLowerInvariant() + "@" + domain);
        return true;
    }

    /// <summary>The same for what was found to be an address before.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static EmailAddress Parse(string typed) => TryParse(typed, out var address) ? address : throw new FormatException("Not an e-mail address.");

    /// <summary>The key of whatever was typed as a name at sign-in; no address that is one has a key like one that is none.</summary>
    internal static string KeyOf(string typed)
    {
        if (TryParse(typed, out var address))
            return address.Key;
        var start = typed.Length > Longest ? typed[..Longest] : typed;
        return WireText.IsStorable(start) ? "\n" + start.Trim().ToLowerInvariant() : "\n";
    }

    public override string ToString() => "e-mail address";

    private static bool IsLocalPart(string local)
    {
        if (local[0] == '.' || local[^1] == '.' || local.Contains("..", StringComparison.Ordinal))
            return false;
        foreach (var rune in local.EnumerateRunes())
        {
            if (rune.IsAscii ? !AsciiOfLocalPart.Contains((char)rune.Value) : rune == Rune.ReplacementChar || !IsPrintable(rune))
                return false;
        }

        return true;
    }

    private static bool IsPrintable(Rune rune) => Rune.GetUnicodeCategory(rune) is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned
        or UnicodeCategory.SpaceSeparator or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);

    private static bool TryDomain(string typed, out string domain)
    {
        domain = "";
        try
        {
            domain = Idn.GetAscii(typed).ToLowerInvariant();
        }
        catch (ArgumentException)
        {
            return false;
        }

        // The last label of an IP address is a number; no top-level domain's is.
        var top = domain.AsSpan(domain.LastIndexOf('.') + 1);
        return domain.Length <= 253 && top.Length is > 0 and < 64 && top.Length < domain.Length && !char.IsAsciiDigit(top[0]);
    }
}
