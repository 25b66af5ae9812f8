using System.Text.Json;
using Colonnade.Testing;
using Microsoft.AspNetCore.Builder;
using Shouldly;
using Xunit;

namespace Colonnade.Sandbox.Tests;

public sealed class SandboxApp() : ProductFixture(SandboxProduct.Identity, SandboxProduct.Build);

public sealed class MailboxTests(SandboxApp app) : IClassFixture<SandboxApp>
{
    [Fact]
    public async Task A_mail_is_kept_and_found_by_its_recipient_newest_first()
    {
        await Send("first", "ada@example.com", "First");
        await app.Advance(TimeSpan.FromSeconds(1));
        var sent = (await Send("second", "ada@example.com", "Second")).ShouldBe(201);
        await Send("other", "zoe@example.com", "Other");

        var mails = (await app.Api.Get("/mail/messages?to=Ada@Example.com")).ShouldBe(200).Json;
        mails.EnumerateArray().Select(mail => mail.GetProperty("subject").GetString()).ShouldBe(["Second", "First"]);
        mails[0].EnumerateObject().Select(member => member.Name).ShouldBe(["id", "to", "from", "subject", "text", "html", "sentAt"]);
        mails[0].GetProperty("to").GetString().ShouldBe("ada@example.com");
        mails[0].GetProperty("from").GetString().ShouldBe("Letters <no-reply@localhost>");
        mails[0].GetProperty("sentAt").GetDateTimeOffset().ShouldBe(app.Clock.GetUtcNow());
        (await app.Api.Get(sent.Header("Location")!)).ShouldBe(200).Text.ShouldBe(mails[0].GetRawText());
        (await app.Api.Get("/mail/messages")).Json.EnumerateArray().Count(mail => mail.GetProperty("to").GetString() == "zoe@example.com").ShouldBe(1);
        (await app.Api.Get("/mail/messages?to=nobody@example.com")).ShouldBe(200).Text.ShouldBe("[]");
    }

