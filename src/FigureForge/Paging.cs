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

    public int Limit => (int)Math.Min(Whole("limit", 1) ?? Usual, Most);

    public int Offset => (int)Math.Min(Whole("offset", 0) ?? 0, int.MaxValue / 2);

    /// <summary>All of them must be on an image.</summary>
    public string[] Tags
    {
        get
        {
            var tags = (Several("tag") ?? []).Concat(Several("tags") ?? []).SelectMany(list => list.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
                .Select(tag => tag.ToLowerInvariant()).Distinct(StringComparer.Ordinal).ToArray();
            if (!Array.TrueForAll(tags, IsTag))
                Refuse<bool>("tags", "must be words of letters, digits and underscores, such as pose:standing");
            return tags;
        }
    }

    public DateTimeOffset? Time(string name) => Text(name) switch
    {
        null => null,
        var text when DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) => time.ToUniversalTime(),
        _ => Refuse<DateTimeOffset?>(name, "must be a date or a time in ISO 8601"),
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
