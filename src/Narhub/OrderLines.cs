using Colonnade.Platform.Database;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Colonnade.Narhub;

/// <summary>What a client asks for, held against the catalogue: of a product it has, its own name and prices count.</summary>
internal static class OrderLines
{
    public static async Task<(IReadOnlyList<OrderLine> Lines, ProblemHttpResult? Refusal)> Of(
        IReadOnlyList<OrderItemWish> items, string currency, Work work, CancellationToken stop)
    {
        var slugs = items.Select(item => item.ProductSlug!).Distinct(StringComparer.Ordinal).ToArray();
        var catalogue = (await work.List<CatalogueRow>(
            "select slug, name, price_min, price_max, currency from products where slug = any (@slugs) and withdrawn_at is null", new { slugs }, stop))
            .ToDictionary(product => product.Slug, StringComparer.Ordinal);
        var lines = new List<OrderLine>(items.Count);
        for (var i = 0; i < items.Count; i++)
        {
            var item = items[i];
            var line = new OrderLine(item.ProductSlug!, item.ProductName!, item.ProductIcon, item.PriceMin!.Value, item.PriceMax!.Value, item.FinalPrice, item.Quantity ?? 1);
            if (catalogue.TryGetValue(line.Slug, out var product))
            {
                if (product.Currency != currency)
                    return ([], NarhubErrors.Invalid($"{product.Name} is sold in {product.Currency}", "currency"));
                line = line with { Name = product.Name, PriceMin = product.PriceMin, PriceMax = product.PriceMax };
            }

            if (line.FinalPrice is { } price && (price < line.PriceMin || price > line.PriceMax))
                return ([], NarhubErrors.Invalid($"The final price of {line.Name} must be between {line.PriceMin} and {line.PriceMax}", $"items[{i}].final_price"));
            lines.Add(line);
        }

        return (lines, null);
    }

    private sealed record CatalogueRow
    {
        public string Slug { get; init; } = "";
        public string Name { get; init; } = "";
        public long PriceMin { get; init; }
        public long PriceMax { get; init; }
        public string Currency { get; init; } = "";
    }
}
