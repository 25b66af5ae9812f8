using System.Buffers;
using Colonnade.Fragrances.Catalogue;
using Colonnade.Platform.RateLimits;
using Colonnade.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Colonnade.Fragrances;

/// <summary>/api/brands: what a search can be filtered by.</summary>
public static class Brands
{
    private const int DefaultLimit = 50;

    public static void MapBrands(this IEndpointRouteBuilder api) => api.MapGet("/brands", List)
        .WithTags("Fragrances").RequireCustomer().Limit(FragrancesLimits.BrandReadsPerCaller).Produces<BrandList>();

    private static async Task<IResult> List(HttpContext http, LiveCatalogue catalogue, CancellationToken stop)
    {
        var asked = new QueryReader(http.Request);
        var search = asked.Words("search");
        var active = asked.Flag("active");
        var limit = asked.Paging(DefaultLimit).Limit;
        if (asked.Refusal is { } refusal)
            return refusal;
        var brands = (await catalogue.Current(stop)).Brands;
        return new BrandPage(brands.Find(search, active, limit));
    }

    private sealed class BrandPage(IEnumerable<ShelvedBrand> brands) : IResult
    {
        public async Task ExecuteAsync(HttpContext httpContext)
        {
            var response = httpContext.Response;
            response.ContentType = "application/json; charset=utf-8";
            var body = response.BodyWriter;
            body.Write("{\"brands\":["u8);
            var first = true;
            foreach (var brand in brands)
            {
                if (!first)
                    body.Write(","u8);
                first = false;
                body.Write(brand.Json.Span);
            }

            body.Write("]}"u8);
            await body.FlushAsync(httpContext.RequestAborted);
        }
    }
}

public sealed record BrandList(IReadOnlyList<BrandListItem> Brands);

public sealed record BrandListItem(int Id, string Name, string Description, string Country, int? FoundedYear, int FragranceCount);
