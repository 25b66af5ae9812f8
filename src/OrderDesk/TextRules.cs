using System.ComponentModel.DataAnnotations;
using System.Text.RegularExpressions;
using Colonnade.Platform.Accounts;
using Colonnade.Platform.Web;

namespace Colonnade.OrderDesk;

/// <summary>
/// A rule of one field in its document's words, for a body that must have the field and, over <see cref="Change{T}"/>, for
/// one that may. Absent where it must be, and null, read like an empty text.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public abstract class TextRuleAttribute : ValidationAttribute
{
    protected sealed override ValidationResult? IsValid(object? value, ValidationContext validationContext)
    {
        var flaw = value is Change<string> change ? change.IsSet ? FlawOf(change.Value ?? "") : null : FlawOf(value as string ?? "");
        return flaw is null ? ValidationResult.Success : new ValidationResult(flaw, [validationContext.MemberName!]);
    }

    /// <summary>The rule in a few words, for the reference.</summary>
    public abstract string Summary { get; }

    /// <summary>All there is to choose from, where that is so.</summary>
    public virtual IReadOnlyList<string>? Choices => null;

    /// <summary>How many characters it has at least, for the reference.</summary>
    public virtual int? Least => null;

    /// <summary>How many characters it has at most, for the reference.</summary>
    public virtual int? Most => null;

    /// <summary>As a regular expression, for the reference.</summary>
    public virtual string? Pattern => null;

    /// <summary>In JSON Schema's words, for the reference.</summary>
    public virtual string? Format => null;

    /// <summary>Null when there is none.</summary>
    protected abstract string? FlawOf(string text);
}

public sealed class EmailRuleAttribute : TextRuleAttribute
{
    public override string Summary => "An e-mail address";

    public override string Format => "email";

    protected override string? FlawOf(string text) => EmailAddress.TryParse(text, out _) ? null : OrderDeskErrors.InvalidEmail;
}

/// <summary>A password somebody wants to have.</summary>
public sealed class NewPasswordRuleAttribute : TextRuleAttribute
{
    public override string Summary => "At least 8 characters, at most 1024 bytes";

    public override int? Least => Passwords.Shortest;

    public override int? Most => Passwords.LongestBytes;

    protected override string? FlawOf(string text) =>
        System.Text.Encoding.UTF8.GetByteCount(text) > Passwords.LongestBytes ? "Password must have at most 1024 bytes"
        : text.EnumerateRunes().Take(Passwords.Shortest).Count() < Passwords.Shortest ? OrderDeskErrors.ShortPassword
        : null;
}

/// <summary>A code as typed: six characters or more, whatever they are.</summary>
public sealed class CodeRuleAttribute : TextRuleAttribute
{
    public override string Summary => "At least 6 characters";

    public override int? Least => 6;

    protected override string? FlawOf(string text) => text.Trim().Length >= 6 ? null : "Code must be at least 6 characters long";
}

public sealed class TitleRuleAttribute : TextRuleAttribute
{
    private const int Longest = 500;

    public override string Summary => "1 to 500 characters after trimming";

    public override int? Least => 1;

    protected override string? FlawOf(string text) => text.Trim().Length switch
    {
        0 => OrderDeskErrors.NoTitle,
        > Longest => "Title must have at most 500 characters",
        _ => null,
    };
}

public sealed partial class PriceRuleAttribute : TextRuleAttribute
{
    /// <summary>As a regular expression.</summary>
    internal const string Form = @"^[0-9]+(\.[0-9]{1,2})?$";

    private const int MostDigits = 12;

    public override string Summary => "A number with up to 2 decimal places and 12 digits, as a string (or a number); it comes back as it was sent";

    public override string Pattern => Form;

    internal static bool IsPrice(string text) => Price().IsMatch(text) && text.Count(char.IsAsciiDigit) <= MostDigits;

    protected override string? FlawOf(string text) => IsPrice(text) ? null : OrderDeskErrors.InvalidPrice;

    [GeneratedRegex(@"\A[0-9]+(\.[0-9]{1,2})?\z", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Price();
}

/// <summary>An absolute http or https URL: a link is clicked on, so that nothing else will do.</summary>
public sealed class LinkRuleAttribute : TextRuleAttribute
{
    private const int Longest = 2048;

    public override string Summary => "An absolute http or https URL of at most 2048 characters";

    public override int? Most => Longest;

    public override string Format => "uri";

    protected override string? FlawOf(string text) =>
        text.Length <= Longest
        && (text.StartsWith("http://", StringComparison.OrdinalIgnoreCase) || text.StartsWith("https://", StringComparison.OrdinalIgnoreCase))
        && !text.Any(character => char.IsWhiteSpace(character) || char.IsControl(character) || character is '\\' or '<' or '>' or '"')
        && Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Host.Length > 0
            ? null
            : OrderDeskErrors.InvalidLink;
}

public sealed class StatusRuleAttribute : TextRuleAttribute
{
    internal static readonly string[] All = ["active", "draft"];

    public override string Summary => "active or draft";

    public override IReadOnlyList<string> Choices => All;

    protected override string? FlawOf(string text) => All.Contains(text, StringComparer.Ordinal) ? null : OrderDeskErrors.InvalidStatus;
}
