using System.Text.Json;
using Colonnade.Platform.Tests.Accounts;
using Colonnade.Testing;
using Shouldly;
using Xunit;

namespace Colonnade.Platform.Tests.Tokens;

/// <summary>Our tokens as the npm package jose sees them, and its tokens as we do.</summary>
public sealed class JoseTests(AccountsApp app) : IClassFixture<AccountsApp>
{
    [Fact]
    public async Task Jose_verifies_our_tokens_and_we_refuse_those_it_forges()
    {
        var account = await app.Register();
        var tokens = await app.Issue(account.Id);
        var input = JsonSerializer.Serialize(new
        {
            jwks = app.App.Urls.First() + "/.well-known/jwks.json",
            issuer = "urn:colonnade:dummy",
            audience = "dummy",
            token = tokens.AccessToken,
            now = app.Clock.GetUtcNow().ToUnixTimeMilliseconds(),
        });
        var seen = JsonDocument.Parse(await JavaScript.Run("access-tokens.mjs", input, AccountsProduct.Stop)).RootElement;

        seen.GetProperty("protectedHeader").GetProperty("alg").GetString().ShouldBe("ES256");
        seen.GetProperty("payload").GetProperty("sub").GetGuid().ShouldBe(account.Id);
        seen.GetProperty("payload").GetProperty("sid").GetGuid().ShouldBe(tokens.SessionId);
        seen.GetProperty("refused").EnumerateArray().Select(name => name.GetString()).ShouldBe(["audience", "signature", "expired"]);

        var forged = seen.GetProperty("forged").EnumerateArray().ToList();
        forged.Count.ShouldBe(10);
        foreach (var token in forged)
            (await app.Api.WithBearer(token[1].GetString()!).Get("/me")).Status.ShouldBe(401, token[0].GetString());
        (await app.Api.WithBearer(tokens.AccessToken).Get("/me")).ShouldBe(200);
    }
}
