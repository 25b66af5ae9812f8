using Colonnade.Platform.Web;

namespace Colonnade.Platform.Mail;

/// <summary>What letters are made of beside paragraphs; it fits the frame around all mails, in light and dark.</summary>
public static class MailParts
{
    public static Html Paragraph(string text) => Html.Of($"""<p style="margin:0 0 16px">{text}</p>""");

    /// <summary>A link that looks like a button.</summary>
    /// <param name="label">What happens behind it.</param>
    /// <param name="url">Absolute, http or https.</param>
    public static Html Button(string label, string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
            ? Html.Of($"""<p style="margin:24px 0"><a href="{url}" class="button" style="display:inline-block;padding:12px 22px;border-radius:6px;background:#1f4f46;color:#ffffff;text-decoration:none;font-weight:600">{label}</a></p>""")
            : throw new ArgumentException("A button leads to an absolute http or https URL.", nameof(url));

    /// <summary>Names and values, one pair a line.</summary>
    public static Html Facts(IEnumerable<(string Name, string Value)> facts) => Html.Of(
        $"""
        <table role="presentation" cellpadding="0" cellspacing="0" border="0" style="margin:0 0 16px">
        {Html.Join(facts.Select(fact => Html.Of($"""<tr><td class="quiet" style="padding:2px 16px 2px 0;vertical-align:top;color:#5d6864">{fact.Name}</td><td style="padding:2px 0;vertical-align:top">{fact.Value}</td></tr>""")))}
        </table>
        """);

    /// <summary>A code to be typed in, large and easy to copy.</summary>
    public static Html Code(string code) =>
        Html.Of($"""<p class="code" style="margin:24px 0;padding:16px;border-radius:6px;background:#f1efe9;font-family:ui-monospace,Menlo,Consolas,monospace;font-size:30px;letter-spacing:6px;text-align:center">{code}</p>""");
}
