using Colonnade.Platform.Keys;
using Colonnade.Platform.Mail;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace Colonnade.Platform.Tests.Mail;

public sealed class SandboxMailApp() : MailApp(new Dictionary<string, string?>(StringComparer.Ordinal));

public sealed class MailTests(SandboxMailApp app) : IClassFixture<SandboxMailApp>
{
    [Fact]
    public async Task A_mail_arrives_in_both_forms_and_nothing_in_it_is_markup_but_ours()
    {
        const string Name = "<script>alert('1')</script> & Zoë";
        await app.Enqueue(new MailGreeting("zoe@example.com", Name));
        await app.RunJobs();
        var mail = (await app.Mails("Zoe@Example.com")).ShouldHaveSingleItem();
        mail.To.ShouldBe("zoe@example.com");
        mail.From.ShouldBe("\"Letters\" <no-reply@localhost>");
        mail.Subject.ShouldBe("Grüße aus Łódź: Œillet № 5 🌸");
        mail.Text.ShouldContain("Hello " + Name);
        mail.Text.ShouldContain("\r\n-- \r\nLetters\r\nhttp://localhost:3997\r\n");
        mail.Html.ShouldContain("Hello &lt;script&gt;alert(&#x27;1&#x27;)&lt;/script&gt; &amp; Zoë");
        mail.Html.ShouldContain("href=\"http://localhost:3997/open?a=1&amp;b=&quot;2&quot;\"");
        mail.Html.ShouldNotContain("<script");
        mail.Html.ShouldNotContain("src=");
    }

    [Fact]
    public async Task A_job_that_runs_again_sends_the_same_mail()
    {
        var id = await app.Enqueue(new MailGreeting("again@example.com", "Ada"));
        await app.RunJobs();
        await app.Database.Execute("update jobs set state = 'waiting', finished_at = null where id = @id", new { id }, MailApp.Stop);
        await app.RunJobs();
        (await app.Mails("again@example.com")).ShouldHaveSingleItem();
    }

    [Theory]
    [InlineData("a@example.com\r\nBcc: b@example.com")]
    [InlineData("a@example.com, b@example.com")]
    [InlineData("Ada <a@example.com>")]
    [InlineData("a@example.com\u0085")]
    [InlineData("nobody")]
    [InlineData("")]
    public void Only_one_plain_address_is_a_recipient(string to) =>
        Should.Throw<ArgumentException>(() => Message(to, "Hello")).Message.ShouldNotContain("example.com");

    [Theory]
    [InlineData("rene\u0301@example.com")]
    [InlineData("jo@mu\u0308nchen.example")]
    public void An_address_typed_in_pieces_is_written_to_in_one(string to) => Message(to, "Hello").To.ShouldBe(to.Normalize());

    [Theory]
    [InlineData("Hello\r\nBcc: b@example.com")]
    [InlineData("Hello\nX: y")]
    [InlineData("Hello\u2028")]
    [InlineData("")]
    public void A_subject_is_one_line(string subject) => Should.Throw<ArgumentException>(() => Message("a@example.com", subject));

    [Fact]
    public void A_button_leads_to_the_web()
    {
        Should.Throw<ArgumentException>(() => MailParts.Button("Open", "javascript:alert(1)"));
        Should.Throw<ArgumentException>(() => MailParts.Button("Open", "/relative"));
    }

    [Theory]
    [InlineData(MailSecurityNotice.RefreshTokenReused, "A session was ended for your safety")]
    [InlineData(MailSecurityNotice.PasswordChanged, "Your password was changed")]
    [InlineData(MailSecurityNotice.PasswordReset, "Your password was reset")]
    [InlineData(MailSecurityNotice.EmailChanged, "Your e-mail address was changed")]
    [InlineData(MailSecurityNotice.AccountLocked, "Sign-in was paused")]
    public async Task The_owner_is_told_what_happened_to_the_account(string what, string subject)
    {
        var account = await Account($"{what}@example.com");
        await app.Enqueue(new MailSecurityNotice(account, what));
        await app.RunJobs();
        var mail = (await app.Mails($"{what}@example.com")).ShouldHaveSingleItem();
        mail.Subject.ShouldBe(subject);
        mail.Text.ShouldContain("Letters account");
    }

    [Fact]
    public async Task A_changed_address_is_told_to_the_old_one_which_the_job_does_not_show()
    {
        var account = await Account("new@example.com");
        var id = await app.Enqueue(MailSecurityNotice.ToAddress("old@example.com", account, MailSecurityNotice.EmailChanged, app.Services.GetRequiredService<Seal>()));
        (await app.Database.One<string>("select payload::text from jobs where id = @id", new { id }, MailApp.Stop)).ShouldNotBeNull().ShouldNotContain("example");
        await app.RunJobs();
        (await app.Mails("old@example.com")).ShouldHaveSingleItem();
        (await app.Mails("new@example.com")).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_notice_to_a_deleted_account_is_cancelled()
    {
        var account = await Account("gone@example.com");
        await app.Database.Execute("update accounts set deleted_at = clock() where id = @account", new { account }, MailApp.Stop);
        var id = await app.Enqueue(new MailSecurityNotice(account, MailSecurityNotice.PasswordChanged));
        await app.RunJobs();
        (await app.State(id)).ShouldNotBeNull().ShouldStartWith("cancelled");
        (await app.Mails("gone@example.com")).ShouldBeEmpty();
    }

    [Fact]
    public void Outside_development_mail_needs_a_server()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Environment.EnvironmentName = "Production";
        Should.Throw<InvalidOperationException>(builder.AddMail).Message.ShouldContain("Mail__Smtp__Host");
    }

    private static MailMessage Message(string to, string subject) =>
        new(to, subject, "text", "html") { From = new("from@example.com"), MessageId = "<1@example.com>" };

    private async Task<Guid> Account(string email)
    {
        var id = Guid.CreateVersion7();
        await app.Database.Execute("insert into accounts (id, email, email_key) values (@id, @email, @email)", new { id, email }, MailApp.Stop);
        return id;
    }
}