    [Fact]
    public async Task The_same_mail_sent_many_times_at_once_is_one()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Send("again", "again@example.com", "Once")));
        answers.Select(answer => answer.ShouldBe(201).At("id").GetInt64()).Distinct().ShouldHaveSingleItem();
        (await app.Api.Get("/mail/messages?to=again@example.com")).Json.GetArrayLength().ShouldBe(1);
    }

    [Fact]
    public async Task Mails_outlive_a_restart_of_the_sandbox()
    {
        await Send("kept", "kept@example.com", "Kept");
        var next = await app.StartNode();
        (await SandboxApp.Of(next).Get("/mail/messages?to=kept@example.com")).Json.GetArrayLength().ShouldBe(1);
    }

    [Theory]
    [InlineData("{}", 400, "malformed")]
    [InlineData("""{"messageId":"<1>","from":"a@b","to":"","subject":"s","text":"","html":""}""", 400, "invalid")]
    [InlineData("""{"messageId":"<1>","from":"a@b","to":"a@b","subject":"s","text":"\u0000","html":""}""", 400, "malformed")]
    [InlineData("[", 400, "malformed")]
    public async Task What_is_no_mail_is_refused(string body, int status, string code) =>
        (await app.Api.Post("/mail/messages", body)).ShouldBe(status).At("error.code").GetString().ShouldBe(code);

    [Theory]
    [InlineData("GET", "/mail/messages/999999999", 404, "mail_not_found")]
    [InlineData("GET", "/mail/999999999", 404, "mail_not_found")]
    [InlineData("GET", "/v2/nothing", 404, "not_found")]
    [InlineData("PUT", "/mail/messages", 405, "method_not_allowed")]
    public async Task Refusals_have_one_plain_form(string method, string path, int status, string code)
    {
        var error = (await app.Api.Send(method, path)).ShouldBe(status).At("error");
        error.GetProperty("code").GetString().ShouldBe(code);
        error.GetProperty("message").GetString().ShouldNotBeNullOrEmpty();
    }

    [Fact]
    public async Task A_mail_is_shown_without_being_let_loose()
    {
        const string Hostile = """<p>Hi</p><script>alert(1)</script><img src="https://evil.example/pixel.png"><a href="https://example.com/open?a=1&amp;b=2">Open</a>" onload="alert(2)""";
        var id = (await Send("hostile", "hostile@example.com", "<b>Bold</b> & \"quoted\"", Hostile)).At("id").GetInt64();
        foreach (var path in new[] { $"/mail/{id}", $"/mail/{id}?to=hostile@example.com", "/mail?to=hostile@example.com" })
        {
            var page = (await app.Api.Get(path)).ShouldBe(200);
            page.Header("Content-Type").ShouldBe("text/html; charset=utf-8");
            page.Header("Content-Security-Policy").ShouldNotBeNull().ShouldContain("default-src 'none'");
            page.Header("Content-Security-Policy")!.ShouldNotContain("script-src");
            page.Text.ShouldContain("<h2>&lt;b&gt;Bold&lt;/b&gt; &amp; &quot;quoted&quot;</h2>");
            page.Text.ShouldNotContain("<script");
            page.Text.ShouldNotContain("<img");
            page.Text.ShouldContain("sandbox=\"allow-popups allow-popups-to-escape-sandbox\" srcdoc=\"&lt;base target=&quot;_blank&quot;&gt;&lt;p&gt;Hi&lt;/p&gt;");
            page.Text.ShouldContain("&quot; onload=&quot;alert(2)\"></iframe>");
        }
    }

    [Fact]
    public async Task A_mail_that_nobody_sent_is_an_empty_page()
    {
        (await app.Api.Get("/mail?to=%3Cnobody%3E@example.com")).ShouldBe(200).Text.ShouldContain("No mail to &lt;nobody&gt;@example.com.");
    }

    [Fact]
    public async Task The_front_page_says_what_lives_here()
    {
        var page = (await app.Api.Get("/")).ShouldBe(200);
        page.Text.ShouldContain("href=\"/mail\"");
        page.Text.ShouldContain("GET /mail/messages?to=");
    }

    [Fact]
    public void It_does_not_run_in_production()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Environment.EnvironmentName = "Production";
        Should.Throw<InvalidOperationException>(() => SandboxProduct.Build(builder));
    }

    private Task<Answer> Send(string id, string to, string subject, string html = "<p>Hello</p>") => Send(app, id, to, subject, html);

    internal static Task<Answer> Send(SandboxApp app, string id, string to, string subject, string html = "<p>Hello</p>") => app.Api.Post("/mail/messages", JsonSerializer.Serialize(new
    {
        messageId = $"<{id}@example.com>",
        from = "Letters <no-reply@localhost>",
        to,
        subject,
        text = "Hello",
        html,
    }));
}

public sealed class FullMailboxTests(SandboxApp app) : IClassFixture<SandboxApp>
{
    [Fact]
    public async Task The_newest_thousand_stay_until_all_are_deleted()
    {
        await app.Database.Execute(
            """
            insert into mails (message_id, sender, recipient, subject, text, html)
            select n::text, 'a@example.com', 'full@example.com', 'mail ' || n, '', '' from generate_series(1, 1005) n
            """, null, TestContext.Current.CancellationToken);
        (await MailboxTests.Send(app, "last", "full@example.com", "last")).ShouldBe(201);
        var subjects = (await app.Api.Get("/mail/messages")).Json.EnumerateArray().Select(mail => mail.GetProperty("subject").GetString()).ToList();
        subjects.Count.ShouldBe(1000);
        subjects[0].ShouldBe("last");
        subjects[^1].ShouldBe("mail 7");
        (await app.Database.One<long>("select count(*) from mails", null, TestContext.Current.CancellationToken)).ShouldBe(1000);

        (await app.Api.Delete("/mail/messages")).ShouldBe(204);
        (await app.Api.Get("/mail/messages")).Text.ShouldBe("[]");
        (await app.Api.Get("/mail")).Text.ShouldContain("No mail yet.");
    }
}
