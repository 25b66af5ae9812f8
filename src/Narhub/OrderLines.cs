using Colonnade.Platform.Database;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Colonnade.Narhub;

/// <summary>What a client asks for, held against the catalogue: of a product it has, its own name and prices count.</summary>
internal static class OrderLines
{
    public static List<OrderLine> AsAsked(IReadOnlyList<OrderItemWish> items) => [.. items.Select(item => new OrderLine(
        item.ProductSlug!, item.ProductName!, item.ProductIcon, item.PriceMin!.Value, item.PriceMax!.Value, item.FinalPrice, item.Quantity ?? 1))];

    public static async Task<(List<OrderLine> Lines, ProblemHttpResult? Refusal)> OfCatalogue(
        IReadOnlyList<OrderItemWish> items, string currency, Work work, CancellationToken stop)
    {
        var slugs = items.Select(item => item.ProductSlug!).Distinct(StringComparer.Ordinal).ToArray();
        var catalogue = (await work.List<CatalogueRow>(
            "select slug, name, price_min, price_max, currency, withdrawn_at is not null as is_withdrawn from products where slug = any (@slugs)", new { slugs }, stop))
            .ToDictionary(product => product.Slug, StringComparer.Ordinal);
        if (catalogue.Values.Any(product => product.IsWithdrawn))
            return ([], NarhubErrors.NoLongerSold());
        if (catalogue.Values.FirstOrDefault(product => product.Currency != currency) is { } other)
            return ([], NarhubErrors.Invalid($"{other.Name} is sold in {other.Currency}", "currency"));
        return (AsAsked(items).ConvertAll(line => catalogue.TryGetValue(line.Slug, out var product)
            ? line with { Name = product.Name, PriceMin = product.PriceMin, PriceMax = product.PriceMax }
            : line), null);
    }

    /// <summary>A final price outside its range.</summary>
    public static ProblemHttpResult? FlawOfPrices(IReadOnlyList<OrderLine> lines)
    {
        for (var i = 0; i < lines.Count; i++)
        {
            if (lines[i] is { FinalPrice: { } price } line && (price < line.PriceMin || price > line.PriceMax))
                return NarhubErrors.Invalid($"The final price of {line.Name} must be between {line.PriceMin} and {line.PriceMax}", $"items[{i}].final_price");
        }

        return null;
    }

    private sealed record CatalogueRow
    {
        public string Slug { get; init; } = "";
        public string Name { get; init; } = "";
        public long PriceMin { get; init; }
        public long PriceMax { get; init; }
        public string Currency { get; init; } = "";
        public bool IsWithdrawn { get; init; }
    }
}
