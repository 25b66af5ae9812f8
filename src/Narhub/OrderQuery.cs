using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Colonnade.Narhub;

/// <summary>Reads a query string and refuses in this product's words.</summary>
internal sealed class OrderQuery(HttpRequest request) : Platform.Web.QueryReader(request, static (message, name) => NarhubErrors.Invalid(message, name))
{
    public DateOnly? Day(string name) => Text(name) switch
    {
        null => null,
        var text when DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) => day,
        _ => Refuse<DateOnly?>(name, "must be a date as YYYY-MM-DD"),
    };

    public Guid? Id(string name) => Text(name) switch
    {
        null => null,
        var text when Guid.TryParseExact(text, "D", out var id) => id,
        _ => Refuse<Guid?>(name, "must be a UUID"),
    };
}
