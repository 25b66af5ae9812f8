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
    /// <summary>How many are answered unless the query says otherwise.</summary>
    internal const int DefaultLimit = 50;

    private static readonly QueryWords Search = new("search", "Only brands with this in their name");
    private static readonly QueryFlag Active = new("active", "Only active brands, or only others");
    private static readonly QueryWhole Limit = new("limit", 1, "How many; at most 100 whatever is asked") { Otherwise = DefaultLimit };
    private static readonly QueryWhole Offset = new("offset", 0, "Checked like everywhere, but brands come in one part") { Otherwise = 0 };

    public static void MapBrands(this IEndpointRouteBuilder api) => api.MapGet("/brands", List)
        .WithTags("Fragrances").RequireCustomer().Limit(FragrancesLimits.BrandReadsPerCaller).Produces<BrandList>()
            .WithSummary("Browse the brands").Query(Search, Active, Limit, Offset);

    private static async ValueTask<IResult> List(HttpContext http, LiveCatalogue catalogue)
    {
        var asked = new QueryReader(http.Request);
        var search = asked.Words(Search);
        var active = asked.Flag(Active);
        var limit = (int)Math.Min(asked.Whole(Limit) ?? DefaultLimit, Paging.MostLimit);
        asked.Whole(Offset);
        if (asked.Refusal is { } refusal)
            return refusal;
        var brands = (await catalogue.Current(http)).Brands;
        return new BrandPage(brands.Page(search, active, limit));
    }

    private sealed class BrandPage(ReadOnlyMemory<byte> body) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            var response = httpContext.Response;
            response.ContentType = "application/json; charset=utf-8";
            response.ContentLength = body.Length;
            return response.Body.WriteAsync(body, CancellationToken.None).AsTask();
        }
    }
}

public sealed record BrandList(IReadOnlyList<BrandListItem> Brands);

public sealed record BrandListItem(int Id, string Name, string Description, string Country, int? FoundedYear, int FragranceCount);
