using System.Text.Json.Serialization;
using Colonnade.Platform.Web;
using Microsoft.AspNetCore.Http;

namespace Colonnade.Studio;

/// <summary>Which part of a list is asked for; everything when nothing is.</summary>
internal sealed record Paging(int Page, int Limit, bool IsAsked)
{
    public int Offset => (Page - 1) * Limit;

    /// <summary>Null where no paging was asked for.</summary>
    public Pagination? Over(long total) => IsAsked ? new Pagination(Page, Limit, total, (total + Limit - 1) / Limit) : null;
}

public sealed record Pagination(int Page, int Limit, long Total, [property: JsonPropertyName("totalPages")] long Pages);

/// <inheritdoc />
internal sealed class QueryReader(HttpRequest request) : Platform.Web.QueryReader(request, static (message, name) => StudioErrors.Invalid(message, name))
{
    private const int MostPages = 10_000;
    private const int UsualLimit = 20;

    private static readonly QueryWhole Number = new("page", 1, MostPages, "Which page; everything when neither this nor `limit` is given");
    private static readonly QueryWhole Limit = new("limit", 1, 100, "How many on a page; 20 when only `page` is given");

    /// <summary>Which page of a list.</summary>
    public static readonly QueryParameter[] OfPage = [Number, Limit];

    /// <summary>page from 1, limit up to 100.</summary>
    /// <param name="most">Of a list that is not paged.</param>
    public Paging Page(int most)
    {
        var (page, limit) = (Whole(Number), Whole(Limit));
        return page is null && limit is null ? new Paging(1, most, false) : new Paging((int)(page ?? 1), (int)(limit ?? UsualLimit), true);
    }
}
