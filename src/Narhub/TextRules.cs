using System.ComponentModel.DataAnnotations;
using System.Text;
using Colonnade.Platform.Accounts;

namespace Colonnade.Narhub;

/// <summary>Rules that several bodies share, in the document's words; null is no flaw.</summary>
internal static class TextRules
{
    public const int ShortestName = 2;
    public const int LongestName = 100;
    public const int LongestCompany = 200;

    public static string? FlawOfName(string name) => Length(name) is < ShortestName or > LongestName ? NarhubErrors.NameLength : null;

    public static string? FlawOfCompany(string company) => Length(company) > LongestCompany ? "Company must have at most 200 characters" : null;

    /// <param name="password">As typed.</param>
    /// <param name="tooShort">The sentence differs from route to route.</param>
    public static string? FlawOfPassword(string password, string tooShort) =>
        Encoding.UTF8.GetByteCount(password) > Passwords.LongestBytes ? NarhubErrors.LongPassword
        : password.EnumerateRunes().Take(Passwords.Shortest).Count() < Passwords.Shortest ? tooShort
        : null;

    public static ValidationResult Broken(string message, params string[] members) => new(message, members);

    /// <summary>In code points of the trimmed text, as the schema counts.</summary>
    private static int Length(string text) => text.Trim().EnumerateRunes().Count();
}
