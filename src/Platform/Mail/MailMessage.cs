using System.Net.Mail;

namespace Colonnade.Platform.Mail;

/// <summary>One mail as it leaves the house, whichever way.</summary>
/// <remarks>
/// What becomes a header holds no control characters, so nothing can add a header or a recipient: the constructor
/// throws <see cref="ArgumentException"/> otherwise, without naming the value.
/// </remarks>
public sealed record MailMessage
{
    public MailMessage(string to, string subject, string text, string html)
    {
        // It comes back in Unicode's form C, in which addresses travel (RFC 6532).
        To = IsHeader(to) && MailAddress.TryCreate(to, out var address) && address.Address == to.Normalize()
            ? address.Address
            : throw new ArgumentException("Not one plain mail address.", nameof(to));
        Subject = IsHeader(subject) && subject.Length > 0
            ? subject
            : throw new ArgumentException("A subject is one line.", nameof(subject));
        Text = text;
        Html = html;
    }

    /// <summary>One address, without a name.</summary>
    public string To { get; }

    public string Subject { get; }

    /// <summary>The whole plain-text part.</summary>
    public string Text { get; }

    /// <summary>The whole HTML part, a document.</summary>
    public string Html { get; }

    /// <summary>With or without a name: <c>Fragrances &lt;no-reply@example.com&gt;</c>.</summary>
    public required MailAddress From { get; init; }

    /// <summary>With angle brackets. The same whenever the same mail is sent again.</summary>
    public required string MessageId { get; init; }

    private static bool IsHeader(string value) => !value.AsSpan().ContainsAnyInRange('\0', '\u001f') && !value.AsSpan().ContainsAny("\u007f\u0085\u2028\u2029");
}

/// <summary>A way out for mails: the process's edge.</summary>
public interface IMailSender
{
    /// <summary>Hands <paramref name="mail"/> over. Returning means the other side has taken it.</summary>
    /// <exception cref="MailRefusedException">It never will: trying again is pointless.</exception>
    /// <exception cref="MailNotSentException">It did not this time.</exception>
    Task Send(MailMessage mail, CancellationToken stop);
}

/// <summary>The recipient does not exist or is refused for good.</summary>
public sealed class MailRefusedException(string reason) : Exception(reason);

/// <summary>The mail was not taken; it may be the next time. The message names no recipient.</summary>
public sealed class MailNotSentException(string reason, Exception? cause = null) : Exception(reason, cause);
