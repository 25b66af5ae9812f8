using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Colonnade.Testing;
using Shouldly;
using Xunit;

namespace Colonnade.Platform.Tests.Mail;

public sealed class SmtpMailApp() : MailApp(ToTrap())
{
    public static SmtpTrap Trap { get; } = new();

    private static Dictionary<string, string?> ToTrap() => new(StringComparer.Ordinal)
    {
        ["Mail:From"] = "Häuser & Söhne <post@example.org>",
        ["Mail:Smtp:Host"] = "127.0.0.1",
        ["Mail:Smtp:Port"] = Trap.Port.ToString(CultureInfo.InvariantCulture),
        ["Mail:Smtp:StartTls"] = "false",
    };
}

public sealed partial class SmtpMailTests(SmtpMailApp app) : IClassFixture<SmtpMailApp>
{
    private static SmtpTrap Trap => SmtpMailApp.Trap;

    [Fact]
    public async Task A_mail_is_two_parts_of_one_message_and_survives_the_wire()
    {
        var id = await app.Enqueue(new MailGreeting("zoe@example.com", "Zoë"));
        await app.RunJobs();
        var (head, parts) = Read(Received("zoe@example.com").ShouldHaveSingleItem());
        Header(head, "Subject").ShouldBe("Grüße aus Łódź: Œillet № 5 🌸");
        Header(head, "From").ShouldEndWith(" <post@example.org>");
        Header(head, "From").ShouldContain("Häuser & Söhne");
        Header(head, "To").ShouldBe("zoe@example.com");
        Header(head, "Message-ID").ShouldBe($"<{id:N}@example.org>");
        Header(head, "Auto-Submitted").ShouldBe("auto-generated");
        Header(head, "Date").ShouldNotBeEmpty();
        head.ShouldContain("multipart/alternative");
        parts.Select(part => part.Type).ShouldBe(["text/plain; charset=utf-8", "text/html; charset=utf-8"]);
        parts[0].Body.ShouldContain("Hello Zoë,\r\n\r\n.a line that begins with a dot");
        parts[0].Body.ShouldContain(new string('x', 1200));
        parts[1].Body.ShouldContain("Hello Zoë,");
        parts[1].Body.ShouldContain("</html>");
    }

    [Fact]
    public async Task A_stuck_server_is_left_and_the_same_mail_sent_later()
    {
        Trap.IsStuck = true;
        app.App.Configuration["Mail:Smtp:TimeOut"] = "00:00:00.200";
        var connections = Trap.Connections;
        var id = await app.Enqueue(new MailGreeting("later@example.com", "Ada"));
        await app.RunJobs();
        Trap.IsStuck = false;
        app.App.Configuration["Mail:Smtp:TimeOut"] = null;
        Trap.Connections.ShouldBe(connections + 1);
        (await app.State(id)).ShouldNotBeNull().ShouldStartWith("scheduled: MailNotSentException: The mail server did not answer within");

        await app.Advance(TimeSpan.FromSeconds(5));
        await app.RunJobs();
        (await app.State(id)).ShouldNotBeNull().ShouldStartWith("done");
        Received("later@example.com").ShouldHaveSingleItem().ShouldContain($"<{id:N}@example.org>");
    }

