using Colonnade.Platform.Tests.Accounts;
using Colonnade.Platform.Tokens;
using Colonnade.Testing;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace Colonnade.Platform.Tests.Tokens;

public sealed class SigningKeyTests(AccountsApp app) : IClassFixture<AccountsApp>
{
    private Task Rotate() => app.Services.GetRequiredService<SigningKeys>().Rotate(AccountsProduct.Stop);

    private async Task<string[]> PublishedKeys() =>
        [.. (await app.Api.Get("/.well-known/jwks.json")).ShouldBe(200).At("keys").EnumerateArray().Select(key => key.GetProperty("kid").GetString()!)];

    [Fact]
    public async Task The_public_keys_are_served_without_the_private_ones()
    {
        await app.Issue((await app.Register()).Id);
        var answer = (await app.Api.Get("/.well-known/jwks.json")).ShouldBe(200);
        answer.Header("Cache-Control").ShouldBe("public, max-age=60");
        foreach (var key in answer.At("keys").EnumerateArray())
        {
            key.EnumerateObject().Select(member => member.Name).ShouldBe(["kty", "crv", "x", "y", "kid", "alg", "use"]);
            key.GetProperty("kty").GetString().ShouldBe("EC");
            key.GetProperty("alg").GetString().ShouldBe("ES256");
        }
    }

    [Fact]
    public async Task Keys_roll_without_a_refused_request()
    {
        var other = await app.StartNode();
        await Api.WaitUntilListening(other.Services);
        var account = await app.Register();
        List<IssuedTokens> all = [await app.Issue(account.Id)];
        (await AccountsApp.Of(other).WithBearer(all[0].AccessToken).Get("/me")).ShouldBe(200);
        for (var round = 0; round < 3; round++)
        {
            await Rotate();
            all.Add(await app.Issue(account.Id));
            foreach (var tokens in all.AsEnumerable().Reverse())
            {
                (await AccountsApp.Of(other).WithBearer(tokens.AccessToken).Get("/me")).ShouldBe(200);
                (await app.Api.WithBearer(tokens.AccessToken).Get("/me")).ShouldBe(200);
            }
        }

        all.Select(tokens => tokens.AccessToken.Split('.')[0]).Distinct(StringComparer.Ordinal).Count().ShouldBe(4);
    }

    [Fact]
    public async Task A_retired_key_is_published_until_what_it_signed_has_expired()
    {
        var account = await app.Register();
        await app.Issue(account.Id);
        await Rotate();
        var before = await PublishedKeys();
        await Rotate();
        var tokens = await app.Issue(account.Id);
        (await PublishedKeys()).Length.ShouldBe(before.Length + 1);
        await app.Advance(TimeSpan.FromMinutes(31));
        await Rotate();
        (await PublishedKeys()).Length.ShouldBe(2);
        (await app.Api.WithBearer(tokens.AccessToken).Get("/me")).ShouldBe(401);
    }

    [Fact]
    public async Task A_key_that_was_retired_cannot_sign_what_is_issued_later()
    {
        var account = await app.Register();
        var before = await app.Issue(account.Id);
        var leaked = await app.Services.GetRequiredService<Keys.ProductKeys>().Active("access-tokens", () => [], AccountsProduct.Stop);
        using var key = System.Security.Cryptography.ECDsa.Create();
        key.ImportPkcs8PrivateKey(leaked.Bytes, out _);
        await Rotate();
        (await app.Api.WithBearer(before.AccessToken).Get("/me")).ShouldBe(200);
        await app.Advance(TimeSpan.FromMinutes(5));
        var parts = before.AccessToken.Split('.');
        var claims = System.Text.Json.Nodes.JsonNode.Parse(System.Buffers.Text.Base64Url.DecodeFromChars(parts[1]))!;
        claims["iat"] = app.Clock.GetUtcNow().ToUnixTimeSeconds();
        var signed = parts[0] + "." + System.Buffers.Text.Base64Url.EncodeToString(System.Text.Encoding.UTF8.GetBytes(claims.ToJsonString()));
        var forged = signed + "." + System.Buffers.Text.Base64Url.EncodeToString(
            key.SignData(System.Text.Encoding.ASCII.GetBytes(signed), System.Security.Cryptography.HashAlgorithmName.SHA256));
        (await app.Api.WithBearer(forged).Get("/me")).ShouldBe(401);
        (await app.Api.WithBearer(before.AccessToken).Get("/me")).ShouldBe(200);
    }

    [Fact]
    public async Task A_key_whose_row_is_deleted_is_disowned_with_every_token_it_signed()
    {
        var account = await app.Register();
        var tokens = await app.Issue(account.Id);
        (await app.Api.WithBearer(tokens.AccessToken).Get("/me")).ShouldBe(200);
        await Rotate();
        (await app.Api.WithBearer(tokens.AccessToken).Get("/me")).ShouldBe(200);
        await app.Database.Execute("delete from keys where purpose = 'access-tokens' and retired_at is not null", null, AccountsProduct.Stop);
        await AccessTokenTests.Until(async () =>
        {
            // Signing looks at the keys; what was remembered of them falls with it.
            var fresh = await app.Issue(account.Id);
            (await app.Api.WithBearer(fresh.AccessToken).Get("/me")).ShouldBe(200);
            return (await app.Api.WithBearer(tokens.AccessToken).Get("/me")).Status == 401;
        });
    }
}
