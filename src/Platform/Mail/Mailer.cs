using Colonnade.Platform.Jobs;
using Colonnade.Platform.Web;
using Microsoft.Extensions.Configuration;
using Address = System.Net.Mail.MailAddress;

namespace Colonnade.Platform.Mail;

/// <summary>What a template says; the layout around it is the same for all mails.</summary>
/// <param name="Subject">One line.</param>
/// <param name="Preheader">What a list of mails shows beside the subject; one sentence.</param>
/// <param name="Text">The body of the plain-text part.</param>
/// <param name="Html">The same in paragraphs.</param>
public sealed record Letter(string Subject, string Preheader, string Text, Html Html);

/// <summary>
/// Sends letters from jobs, and only from there: a mail is wanted by a transaction, leaves when that has committed,
/// and is tried again until it is taken.
/// </summary>
/// <remarks>Setting <c>Mail:From</c>: an address, with or without a name; by default <c>no-reply@</c> the public URL's host.</remarks>
public sealed class Mailer
{
    private readonly IMailSender _sender;
    private readonly ProductIdentity _product;
    private readonly PublicUrl _url;
    private readonly Address _from;

    public Mailer(IMailSender sender, ProductIdentity product, PublicUrl url, IConfiguration configuration)
    {
        (_sender, _product, _url) = (sender, product, url);
        var host = new Uri(url.Root).Host;
        var from = configuration["Mail:From"];
        if (!Address.TryCreate(string.IsNullOrEmpty(from) ? $"no-reply@{host}" : from, out var address))
            throw new InvalidOperationException("Set Mail__From to a mail address, with or without a name before it.");
        _from = address.DisplayName.Length > 0 ? address : new Address(address.Address, product.Name);
    }

    /// <summary>
    /// Sends <paramref name="letter"/> as the work of the job <paramref name="run"/>. A recipient refused for good
    /// cancels the job; every other failure throws, for another attempt.
    /// </summary>
    public async Task Send(JobRun run, string to, Letter letter)
    {
        var mail = new MailMessage(to, letter.Subject, MailLayout.Text(letter, _product, _url), MailLayout.Html(letter, _product, _url))
        {
            From = _from,
            MessageId = $"<{run.JobId:N}@{_from.Host}>",
        };
        try
        {
            await _sender.Send(mail, run.Stop);
        }
        catch (MailRefusedException refused)
        {
            run.Cancel(refused.Message);
        }
    }
}
