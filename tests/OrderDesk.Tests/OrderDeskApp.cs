using System.Text.RegularExpressions;
using Colonnade.Testing;

namespace Colonnade.OrderDesk.Tests;

/// <summary>The product as the Host runs it, in Development.</summary>
public partial class OrderDeskApp() : ProductFixture(OrderDeskProduct.Identity, OrderDeskProduct.Build)
{
    public const string ServiceToken = "your_secret_bearer_token_here";
    public const string Password = "password123";
    public const string Order = """{"title":"Premium Subscription","price":"99.99","link":"https://example.com/product/123","status":"active"}""";
    private int _people;

    /// <summary>A client with the document's own token.</summary>
    public Api Service => Api.WithBearer(ServiceToken);

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
        var answer = (await Api.Post("/api/auth/register", $$"""{"email":"{{email}}","password":"{{Password}}"}""")).ShouldBe(201);
        return (answer.At("data.userId").GetGuid(), email);
    }

    /// <summary>Registers somebody new and gets them a token of their own.</summary>
    public async Task<Person> Someone(string? email = null)
    {
        var (id, address) = await Register(email);
        return await SignIn(id, address);
    }

    public async Task<Person> SignIn(Guid id, string email, string password = Password)
    {
        var answer = (await Api.Post("/api/auth/token", $$"""{"email":"{{email}}","password":"{{password}}"}""")).ShouldBe(200);
        var access = answer.At("data.accessToken").GetString()!;
        return new Person(id, email, access, answer.At("data.refreshToken").GetString()!, Api.WithBearer(access));
    }

    public async Task<Guid> NewOrder(Api? api = null, string order = Order) =>
        (await (api ?? Service).Post("/api/order", order)).ShouldBe(201).At("data.orderId").GetGuid();

    /// <summary>The six digits of the latest mail about <paramref name="subject"/>.</summary>
    public async Task<string> Code(string email, string subject)
    {
        await RunJobs();
        return Digits().Match((await Mails(email)).First(mail => mail.Subject.Contains(subject, StringComparison.Ordinal)).Text).Value;
    }

    public Task<string> ResetCode(string email) => Code(email, "reset code");

    public Task<string> VerificationCode(string email) => Code(email, "Confirm");

    /// <summary>The UUID of the latest confirmation mail.</summary>
    public async Task<string> ConfirmationUuid(string email)
    {
        await RunJobs();
        return Uuid().Match((await Mails(email)).First(mail => mail.Subject.Contains("Confirm", StringComparison.Ordinal)).Text).Value;
    }

    /// <summary>Runs <paramref name="calls"/> at once, so that they meet.</summary>
    public static Task<T[]> AtOnce<T>(int calls, Func<int, Task<T>> call) => Task.WhenAll(Enumerable.Range(0, calls).Select(call));

    [GeneratedRegex(@"\b[0-9]{6}\b", RegexOptions.None, 1000)]
    private static partial Regex Digits();

    [GeneratedRegex("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Uuid();
}

/// <summary>A user with a token of its own.</summary>
public sealed record Person(Guid Id, string Email, string AccessToken, string RefreshToken, Api Api);

/// <summary>With every limit as it is in service.</summary>
public sealed class LimitedApp : OrderDeskApp
{
    protected override IReadOnlyDictionary<string, string?> Settings => new Dictionary<string, string?>(StringComparer.Ordinal);
}

/// <summary>Tells nobody who has an account, and lets only proved addresses in.</summary>
public sealed class DiscreetApp : OrderDeskApp
{
    protected override IReadOnlyDictionary<string, string?> Settings => new Dictionary<string, string?>(StringComparer.Ordinal)
    {
        ["RateLimits:Enabled"] = "false",
        ["Accounts:HideExistence"] = "true",
        ["Accounts:RequireVerifiedEmail"] = "true",
    };
}
