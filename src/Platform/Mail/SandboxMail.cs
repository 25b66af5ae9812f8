using System.Net;
using System.Net.Http.Json;
using Microsoft.Extensions.Configuration;

namespace Colonnade.Platform.Mail;

/// <summary>
/// Mail to the Sandbox's mailbox, in Development. Setting <c>Mail:Sandbox</c>: its root; by default the first of
/// <c>Sandbox:Urls</c>, else <c>http://localhost:3005</c>.
/// </summary>
internal sealed class SandboxMail : IMailSender, IDisposable
{
    private readonly HttpMessageInvoker _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, ConnectTimeout = TimeSpan.FromSeconds(5) });
    private readonly Uri _messages;

    public SandboxMail(IConfiguration configuration)
    {
        var root = configuration["Mail:Sandbox"] is { Length: > 0 } set ? set
            : configuration["Sandbox:Urls"] is { Length: > 0 } urls ? urls.Split(';')[0].Replace("//*", "//localhost", StringComparison.Ordinal).Replace("//0.0.0.0", "//localhost", StringComparison.Ordinal)
            : "http://localhost:3005";
        _messages = new Uri(root.TrimEnd('/') + "/mail/messages");
    }

    public async Task Send(MailMessage mail, CancellationToken stop)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, _messages)
        {
            Content = JsonContent.Create(new { mail.MessageId, From = mail.From.ToString(), mail.To, mail.Subject, mail.Text, mail.Html }),
        };
        try
        {
            using var answer = await _http.SendAsync(request, stop);
            if (answer.StatusCode != HttpStatusCode.Created)
                throw new MailNotSentException($"The Sandbox answered {(int)answer.StatusCode}.");
        }
        catch (HttpRequestException failure)
        {
            throw new MailNotSentException("The Sandbox cannot be reached.", failure);
        }
    }

    public void Dispose() => _http.Dispose();
}
