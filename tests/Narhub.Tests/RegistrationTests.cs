using Shouldly;
using Xunit;

namespace Colonnade.Narhub.Tests;

public sealed class RegistrationTests(NarhubApp app) : IClassFixture<NarhubApp>
{
    [Fact]
    public async Task Somebody_registers_signs_in_and_has_a_cart()
    {
        var person = await app.Someone();
        (await person.Api.Get("/api/cart")).ShouldBe(200).Text.ShouldBe("""{"items":[]}""");
        (await person.Api.Post("/api/cart", """{"productId":"vigil-ai","slug":"vigil-ai","name":"VIGIL AI","icon":"x","priceMin":3000000,"priceMax":5000000}"""))
            .ShouldBe(200).Text.ShouldBe("""{"message":"Producto agregado al carrito"}""");
        (await person.Api.Get("/api/cart")).ShouldBe(200).At("items[0].name").GetString().ShouldBe("VIGIL AI");
        (await person.Api.Get("/api/user/profile")).ShouldBe(200).At("user.company").GetString().ShouldBe("Acme Inc");
        (await person.Api.Get("/api/auth/session")).ShouldBe(200).At("user.role").GetString().ShouldBe("user");
    }
}
