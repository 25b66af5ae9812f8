using System.Net;
using System.Net.Mail;
using System.Net.Mime;
using System.Text;
using Microsoft.Extensions.Configuration;
using Smtp = System.Net.Mail.MailMessage;

namespace Colonnade.Platform.Mail;

/// <summary>
/// Mail over SMTP. Settings: <c>Mail:Smtp:Host</c>, <c>Port</c> (587), <c>User</c>, <c>Password</c>,
/// <c>StartTls</c> (true), <c>TimeOut</c> (20 s). A connection for each mail; a server that stalls longer is left.
/// </summary>
internal sealed class SmtpMail(IConfiguration configuration) : IMailSender
{
    private readonly IConfigurationSection _settings = configuration.GetSection("Mail:Smtp");

    public async Task Send(MailMessage mail, CancellationToken stop)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var timeOut = _settings.GetValue("TimeOut", TimeSpan.FromSeconds(20));
        limit.CancelAfter(timeOut);
        using var client = new SmtpClient(_settings["Host"], _settings.GetValue("Port", 587))
        {
            EnableSsl = _settings.GetValue("StartTls", true),
            DeliveryFormat = SmtpDeliveryFormat.International,
            Credentials = _settings["User"] is { Length: > 0 } user ? new NetworkCredential(user, _settings["Password"]) : null,
        };
        using var message = Compose(mail);
        try
        {
            await client.SendMailAsync(message, limit.Token).WaitAsync(limit.Token);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            throw new MailNotSentException($"The mail server did not answer within {timeOut}.");
        }
        // The exceptions of SmtpClient quote the server, and the server quotes the recipient: only the status goes on.
        catch (SmtpFailedRecipientException refused) when (IsForGood(refused.StatusCode))
        {
            throw new MailRefusedException($"The mail server refused the recipient ({(int)refused.StatusCode}).");
        }
        catch (SmtpException failure)
        {
            throw new MailNotSentException($"The mail server did not take the mail ({(int)failure.StatusCode}, {failure.GetBaseException().GetType().Name}).");
        }
    }

    private static bool IsForGood(SmtpStatusCode status) => status is
        SmtpStatusCode.MailboxUnavailable or SmtpStatusCode.MailboxNameNotAllowed or SmtpStatusCode.UserNotLocalTryAlternatePath or SmtpStatusCode.SyntaxError;

    private static Smtp Compose(MailMessage mail)
    {
        var message = new Smtp(mail.From, new MailAddress(mail.To))
        {
            Subject = mail.Subject,
            SubjectEncoding = Encoding.UTF8,
            HeadersEncoding = Encoding.UTF8,
            Headers = { ["Message-ID"] = mail.MessageId, ["Auto-Submitted"] = "auto-generated" },
        };
        // Clients show the last part they understand.
        message.AlternateViews.Add(Part(mail.Text, MediaTypeNames.Text.Plain));
        message.AlternateViews.Add(Part(mail.Html, MediaTypeNames.Text.Html));
        return message;
    }

    private static AlternateView Part(string content, string type)
    {
        var part = AlternateView.CreateAlternateViewFromString(content, Encoding.UTF8, type);
        part.TransferEncoding = TransferEncoding.QuotedPrintable;
        return part;
    }
}
