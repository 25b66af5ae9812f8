using System.Text.Json;
using Colonnade.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Colonnade.Fragrances;

/// <summary>Search over a fragrance catalogue and personal collections. The table of contents of this product.</summary>
public static class FragrancesProduct
{
    public static readonly ProductIdentity Identity = new("Fragrances", 3004, typeof(FragrancesProduct).Assembly);

    public static WebApplication Build(WebApplicationBuilder builder)
    {
        builder.AddProduct(Identity, new FragrancesErrors(), JsonNamingPolicy.CamelCase);
        builder.Services.AddValidation();

        var app = builder.Build();
        app.UseProduct();

        var api = app.MapGroup("/api");
        api.MapCollection();
        return app;
    }
}
