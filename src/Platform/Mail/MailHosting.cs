using Colonnade.Platform.Jobs;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Colonnade.Platform.Mail;

/// <summary>Gives a product its mail.</summary>
public static class MailHosting
{
    /// <summary>
    /// Registers <see cref="Mailer"/> and <see cref="MailSecurityNotice"/>. Mail goes over SMTP when
    /// <c>Mail:Smtp:Host</c> is set, else, in Development only, to the Sandbox.
    /// </summary>
    /// <exception cref="InvalidOperationException">Mail has no way out.</exception>
    public static WebApplicationBuilder AddMail(this WebApplicationBuilder builder)
    {
        if (!string.IsNullOrEmpty(builder.Configuration["Mail:Smtp:Host"]))
            builder.Services.AddSingleton<IMailSender, SmtpMail>();
        else if (builder.Environment.IsDevelopment())
            builder.Services.AddSingleton<IMailSender, SandboxMail>();
        else
            throw new InvalidOperationException("Set Mail__Smtp__Host to a mail server: outside Development no mail goes to the Sandbox.");
        builder.Services.AddSingleton<Mailer>();
        builder.Services.AddJobs(jobs => jobs.Add<MailSecurityNotice>());
        return builder;
    }
}
