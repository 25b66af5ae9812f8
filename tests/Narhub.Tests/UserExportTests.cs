using Shouldly;
using Xunit;

namespace Colonnade.Narhub.Tests;

public sealed class UserExportTests(NarhubApp app) : IClassFixture<NarhubApp>
{
    [Fact]
    public async Task Everything_about_the_caller_and_nothing_about_others_is_in_the_export()
    {
        var person = await app.Someone();
        var other = await app.Someone();
        await person.Api.Post("/api/cart", CartTests.Item("vigil-ai"));
        await other.Api.Post("/api/cart", CartTests.Item("others-product"));
        var export = (await person.Api.Get("/api/user/export")).ShouldBe(200);
        export.Header("Content-Disposition").ShouldBe("attachment; filename=\"narhub-export.json\"");
        export.At("user.email").GetString().ShouldBe(person.Email);
        export.At("cart.items[0].productId").GetString().ShouldBe("vigil-ai");
        export.At("sessions[0].current").GetBoolean().ShouldBeTrue();
        export.At("events").EnumerateArray().Select(line => line.GetProperty("event").GetString()).ShouldBe(["registered", "signed_in"]);
        export.Text.ShouldNotContain(other.Email);
        export.Text.ShouldNotContain("others-product");
        export.Text.ShouldNotContain("pbkdf2");
        export.Text.ShouldNotContain(person.Token);
    }
}
