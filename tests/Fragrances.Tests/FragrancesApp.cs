using Colonnade.Testing;

namespace Colonnade.Fragrances.Tests;

/// <summary>The product as the Host runs it, on an empty catalogue.</summary>
public class FragrancesApp() : ProductFixture(FragrancesProduct.Identity, FragrancesProduct.Build, WithoutStarter)
{
    /// <summary>The starter catalogue is for <see cref="StarterApp"/>, which brings it in itself.</summary>
    internal static readonly Dictionary<string, string?> WithoutStarter = new(StringComparer.Ordinal) { ["Fragrances:Starter"] = "false" };

    public const string Password = "correct-horse-5";
    private int _people;

    /// <summary>Limits are tested where they are the point; elsewhere they would only count tests.</summary>
    protected override IReadOnlyDictionary<string, string?> Settings => new Dictionary<string, string?>(StringComparer.Ordinal)
    {
        ["RateLimits:Enabled"] = "false",
    };

    /// <summary>Registers somebody new and signs them in.</summary>
    public async Task<Person> Someone(string? email = null)
    {
        email ??= $"person{Interlocked.Increment(ref _people)}@example.com";
        (await Api.Post("/api/auth/register", $$"""{"email":"{{email}}","password":"{{Password}}","fullName":"Jo Doe"}""")).ShouldBe(201);
        return await SignIn(email);
    }

    public async Task<Person> SignIn(string email, string password = Password)
    {
        var answer = (await Api.Post("/api/auth/login", $$"""{"email":"{{email}}","password":"{{password}}"}""")).ShouldBe(200);
        var access = answer.At("accessToken").GetString()!;
        return new Person(answer.At("user.id").GetGuid(), email, access, answer.At("refreshToken").GetString()!, Api.WithBearer(access));
    }
}

/// <summary>The product with its limits on.</summary>
public sealed class LimitedApp : FragrancesApp
{
    protected override IReadOnlyDictionary<string, string?> Settings => new Dictionary<string, string?>(StringComparer.Ordinal);
}

/// <summary>Somebody with an account, signed in.</summary>
public sealed record Person(Guid Id, string Email, string AccessToken, string RefreshToken, Api Api);
