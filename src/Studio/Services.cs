using System.Text.Json.Serialization;
using Colonnade.Platform.RateLimits;
using Colonnade.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Colonnade.Studio;

/// <summary>/api/services: what can be ordered.</summary>
public static class Services
{
    /// <summary>The most that one answer holds.</summary>
    private const int Most = 1_000;

    private static readonly QueryWords Search = new("q", "Only with this in title or description");
    private static readonly QueryWords Category = new("category", "Only of this category");
    private static readonly QueryChoice Sort = new("sort", ["newest", "price", "-price", "title"], "newest", "What to sort by");

    public static void MapServices(this IEndpointRouteBuilder api)
    {
        var services = api.MapGroup("/services").WithTags("Services").RequireCustomer().Limit(StudioLimits.CallsPerCaller);
        services.MapGet("/", List).Produces<ServiceList>()
            .WithSummary("Browse services").Query([Search, Category, Sort, .. QueryReader.OfPage]);
        services.MapGet("/{id}", Get).Produces<ServiceDetail>()
            .WithSummary("Read a service with its packages").Refuses(StudioErrors.NotFound("Service"));
    }

    private static async Task<IResult> List(HttpRequest request, ServiceShelf shelf, CancellationToken stop)
    {
        var current = await shelf.Current(stop);
        // What nearly every client asks for lies ready.
        if (!request.QueryString.HasValue && current.Services.Count <= Most)
            return new ReadyAnswer(current.List);
        var query = new QueryReader(request);
        var (words, category) = (query.Words(Search)?.Trim(), query.Words(Category));
        var sort = query.Choice(Sort);
        var page = query.Page(Most);
        if (query.Refusal is { } refusal)
            return refusal;

        var found = current.Services.Where(service =>
            (string.IsNullOrEmpty(words) || service.Title.Contains(words, StringComparison.OrdinalIgnoreCase) || service.Description.Contains(words, StringComparison.OrdinalIgnoreCase))
            && (string.IsNullOrEmpty(category) || service.Category.Equals(category, StringComparison.OrdinalIgnoreCase)));
        found = sort switch
        {
            "price" => found.OrderBy(service => service.From),
            "-price" => found.OrderByDescending(service => service.From),
            "title" => found.OrderBy(service => service.Title, StringComparer.OrdinalIgnoreCase),
            _ => found,
        };
        var all = found.ToList();
        return TypedResults.Ok(new ServiceList([.. all.Skip(page.Offset).Take(page.Limit)], page.Over(all.Count)));
    }

    private static async Task<IResult> Get(PathUuid id, ServiceShelf shelf, CancellationToken stop) =>
        (await shelf.Current(stop)).Details.TryGetValue(id.Value, out var detail) ? new ReadyAnswer(detail) : StudioErrors.NotFound("Service");

    private sealed class ReadyAnswer(ReadOnlyMemory<byte> body) : IResult
    {
        public async Task ExecuteAsync(HttpContext httpContext)
        {
            var response = httpContext.Response;
            response.ContentType = "application/json; charset=utf-8";
            response.ContentLength = body.Length;
            await response.Body.WriteAsync(body, httpContext.RequestAborted);
        }
    }
}

public sealed record ServiceList(
    IReadOnlyList<Service> Services, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Pagination? Pagination = null);

public sealed record ServiceDetail(Service Service, IReadOnlyList<Package> Packages);

/// <param name="Id">Opaque.</param>
/// <param name="Title"></param>
/// <param name="Description"></param>
/// <param name="Category">A slug, such as <c>branding</c>.</param>
/// <param name="ProviderId">Who does the work.</param>
/// <param name="Rating">Of its reviews, 1 to 5; null while there is none.</param>
/// <param name="ReviewCount"></param>
/// <param name="Packages">The cheapest choices first.</param>
public sealed record Service(
    Guid Id, string Title, string Description, string Category, Guid ProviderId, decimal? Rating, long ReviewCount, IReadOnlyList<Package> Packages)
{
    [JsonIgnore]
    internal long From => Packages.Min(package => package.Price);
}

/// <param name="Id">Opaque.</param>
/// <param name="Name"></param>
/// <param name="Description"></param>
/// <param name="Price">In minor units of the currency.</param>
/// <param name="Currency">Three letters, lower case.</param>
/// <param name="DeliveryDays">From the requirements to the first delivery.</param>
/// <param name="Revisions">How often changes can be requested.</param>
/// <param name="Features"></param>
public sealed record Package(
    Guid Id, string Name, string Description, long Price, string Currency, int DeliveryDays, int Revisions, IReadOnlyList<string> Features);
