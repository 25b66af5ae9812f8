using System.Globalization;
using Colonnade.Platform.Web;
using Microsoft.AspNetCore.Http;

namespace Colonnade.Narhub;

/// <summary>Reads a query string and refuses in this product's words.</summary>
internal sealed class OrderQuery(HttpRequest request) : Platform.Web.QueryReader(request, static (message, name) => NarhubErrors.Invalid(message, name))
{
    public const int UsualLimit = 50;

    public static readonly QueryWhole Limit = new("limit", 1, 200, "How many at once") { Otherwise = UsualLimit };
    public static readonly QueryWhole Offset = new("offset", 0, int.MaxValue, "How many to skip") { Otherwise = 0 };
    public static readonly QueryParameter[] OfPage = [Limit, Offset];

    public DateOnly? Day(QueryWords parameter) => Words(parameter) switch
    {
        null => null,
        var text when DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) => day,
        _ => Refuse<DateOnly?>(parameter.Name, "must be a date as YYYY-MM-DD"),
    };

    public Guid? Id(QueryWords parameter) => Words(parameter) switch
    {
        null => null,
        var text when Guid.TryParseExact(text, "D", out var id) => id,
        _ => Refuse<Guid?>(parameter.Name, "must be a UUID"),
    };
}
