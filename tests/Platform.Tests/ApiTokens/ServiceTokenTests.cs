using System.Text.Json;
using Colonnade.Platform.ApiTokens;
using Colonnade.Platform.Tokens;
using Colonnade.Platform.Web;
using Colonnade.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Shouldly;
using Xunit;

namespace Colonnade.Platform.Tests.ApiTokens;

public sealed class ServiceTokenTests(ApiTokensApp app) : IClassFixture<ApiTokensApp>
{
    private const string Good = "0123456789abcdef0123456789abcdef";

    [Fact]
    public async Task The_documents_token_may_do_everything_in_Development()
    {
        var answer = (await app.Api.WithBearer(ApiTokensApp.Placeholder).Get("/tokens")).ShouldBe(200);
        answer.At("isService").GetBoolean().ShouldBeTrue();
        (await app.Api.WithBearer(ApiTokensApp.Placeholder).Get("/things")).ShouldBe(200);
    }

    [Fact]
    public async Task Configured_tokens_take_the_place_of_the_documents_and_are_one_caller()
    {
        var node = ProductFixture.Of(await app.StartNode(new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["Dummy:ServiceTokens:0"] = Good,
            ["Dummy:ServiceTokens:1"] = "next-" + Good,
        }));
        var id = (await node.WithBearer(Good).Get("/tokens")).ShouldBe(200).At("id").GetGuid();
        (await node.WithBearer("next-" + Good).Get("/tokens")).ShouldBe(200).At("id").GetGuid().ShouldBe(id);
        (await node.WithBearer(ApiTokensApp.Placeholder).Get("/tokens")).ShouldBe(401);
        (await node.WithBearer(Good + "0").Get("/tokens")).ShouldBe(401);

        // A request that is repeated with the new token is the same request.
        var first = (await node.WithBearer(Good).With("Idempotency-Key", "rotated").Post("/things")).ShouldBe(200);
        (await node.WithBearer("next-" + Good).With("Idempotency-Key", "rotated").Post("/things")).ShouldBe(200).Text.ShouldBe(first.Text);
    }

    [Theory]
    [InlineData("Set Dummy__ServiceTokens__0 to")]
    [InlineData("Set Dummy__ServiceTokens__0 to", "")]
    [InlineData("Dummy__ServiceTokens__0 is the placeholder", "your_secret_bearer_token_here")]
    [InlineData("Dummy__ServiceTokens__1 is the placeholder", Good, "your_secret_bearer_token_here")]
    [InlineData("Dummy__ServiceTokens__0 is too short", "0123456789abcdef0123456789abcde")]
    [InlineData("Dummy__ServiceTokens__2 is too short", Good, Good, "changeme")]
    [InlineData("Dummy__ServiceTokens__0 cannot be sent", "0123456789abcdef 0123456789abcdef")]
    [InlineData("Dummy__ServiceTokens__0 cannot be sent", "0123456789abcdef0123456789abcdé")]
    public async Task Without_good_tokens_nothing_starts_outside_Development(string sentence, params string[] tokens)
    {
        await using var node = Build("Production", tokens);
        var refusal = await Should.ThrowAsync<InvalidOperationException>(() => node.StartAsync(TestContext.Current.CancellationToken));
        refusal.Message.ShouldStartWith(sentence);
        foreach (var token in tokens.Where(token => token.Length > 0))
            refusal.Message.ShouldNotContain(token);
    }

    [Theory]
    [InlineData("Production")]
    [InlineData("Staging")]
    public async Task With_good_tokens_only_those_are_known(string environment)
    {
        await using var node = Build(environment, Good);
        var tokens = node.Services.GetRequiredService<ServiceTokens>();
        tokens.Find(TokenDigest.Of(Good)).ShouldNotBeNull().Has("anything").ShouldBeTrue();
        tokens.Find(TokenDigest.Of(ApiTokensApp.Placeholder)).ShouldBeNull();
        tokens.Find(TokenDigest.Of("")).ShouldBeNull();
    }

    [Fact]
    public void A_scope_includes_itself_only_and_every_scope_includes_all()
    {
        var reader = Caller.Service(Guid.CreateVersion7(), ["things:read"]);
        reader.Has("things:read").ShouldBeTrue();
        reader.Has("things:write").ShouldBeFalse();
        reader.Has("things").ShouldBeFalse();
        reader.Has(Caller.EveryScope).ShouldBeFalse();
        Caller.Service(Guid.CreateVersion7(), [Caller.EveryScope]).Has("things:read").ShouldBeTrue();
        new Caller(Guid.CreateVersion7(), Guid.CreateVersion7(), "admin").Has("things:read").ShouldBeFalse();
    }

    private static WebApplication Build(string environment, params string[] tokens)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Environment.EnvironmentName = environment;
        builder.Logging.ClearProviders();
        builder.Configuration.Sources.Clear();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>(
            tokens.Select((token, number) => KeyValuePair.Create($"Dummy:ServiceTokens:{number}", (string?)token)), StringComparer.Ordinal)
        {
            ["Database:Connection"] = "Host=/nowhere",
            ["Urls"] = "http://127.0.0.1:0",
        });
        builder.AddProduct(DummyProduct.Identity, new DummyErrors(), JsonNamingPolicy.CamelCase);
        builder.Services.AddApiTokens(new ApiTokenRules(["things:read"]));
        var app = builder.Build();
        app.UseProduct();
        return app;
    }
}
