using System.Globalization;
using Colonnade.Platform.Web;
using Microsoft.AspNetCore.Http;

namespace Colonnade.Fragrances;

/// <inheritdoc />
internal sealed class QueryReader(HttpRequest request) : Platform.Web.QueryReader(request, static (message, name) => FragrancesErrors.Invalid(message, name))
{
    private static readonly QueryWhole Limit = new("limit", 1, "How many; at most 100 whatever is asked") { Otherwise = Fragrances.Paging.DefaultLimit };
    private static readonly QueryWhole Offset = new("offset", 0, "How many to skip") { Otherwise = 0 };
    private readonly IQueryCollection _query = request.Query;

    /// <summary>Which part of a list.</summary>
    public static readonly QueryParameter[] OfPaging = [Limit, Offset];

    /// <summary>Any number of ids, as clients spell lists: <c>brand=1&amp;brand=2</c>, <c>brand=1,2</c>, <c>brand[]=1</c>, <c>brand[0]=1</c>.</summary>
    public IReadOnlyList<int>? Ids(QuerySeveral parameter)
    {
        var name = Stated(parameter).Name;
        List<int>? ids = null;
        foreach (var (key, texts) in _query)
        {
            if (key != name && !(key.StartsWith(name + "[", StringComparison.Ordinal) && key[^1] == ']'))
                continue;
            foreach (var text in texts.SelectMany(list => list!.Split(',')))
            {
                ids ??= [];
                if (text.Length is > 0 and <= 18 && text.All(char.IsAsciiDigit))
                    ids.Add((int)Math.Min(long.Parse(text, CultureInfo.InvariantCulture), int.MaxValue));
                else
                    Refuse<int?>(name, "must be a list of ids");
            }
        }

        return ids;
    }

    /// <summary>limit, at most 100 whatever is asked, and offset.</summary>
    public Paging Paging() => new((int)Math.Min(Whole(Limit) ?? Fragrances.Paging.DefaultLimit, Fragrances.Paging.MostLimit), Whole(Offset) ?? 0);
}
