using System.Security.Cryptography;
using System.Text;
using Colonnade.Platform.ApiTokens;
using Colonnade.Platform.Tests.Accounts;
using Shouldly;
using Xunit;

namespace Colonnade.Platform.Tests.ApiTokens;

public sealed class ApiTokenTests(ApiTokensApp app) : IClassFixture<ApiTokensApp>
{
    [Fact]
    public async Task A_token_is_shown_once_and_stored_as_its_hash()
    {
        var (token, secret) = await app.Create(new NewApiToken("  Shop  ") { Scopes = ["things:read", "things:read"], ExpiresAt = app.Clock.GetUtcNow() + TimeSpan.FromDays(90) });
        token.Name.ShouldBe("Shop");
        token.Scopes.ShouldBe(["things:read"]);
        token.Prefix.ShouldBe(secret[..^35]);
        secret.ShouldMatch("^cod_dummy_[0-9A-Za-z]{43}$");
        (await app.Database.One<byte[]>("select hash from api_tokens where id = @Id", token, AccountsProduct.Stop))
            .ShouldBe(SHA256.HashData(Encoding.ASCII.GetBytes(secret)));

        var listed = (await app.ApiTokens.List(AccountsProduct.Stop)).Single(other => other.Id == token.Id);
        listed.ShouldBe(token with { Scopes = listed.Scopes });
        listed.Scopes.ShouldBe(token.Scopes);

        var hidden = secret[^35..];
        var rows = await app.Database.One<string>(
            "select (select string_agg(t::text, ' ') from api_tokens t) || (select string_agg(a::text, ' ') from audit a)", null, AccountsProduct.Stop);
        rows.ShouldNotBeNull().ShouldContain(token.Prefix);
        rows.ShouldNotContain(hidden);
        app.Log.All.ShouldAllBe(line => !line.Contains(hidden, StringComparison.Ordinal));
        new CreateApiTokenOutcome.Created(token, secret).ToString().ShouldNotContain(hidden);
    }

    [Fact]
    public async Task A_service_calls_within_its_scopes_and_no_further()
    {
        var token = await app.Create("things:read");
        var answer = (await app.As(token).Get("/things")).ShouldBe(200);
        answer.At("id").GetGuid().ShouldBe(token.Token.Id);
        answer.At("isService").GetBoolean().ShouldBeTrue();
        answer.At("ownerId").ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null);
        answer.Header("Cache-Control").ShouldBe("no-store");

