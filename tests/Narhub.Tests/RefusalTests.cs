using Shouldly;
using Xunit;

namespace Colonnade.Narhub.Tests;

public sealed class RefusalTests(NarhubApp app) : IClassFixture<NarhubApp>
{
    [Fact]
    public async Task Without_a_session_the_cart_tells_nothing()
    {
        var answer = (await app.Api.Get("/api/cart")).ShouldBe(401);
        answer.Text.ShouldBe("""{"message":"No autenticado","code":"UNAUTHORIZED","error":"UNAUTHORIZED","data":null}""");
        answer.Header("WWW-Authenticate").ShouldBe("Cookie");
    }
}
