using System.Text.RegularExpressions;
using Colonnade.Platform.Accounts;
using Colonnade.Platform.Web;
using Colonnade.Testing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Colonnade.Narhub.Tests;

/// <summary>The product as the Host runs it, in Development, with the demonstration catalogue.</summary>
public partial class NarhubApp() : ProductFixture(NarhubProduct.Identity, NarhubProduct.Build)
{
    public const string CookieName = "next-auth.session-token";
    public const string Password = "securepassword123";
    private int _people;

    /// <summary>Limits are tested where they are the point; elsewhere they would only count tests.</summary>
    protected override IReadOnlyDictionary<string, string?> Settings => new Dictionary<string, string?>(StringComparer.Ordinal)
    {
        ["RateLimits:Enabled"] = "false",
    };

    public string NewEmail() => $"person{Interlocked.Increment(ref _people)}-{Guid.CreateVersion7():N}@example.com";

    /// <summary>Registers somebody new.</summary>
    public async Task<(Guid Id, string Email)> Register(string? email = null)
    {
        email ??= NewEmail();
        var answer = (await Api.Post("/api/auth/register", $$"""{"name":"John Doe","email":"{{email}}","password":"{{Password}}","company":"Acme Inc"}""")).ShouldBe(201);
        return (answer.At("user.id").GetGuid(), email);
    }

    /// <summary>Registers somebody new and signs them in.</summary>
    public async Task<Person> Someone(string? email = null)
    {
        var (_, address) = await Register(email);
        return await SignIn(address);
    }

    /// <summary>Somebody new with the role <c>admin</c>.</summary>
    public async Task<Person> Operator()
    {
        var person = await Someone();
        await using var work = await Database.Begin(TestContext.Current.CancellationToken);
        await Services.GetRequiredService<ProductAccounts>().ChangeRole(work, person.Id, "admin", ClientFacts.None, TestContext.Current.CancellationToken);
        await work.Commit(TestContext.Current.CancellationToken);
        return person;
    }

    public async Task<Person> SignIn(string email, string password = Password)
    {
        var answer = (await Api.Post("/api/auth/signin", $$"""{"email":"{{email}}","password":"{{password}}"}""")).ShouldBe(200);
        var token = TokenOf(answer)!;
        return new Person(answer.At("user.id").GetGuid(), email, token, With(token));
    }

    /// <summary>A client with this session.</summary>
    public Api With(string token) => Api.With("Cookie", $"{CookieName}={token}");

    /// <summary>The session token that an answer sets; null when it sets none.</summary>
    public static string? TokenOf(Answer answer) => SetToken().Match(answer.Header("Set-Cookie") ?? "") is { Success: true } set ? set.Groups["token"].Value : null;

    /// <summary>The token in the link of the latest mail about <paramref name="subject"/>.</summary>
    public async Task<string> MailedToken(string email, string subject)
    {
        await RunJobs();
        return LinkToken().Match((await Mails(email)).First(mail => mail.Subject.Contains(subject, StringComparison.Ordinal)).Text).Groups["token"].Value;
    }

    /// <summary>Runs <paramref name="calls"/> at once, so that they meet.</summary>
    public static Task<T[]> AtOnce<T>(int calls, Func<int, Task<T>> call) => Task.WhenAll(Enumerable.Range(0, calls).Select(call));

    [GeneratedRegex("(?:^|, )next-auth[.]session-token=(?<token>[A-Za-z0-9_-]{43});", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex SetToken();

    [GeneratedRegex("token=(?<token>[A-Za-z0-9_-]{43})", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex LinkToken();
}

/// <summary>A user who is signed in.</summary>
public sealed record Person(Guid Id, string Email, string Token, Api Api);
