using Colonnade.FigureForge;
using Colonnade.Fragrances;
using Colonnade.Narhub;
using Colonnade.OrderDesk;
using Colonnade.Platform.Web;
using Colonnade.Sandbox;
using Colonnade.Studio;
using Microsoft.AspNetCore.Builder;

namespace Colonnade.Host;

/// <summary>A product as the Host sees it.</summary>
/// <param name="Identity">Its name on the command line (in any case), in settings and on the start-up line; its port.</param>
/// <param name="Build">Makes the application; it has a schema, migrations and a listener of its own.</param>
public sealed record Product(ProductIdentity Identity, Func<WebApplicationBuilder, WebApplication> Build)
{
    /// <summary>Stands in for third parties: started beside every product in Development, never elsewhere.</summary>
    public bool IsSandbox { get; init; }

    public string Name => Identity.Name;
}

/// <summary>Who lives in this house.</summary>
public static class Products
{
    public static IReadOnlyList<Product> All { get; } =
    [
        new(NarhubProduct.Identity, NarhubProduct.Build),
        new(StudioProduct.Identity, StudioProduct.Build),
        new(OrderDeskProduct.Identity, OrderDeskProduct.Build),
        new(FigureForgeProduct.Identity, FigureForgeProduct.Build),
        new(FragrancesProduct.Identity, FragrancesProduct.Build),
        new(SandboxProduct.Identity, SandboxProduct.Build) { IsSandbox = true },
    ];

    /// <summary>
    /// The products called by <paramref name="names"/>, all when there are none; in Development with the Sandbox.
    /// </summary>
    /// <exception cref="CannotStartException">A name is no product's, or the Sandbox is asked for outside Development.</exception>
    public static IReadOnlyList<Product> Asked(IReadOnlyList<Product> all, IReadOnlyList<string> names, Settings settings)
    {
        foreach (var product in names.Select(name => Named(all, name)))
        {
            if (product.IsSandbox && !settings.IsDevelopment)
                throw new CannotStartException($"The {product.Name} stands in for third parties and starts in Development only, not in {settings.Environment}.");
        }

        return
        [
            .. all.Where(product => product.IsSandbox
                ? settings.IsDevelopment
                : names.Count == 0 || names.Contains(product.Name, StringComparer.OrdinalIgnoreCase)),
        ];
    }

    /// <summary>The product called <paramref name="name"/>, in whatever case.</summary>
    /// <exception cref="CannotStartException">There is none.</exception>
    public static Product Named(IReadOnlyList<Product> all, string name) =>
        all.FirstOrDefault(product => product.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
        ?? throw new CannotStartException(
            $"There is no product {name}; there are {string.Join(", ", all.Select(product => product.Name.ToLowerInvariant()))}.");
}
