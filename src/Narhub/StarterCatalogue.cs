using System.Text;
using Colonnade.Platform.Database;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace Colonnade.Narhub;

/// <summary>The demonstration catalogue that is there on first start.</summary>
public static class StarterCatalogue
{
    /// <summary>By the setting <c>Narhub:Starter</c>; unless it says otherwise, in Development only: what is listed can be ordered.</summary>
    public static bool IsWanted(IConfiguration configuration, IHostEnvironment environment) => configuration.GetValue("Starter", environment.IsDevelopment());

    /// <summary>Fills an empty catalogue; one that ever held a product stays as it is.</summary>
    public static async Task Seed(ProductDatabase database, CancellationToken stop)
    {
        using var reader = new StreamReader(
            typeof(StarterCatalogue).Assembly.GetManifestResourceStream("Colonnade.Narhub.starter-products.json")
            ?? throw new InvalidOperationException("starter-products.json is not embedded."), Encoding.UTF8);
        await database.Execute(
            """
            insert into products (slug, name, icon, category, description, price_min, price_max, currency)
            select slug, name, icon, category, description, "priceMin", "priceMax", 'EUR'
            from jsonb_to_recordset(cast(@json as jsonb)) as starter (slug text, name text, icon text, category text, description text, "priceMin" bigint, "priceMax" bigint)
            where not exists (select from products)
            on conflict (slug) do nothing
            """, new { json = await reader.ReadToEndAsync(stop) }, stop);
    }
}
