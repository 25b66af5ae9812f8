using Shouldly;
using Xunit;

namespace Colonnade.Narhub.Tests;

public sealed class EnvelopeTests(NarhubApp app) : IClassFixture<NarhubApp>
{
    [Fact]
    public async Task Who_asks_for_the_envelope_gets_the_documents_general_form()
    {
        var person = await app.Someone();
        (await person.Api.Get("/api/cart?envelope=1")).ShouldBe(200).Text.ShouldBe("""{"data":{"items":[]},"message":null,"error":null}""");
        (await person.Api.Post("/api/cart?envelope=1", CartTests.Item("vigil-ai"))).ShouldBe(200).Text.ShouldBe("""{"data":{},"message":"Producto agregado al carrito","error":null}""");
        var profile = (await person.Api.Put("/api/user/profile?envelope=1", """{"name":"Zoë 🛡️ <b>"}""")).ShouldBe(200);
        profile.Json.Members().ShouldBe(["data", "message", "error"]);
        profile.At("data.user.name").GetString().ShouldBe("Zoë 🛡️ <b>");
        profile.Text.ShouldContain("Zoë 🛡️ <b>");
        (await app.Api.Get("/api/auth/session?envelope=1")).Text.ShouldBe("""{"data":{"user":null},"message":null,"error":null}""");
        var registered = (await app.Api.Post("/api/auth/register?envelope=1", $$"""{"name":"Jo","email":"{{app.NewEmail()}}","password":"password123"}""")).ShouldBe(201);
        registered.At("message").GetString().ShouldBe("Account created successfully");
        registered.At("data.user.name").GetString().ShouldBe("Jo");
        registered.Header("Location").ShouldNotBeNull();
    }

    [Theory]
    [InlineData("application/json; profile=\"envelope\"", true)]
    [InlineData("text/html, application/json;profile=envelope;q=0.9", true)]
    [InlineData("application/json; profile=\"other\"", false)]
    [InlineData("application/json", false)]
    [InlineData("text/html; profile=envelope", false)]
    [InlineData("profile, ;;; = \"", false)]
    public async Task The_header_asks_for_it_too(string accept, bool enveloped)
    {
        var person = await app.Someone();
        (await person.Api.With("Accept", accept).Get("/api/cart")).ShouldBe(200).Json.Members().ShouldBe(enveloped ? ["data", "message", "error"] : ["items"]);
    }

    [Fact]
    public async Task Refusals_hold_both_forms_and_are_the_same_either_way()
    {
        (await app.Api.Get("/api/cart?envelope=1")).Text.ShouldBe((await app.Api.Get("/api/cart")).Text);
        (await app.Api.Post("/api/auth/signin?envelope=1", "{}")).ShouldBeInvalid("email");
        (await app.Api.Post("/api/auth/signin?envelope=1", "{")).ShouldBeRefused(400, "VALIDATION_ERROR");
        (await app.Api.Get("/api/none?envelope=1")).ShouldBeRefused(404, "NOT_FOUND");
        (await app.Api.Delete("/api/auth/signin?envelope=1")).ShouldBeRefused(405, "METHOD_NOT_ALLOWED");
    }

    [Fact]
    public async Task A_replay_is_answered_in_the_form_it_asks_for()
    {
        var person = await app.Someone();
        var api = person.Api.With("Idempotency-Key", "enveloped");
        (await api.Post("/api/cart", CartTests.Item("vigil-ai"))).ShouldBe(200).Json.Members().ShouldBe(["message"]);
        var replay = (await api.With("Accept", "application/json; profile=envelope").Post("/api/cart", CartTests.Item("vigil-ai"))).ShouldBe(200);
        replay.Header("Idempotent-Replayed").ShouldBe("true");
        replay.Json.Members().ShouldBe(["data", "message", "error"]);
    }
}