        var refusal = (await app.As(token).Post("/things")).ShouldBe(403);
        refusal.At("code").GetString().ShouldBe("FORBIDDEN");
        refusal.Header("WWW-Authenticate").ShouldBe("Bearer error=\"insufficient_scope\", scope=\"things:write\"");
        (await app.As(token).Get("/meters")).ShouldBe(403);
        (await app.As(token).Get("/tokens")).ShouldBe(403);
    }

    [Theory]
    [InlineData("/me")]
    [InlineData("/operator")]
    public async Task A_service_is_no_account_whatever_its_scopes(string path)
    {
        (await app.As(await app.Create("*")).Get(path)).ShouldBe(403);
        (await app.Api.WithBearer(ApiTokensApp.Placeholder).Get(path)).ShouldBe(403);
    }

    [Fact]
    public async Task The_account_of_a_service_cannot_be_asked_for() =>
        (await app.As(await app.Create("meters:read")).Get("/account-of-a-service")).ShouldBe(500);

    [Fact]
    public async Task An_account_has_the_scopes_of_its_own_things()
    {
        var account = await app.Register();
        var api = app.Api.WithBearer((await app.Issue(account.Id)).AccessToken);
        var answer = (await api.Get("/things")).ShouldBe(200);
        answer.At("ownerId").GetGuid().ShouldBe(account.Id);
        answer.At("isService").GetBoolean().ShouldBeFalse();
        (await api.Post("/things")).ShouldBe(200);
        (await api.Get("/me")).ShouldBe(200);
        (await api.Get("/meters")).ShouldBe(403);
        (await api.Get("/tokens")).ShouldBe(403);
    }

    [Fact]
    public async Task A_token_made_without_scopes_has_all_that_are_declared_and_not_the_right_to_make_tokens()
    {
        var token = await app.Create(new NewApiToken("Shop"));
        (await app.As(token).Get("/meters")).ShouldBe(200);
        (await app.As(token).Get("/tokens")).ShouldBe(403);
        (await app.As(await app.Create("*")).Get("/tokens")).ShouldBe(200);
    }

    [Fact]
    public async Task What_cannot_be_made_is_said_by_field()
    {
        var now = app.Clock.GetUtcNow();
        await Refused("name", new NewApiToken(""));
        await Refused("name", new NewApiToken(" \t"));
        await Refused("name", new NewApiToken(new string('n', 101)));
        await Refused("name", new NewApiToken("half \ud800"));
        await Refused("scopes", new NewApiToken("Shop") { Scopes = [] });
        await Refused("scopes", new NewApiToken("Shop") { Scopes = ["things:read", "things:delete"] });
        await Refused("scopes", new NewApiToken("Shop") { Scopes = ["THINGS:READ"] });
        await Refused("expiresAt", new NewApiToken("Shop") { ExpiresAt = now });
        await app.Create(new NewApiToken(new string('n', 100)) { ExpiresAt = now + TimeSpan.FromMilliseconds(1) });

        async Task Refused(string field, NewApiToken token) =>
            (await app.InWork(work => app.ApiTokens.Create(work, token, AccountsProduct.Client, AccountsProduct.Stop)))
                .ShouldBeOfType<CreateApiTokenOutcome.Refused>().Field.ShouldBe(field);
    }

    [Fact]
    public async Task A_token_is_refused_from_its_expiry_on()
    {
        var seen = await app.Create(new NewApiToken("Shop") { ExpiresAt = app.Clock.GetUtcNow() + TimeSpan.FromDays(1) });
        var unseen = await app.Create(new NewApiToken("Shop") { ExpiresAt = app.Clock.GetUtcNow() + TimeSpan.FromDays(1) });
        (await app.As(seen).Get("/things")).ShouldBe(200);
        await app.Advance(TimeSpan.FromDays(1) - TimeSpan.FromMilliseconds(1));
        (await app.As(seen).Get("/things")).ShouldBe(200);
        await app.Advance(TimeSpan.FromMilliseconds(1));
        (await app.As(seen).Get("/things")).ShouldBe(401).Header("WWW-Authenticate").ShouldBe("Bearer error=\"invalid_token\"");
        (await app.As(unseen).Get("/things")).ShouldBe(401);
    }

    [Fact]
    public async Task What_is_not_a_token_of_this_product_is_refused()
    {
        var secret = (await app.Create("things:read")).Secret;
        var last = secret[^1] == 'A' ? 'B' : 'A';
        string[] wrong =
        [
            "", " ", secret[..^1], secret + "A", secret[..^1] + last, "cod_dummy_", "cod_dummy_" + new string('-', 43), "cod_dummy_" + new string('é', 43),
            secret.Replace("dummy", "other", StringComparison.Ordinal), secret.ToUpperInvariant(), secret["cod_".Length..], " " + secret,
            $"{secret}, {secret}", ApiTokensApp.Placeholder + "x", ApiTokensApp.Placeholder[1..], new string('a', 5_000),
        ];
        var body = (await app.Api.WithBearer("x").Get("/things")).ShouldBe(401).Text;
        foreach (var token in wrong.Where(static token => token.All(char.IsAscii)))
            (await app.Api.WithBearer(token).Get("/things")).ShouldBe(401).Text.ShouldBe(body);
        (await app.Api.With("Authorization", "Basic " + secret).Get("/things")).ShouldBe(401);
        (await app.Api.With("Authorization", secret).Get("/things")).ShouldBe(401);
        (await app.Api.Get("/things?access_token=" + secret)).ShouldBe(401).Header("WWW-Authenticate").ShouldBe("Bearer");
        (await app.Api.With("Authorization", "bearer " + secret).Get("/things")).ShouldBe(200);
    }

    [Fact]
    public async Task The_trail_says_which_token_acted_and_who_made_and_revoked_it()
    {
        var token = await app.Create("things:write");
        var number = (await app.As(token).Post("/things")).ShouldBe(200).At("number").GetGuid();
        (await app.Database.One<Guid>("select actor_id from audit where detail->>'number' = @number::text", new { number }, AccountsProduct.Stop)).ShouldBe(token.Token.Id);
        await app.Revoke(token.Token.Id);
        (await app.Database.List<string>(
            "select event || ' ' || host(address) || ' ' || (detail->>'prefix') from audit where detail->>'token' = @Id::text order by id", new { token.Token.Id }, AccountsProduct.Stop))
            .ShouldBe((string[])[$"api_token_created 192.0.2.7 {token.Token.Prefix}", $"api_token_revoked 192.0.2.7 {token.Token.Prefix}"]);
    }

    [Fact]
    public async Task Services_do_not_share_idempotency_keys_or_limits()
    {
        var (one, other) = (app.As(await app.Create("things:read", "things:write")), app.As(await app.Create("things:read", "things:write")));
        var first = (await one.With("Idempotency-Key", "k1").Post("/things")).ShouldBe(200);
        (await one.With("Idempotency-Key", "k1").Post("/things")).ShouldBe(200).Text.ShouldBe(first.Text);
        (await other.With("Idempotency-Key", "k1").Post("/things")).ShouldBe(200).Text.ShouldNotBe(first.Text, StringComparer.Ordinal);

        (await one.Get("/few")).ShouldBe(200);
        (await one.Get("/few")).ShouldBe(200);
        (await one.Get("/few")).ShouldBe(429);
        (await other.Get("/few")).ShouldBe(200);
    }
}
