using System.Text.Json;
using Colonnade.Platform.Errors;
using Colonnade.Platform.Jobs;
using Colonnade.Platform.Mail;
using Colonnade.Platform.Web;
using Colonnade.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Colonnade.Platform.Tests.Mail;

/// <summary>A product that writes letters.</summary>
public abstract class MailApp(IReadOnlyDictionary<string, string?> settings) : ProductFixture(Identity, Build)
{
    private static readonly ProductIdentity Identity = new("Letters", 3997, typeof(Dialect).Assembly);

    protected override IReadOnlyDictionary<string, string?> Settings => settings;

    public static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async Task<Guid> Enqueue<T>(T job) where T : IJob
    {
        await using var work = await Database.Begin(Stop);
        var id = await work.Enqueue(job, Stop);
        await work.Commit(Stop);
        return id;
    }

    public Task<string?> State(Guid job) => Database.One<string>("select state || coalesce(': ' || error, '') from jobs where id = @job", new { job }, Stop);

    private static WebApplication Build(WebApplicationBuilder builder)
    {
        builder.AddProduct(Identity, new DummyErrors(), JsonNamingPolicy.CamelCase).AddMail();
        builder.Services.AddJobs(jobs => jobs.Add<MailGreeting>());
        var app = builder.Build();
        app.UseProduct();
        return app;
    }
}

public sealed record MailGreeting(string To, string Name, string Subject = "Grüße aus Łódź: Œillet № 5 🌸") : IJob
{
    public static string Kind => "mail_greeting";

    public static JobRules Rules => new() { MaxAttempts = 3 };

    public Task Run(JobRun run) => run.Services.GetRequiredService<Mailer>().Send(run, To, new Letter(
        Subject, "A greeting.",
        $"""
        Hello {Name},

        .a line that begins with a dot, and one that is long: {new string('x', 1200)}
        Your code is 012345.
        """,
        Html.Join(
        [
            MailParts.Paragraph($"Hello {Name},"),
            MailParts.Code("012345"),
            MailParts.Button("Open", run.Services.GetRequiredService<PublicUrl>().Of("/open?a=1&b=\"2\"")),
        ])));
}
