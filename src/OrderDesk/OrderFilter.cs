using System.Globalization;
using Colonnade.Platform.Web;
using Microsoft.AspNetCore.Http;

namespace Colonnade.OrderDesk;

/// <summary>Which orders are asked for: the same words for the list and for the export.</summary>
internal sealed class OrderFilter
{
    private static readonly string[] Fields = ["orderId", "title", "price", "link", "status"];
    private static readonly QueryChoice OfStatus = new("status", StatusRuleAttribute.All, null, "Only orders of this status");
    private static readonly QueryWords OfText = new("q", "Only orders with this in title or link") { Most = 200 };
    private static readonly QueryWords FromPrice = new("minPrice", "Only orders at this price or above") { Pattern = PriceRuleAttribute.Form };
    private static readonly QueryWords ToPrice = new("maxPrice", "Only orders at this price or below") { Pattern = PriceRuleAttribute.Form };
    private static readonly QueryChoice OfField = new("filterBy", Fields, null, "Which field `filterValue` is about");
    private static readonly QueryWords OfValue = new("filterValue", "Only orders with this in the field that `filterBy` names") { Most = 2048 };

    public static readonly QueryParameter[] Parameters = [OfStatus, OfText, FromPrice, ToPrice, OfField, OfValue];

    private readonly List<string> _conditions = ["o.deleted_at is null"];

    private OrderFilter(Guid? owner)
    {
        Owner = owner;
        if (owner is not null)
            _conditions.Add("o.owner_id = @Owner");
    }

    /// <summary>The condition on <c>orders o</c>; this object holds its parameters.</summary>
    public string Condition => string.Join(" and ", _conditions);

    public Guid? Owner { get; }

    public string? Status { get; private set; }

    public string? Text { get; private set; }

    public long? LeastMinor { get; private set; }

    public long? MostMinor { get; private set; }

    public object? Value { get; private set; }

    /// <summary>Ask <see cref="QueryReader.Refusal"/> before using it.</summary>
    public static OrderFilter Of(OrderQuery query, Caller caller)
    {
        var filter = new OrderFilter(caller.OwnerId);
        if (query.Choice(OfStatus) is { } status)
            filter.Add("o.status = @Status", () => filter.Status = status);
        if (query.Short(OfText) is { } text)
            filter.Add(@"(o.title ilike @Text escape '\' or o.link ilike @Text escape '\')", () => filter.Text = Pattern(text));
        if (query.Price(FromPrice) is { } least)
            filter.Add("o.price_minor >= @LeastMinor", () => filter.LeastMinor = least);
        if (query.Price(ToPrice) is { } most)
            filter.Add("o.price_minor <= @MostMinor", () => filter.MostMinor = most);
        filter.ByField(query);
        return filter;
    }

    private void ByField(OrderQuery query)
    {
        if (query.Choice(OfField) is not { } field)
        {
            if (query.Words(OfValue) is not null)
                query.Refuse("filterBy", "is required with filterValue");
            return;
        }

        if (query.Short(OfValue) is not { } value)
        {
            query.Refuse("filterValue", "is required with filterBy");
            return;
        }

        switch (field)
        {
            case "orderId":
                Add("o.id = @Value", () => Value = PathUuid.TryParse(value, out var id) ? id.Value : Guid.Empty);
                break;
            case "price":
                var price = query.Price(OfValue);
                Add("o.price_minor = @Value", () => Value = price);
                break;
            case "status":
                Add("o.status = @Value", () => Value = query.Choice(OfValue.Name, "", StatusRuleAttribute.All));
                break;
            case "title" or "link":
                Add($@"o.{field} ilike @Value escape '\'", () => Value = Pattern(value));
                break;
        }
    }

    private void Add(string condition, Action set)
    {
        _conditions.Add(condition);
        set();
    }

    private static string Pattern(string text) =>
        "%" + text.Replace(@"\", @"\\", StringComparison.Ordinal).Replace("%", @"\%", StringComparison.Ordinal).Replace("_", @"\_", StringComparison.Ordinal) + "%";
}

/// <inheritdoc />
internal sealed class OrderQuery(HttpRequest request) : QueryReader(request, static (message, name) => OrderDeskErrors.Invalid(message, name))
{
    private const int MostLimit = 100;
    private const int DefaultLimit = 30;
    private static readonly QueryWhole Number = new("page", 1, "Which page") { Otherwise = 1 };

    /// <summary>How many at once.</summary>
    public static readonly QueryWhole Limit = new("limit", 1, "How many at once; at most 100 whatever is asked") { Otherwise = DefaultLimit };

    /// <summary>Which page of a list.</summary>
    public static readonly QueryParameter[] OfPage = [Number, Limit];

    public void Refuse(string name, string rule) => Refuse<bool>(name, rule);

    /// <summary>A text that is not empty and can be stored.</summary>
    public string? Short(QueryWords parameter) => Words(parameter) is not { Length: > 0 } text ? null
        : text.Length > parameter.Most || !WireText.IsStorable(text)
            ? Refuse<string>(parameter.Name, string.Create(CultureInfo.InvariantCulture, $"must be a text of at most {parameter.Most} characters"))
            : text;

    /// <summary>A price in minor units.</summary>
    public long? Price(QueryWords parameter) => Words(parameter) is not { } text ? null
        : PriceRuleAttribute.IsPrice(text) ? (long)(decimal.Parse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture) * 100)
        : Refuse<long?>(parameter.Name, "must be a valid number with up to 2 decimal places");

    public OrderPage Page() => new(Whole(Number) ?? 1, (int)Math.Min(Whole(Limit) ?? DefaultLimit, MostLimit));
}

internal sealed record OrderPage(long Number, int Limit)
{
    public long Offset => (Math.Min(Number, 1_000_000_000_000) - 1) * Limit;

    public Pagination Over(long total) => new(Number, (total + Limit - 1) / Limit, total, Limit);
}

public sealed record Pagination(long CurrentPage, long TotalPages, long TotalItems, int ItemsPerPage);
