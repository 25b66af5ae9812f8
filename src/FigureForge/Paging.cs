using System.Globalization;
using System.Text.RegularExpressions;
using Colonnade.Platform.Web;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;

namespace Colonnade.FigureForge;

/// <summary>A part of a list: its rows, how many there are in all, and the paths of the parts beside it with the same query.</summary>
public sealed record Page<T>(IReadOnlyList<T> Results, int Count, string? Next, string? Previous);

/// <summary>Reads <c>limit</c>, <c>offset</c>, <c>tag</c> and <c>tags</c> as every list has them.</summary>
internal sealed partial class ListQuery(HttpRequest request) : QueryReader(request, FigureForgeErrors.Invalid)
{
    private const int Usual = 20;
    private const int Most = 100;
    private readonly HttpRequest _request = request;

    private static readonly QueryWhole OfLimit = new("limit", 1, "How many; at most 100 whatever is asked") { Otherwise = Usual };
    private static readonly QueryWhole OfOffset = new("offset", 0, "How many to skip") { Otherwise = 0 };
    private static readonly QuerySeveral OfTag = new("tag", "Only with this tag");
    private static readonly QuerySeveral OfTags = new("tags", "Only with all of these tags") { IsListed = true };

    public static readonly QueryWords OfWords = new("q", "Only with these words in the prompt, as a tag, or as the seed");
    public static readonly QueryWords OfModel = new("model", "Only drawn by this model");
    public static readonly QueryWhole OfSeed = new("seed", 0, "Only of this seed");
    public static readonly QueryWords From = new("from", "Only made at this time or later") { Format = "date-time" };
    public static readonly QueryWords To = new("to", "Only made before this time") { Format = "date-time" };
    public static readonly QueryWhole LeastRating = new("min_rating", 0, 5, "Only rated so or better");
    public static readonly QueryChoice Sort = new("sort", ["newest", "oldest", "rating"], "newest", "What to sort by");

    /// <summary>Which part of a list.</summary>
    public static readonly QueryParameter[] OfPage = [OfLimit, OfOffset];

    /// <summary>Which images, and in which order.</summary>
    public static readonly QueryParameter[] OfImages = [OfLimit, OfOffset, OfTag, OfTags, OfWords, OfModel, OfSeed, From, To, LeastRating, Sort];

    public int Limit => (int)Math.Min(Whole(OfLimit) ?? Usual, Most);

    public int Offset => (int)Math.Min(Whole(OfOffset) ?? 0, int.MaxValue / 2);

    /// <summary>All of them must be on an image.</summary>
    public string[] Tags
    {
        get
        {
            var tags = (Several(OfTag) ?? []).Concat(Several(OfTags) ?? []).SelectMany(list => list.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
                .Select(tag => tag.ToLowerInvariant()).Distinct(StringComparer.Ordinal).ToArray();
            if (!Array.TrueForAll(tags, IsTag))
                Refuse<bool>("tags", "must be words of letters, digits and underscores, such as pose:standing");
            return tags;
        }
    }

    public DateTimeOffset? Time(QueryWords parameter) => Words(parameter) switch
    {
        null => null,
        var text when DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) => time.ToUniversalTime(),
        _ => Refuse<DateTimeOffset?>(parameter.Name, "must be a date or a time in ISO 8601"),
    };

    public static bool IsTag(string tag) => tag.Length <= 80 && Tag().IsMatch(tag);

    public Page<T> Of<T>(IReadOnlyList<T> rows, int total)
    {
        var (limit, offset) = (Limit, Offset);
        return new Page<T>(rows, total, offset + limit < total ? Path(limit, offset + limit) : null, offset > 0 ? Path(limit, Math.Max(0, offset - limit)) : null);
    }

    private string Path(int limit, int offset)
    {
        var query = new QueryBuilder { { "limit", limit.ToString(CultureInfo.InvariantCulture) }, { "offset", offset.ToString(CultureInfo.InvariantCulture) } };
        foreach (var (name, values) in _request.Query.Where(pair => pair.Key is not ("limit" or "offset")))
        {
            foreach (var value in values.OfType<string>())
                query.Add(name, value);
        }

        var path = _request.Path.ToUriComponent();
        // A colon and a comma need no escape in a query, and read better.
        return (path.EndsWith('/') ? path : path + "/") + query.ToQueryString().Value!.Replace("%3A", ":", StringComparison.Ordinal).Replace("%2C", ",", StringComparison.Ordinal);
    }

    [GeneratedRegex(@"^[a-z0-9_]+(:[a-z0-9_-]+)?$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Tag();
}