    [Fact]
    public async Task A_recipient_refused_for_good_is_not_tried_again_and_one_refused_for_now_is()
    {
        Trap.AnswerToRecipient = "550 5.1.1 <unknown@example.com> is no user here";
        var unknown = await app.Enqueue(new MailGreeting("unknown@example.com", "Ada"));
        await app.RunJobs();
        (await app.State(unknown)).ShouldBe("cancelled: The mail server refused the recipient (550).");

        Trap.AnswerToRecipient = "450 4.2.0 <grey@example.com> later";
        var grey = await app.Enqueue(new MailGreeting("grey@example.com", "Ada"));
        await app.RunJobs();
        (await app.State(grey)).ShouldNotBeNull().ShouldStartWith("scheduled: MailNotSentException: The mail server did not take the mail (450");

        Trap.AnswerToRecipient = "250 fine";
        await app.Advance(TimeSpan.FromSeconds(5));
        await app.RunJobs();
        (await app.State(grey)).ShouldNotBeNull().ShouldStartWith("done");
        Received("grey@example.com").ShouldHaveSingleItem();
        app.Log.All.ShouldNotContain(line => line.Contains("grey@example.com", StringComparison.Ordinal) || line.Contains("unknown@example.com", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_header_cannot_be_smuggled_in()
    {
        var id = await app.Enqueue(new MailGreeting("victim@example.com", "Ada", "Hi\r\nBcc: thief@example.com"));
        await app.RunJobs();
        (await app.State(id)).ShouldNotBeNull().ShouldContain("A subject is one line");
        Received("victim@example.com").ShouldBeEmpty();
    }

    [Fact]
    public async Task Twenty_mails_at_once_are_twenty_mails()
    {
        foreach (var number in Enumerable.Range(1, 20))
            await app.Enqueue(new MailGreeting($"crowd{number:00}@example.com", "Ada"));
        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => app.RunJobs()));
        foreach (var number in Enumerable.Range(1, 20))
            Received($"crowd{number:00}@example.com").ShouldHaveSingleItem();
    }

    private static List<string> Received(string to) => [.. Trap.Received.Where(mail => mail.Contains($"To: {to}\r\n", StringComparison.OrdinalIgnoreCase))];

    private static (string Head, List<(string Type, string Body)> Parts) Read(string mail)
    {
        var (head, body) = Split(mail);
        var boundary = Boundary().Match(head).Groups["boundary"].Value;
        return (head, [.. body.Split("--" + boundary)[1..^1].Select(part => Split(part.TrimStart('\r', '\n'))).Select(part => (Header(part.Head, "Content-Type"), Decode(part)))]);
    }

    private static (string Head, string Body) Split(string entity)
    {
        var blank = entity.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        // Folded headers are one line.
        return (Folding().Replace(entity[..blank], " "), entity[(blank + 4)..]);
    }

    private static string Header(string head, string name) => EncodedWords().Replace(
        head.Split("\r\n").Single(line => line.StartsWith(name + ": ", StringComparison.OrdinalIgnoreCase))[(name.Length + 2)..],
        word => word.Groups["encoding"].Value is "B" or "b"
            ? Encoding.UTF8.GetString(Convert.FromBase64String(word.Groups["text"].Value))
            : QuotedPrintable(word.Groups["text"].Value.Replace('_', ' '))).Trim();

    private static string Decode((string Head, string Body) part)
    {
        Header(part.Head, "Content-Transfer-Encoding").ShouldBe("quoted-printable");
        part.Body.Split("\r\n").ShouldAllBe(line => line.Length <= 76);
        return QuotedPrintable(part.Body.Replace("=\r\n", "", StringComparison.Ordinal));
    }

    private static string QuotedPrintable(string text)
    {
        var bytes = new List<byte>();
        for (var i = 0; i < text.Length; i++)
        {
            bytes.Add(text[i] == '=' ? Convert.ToByte(text[(i + 1)..(i + 3)], 16) : (byte)text[i]);
            i += text[i] == '=' ? 2 : 0;
        }

        return Encoding.UTF8.GetString([.. bytes]);
    }

    [GeneratedRegex("boundary=\"?(?<boundary>[^\";\\r\\n]+)", RegexOptions.None, 1000)]
    private static partial Regex Boundary();

    [GeneratedRegex("\\r\\n[ \\t]+", RegexOptions.None, 1000)]
    private static partial Regex Folding();

    // Adjacent encoded words belong together: the blank between them is not part of the text.
    [GeneratedRegex("=\\?utf-8\\?(?<encoding>[BbQq])\\?(?<text>[^?]*)\\?=(?:\\s+(?==\\?))?", RegexOptions.IgnoreCase, 1000)]
    private static partial Regex EncodedWords();
}
