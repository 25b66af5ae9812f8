using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Colonnade.Fragrances;

/// <inheritdoc />
internal sealed class QueryReader(HttpRequest request) : Platform.Web.QueryReader(request, static (message, name) => FragrancesErrors.Invalid(message, name))
{
    private readonly IQueryCollection _query = request.Query;

    /// <summary>Any number of ids, as clients spell lists: <c>brand=1&amp;brand=2</c>, <c>brand=1,2</c>, <c>brand[]=1</c>, <c>brand[0]=1</c>.</summary>
    public IReadOnlyList<int>? Ids(string name)
    {
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
    public Paging Paging(int limit = Fragrances.Paging.DefaultLimit) =>
        new((int)Math.Min(Whole("limit", least: 1) ?? limit, Fragrances.Paging.MostLimit), Whole("offset", least: 0) ?? 0);
}
