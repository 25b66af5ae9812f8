using Colonnade.Testing;
using Shouldly;
using Xunit;

namespace Colonnade.FigureForge.Tests;

public sealed class ReferenceTests(FigureForgeApp app) : IClassFixture<FigureForgeApp>
{
    [Fact]
    public async Task The_openapi_document_tells_every_documented_route()
    {
        var document = (await app.Api.Get("/openapi.json")).ShouldBe(200);
        var routes = document.At("paths").EnumerateObject()
            .SelectMany(path => path.Value.EnumerateObject().Select(method => $"{method.Name.ToUpperInvariant()} {path.Name}")).ToList();
        string[] documented =
        [
            "GET /api/auth/user/", "POST /api/auth/user/update/", "GET /api/auth/user/stats/", "POST /api/auth/verify/", "DELETE /api/auth/delete/",
            "POST /api/auth/magic-link/request/", "POST /api/auth/magic-link/verify/", "POST /api/auth/magic-link/check-user/",
            "POST /api/images/generate/", "GET /api/images/job/{id}/", "GET /api/images/user/", "GET /api/images/gallery/", "GET /api/images/{id}/",
            "DELETE /api/images/{id}/delete/", "PATCH /api/images/{id}/update/", "POST /api/images/{id}/favorite/", "GET /api/images/models/",
            "GET /api/pricing/", "GET /api/subscriptions/plans/", "GET /api/subscriptions/current/", "POST /api/subscriptions/checkout/",
            "POST /api/subscriptions/portal/", "POST /api/subscriptions/cancel/", "POST /api/subscriptions/reactivate/", "GET /api/subscriptions/history/",
            "POST /api/subscriptions/payment-method/", "POST /api/webhooks/stripe/", "GET /api/webhooks/health/",
        ];
        documented.Except(routes, StringComparer.Ordinal).ShouldBeEmpty();
    }

    [Fact]
    public async Task The_openapi_document_is_the_one_in_contracts() =>
        Snapshot.ShouldMatch((await app.Api.Get("/openapi.json")).ShouldBe(200).Json, "figureforge.openapi.json");
}
