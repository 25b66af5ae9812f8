using Shouldly;
using Xunit;

namespace Colonnade.Architecture.Tests;

public sealed class ReferenceTests
{
    [Fact]
    public void The_host_knows_every_product_and_every_product_is_looked_at_here() =>
        House.Products.Keys.ShouldBe(Host.Products.All.Select(product => product.Name), ignoreOrder: true);

    [Fact]
    public void Products_never_see_one_another()
    {
        House.Products.Count.ShouldBeGreaterThan(1, "one product alone cannot break this rule");
        var products = House.Products.Values.Select(of => of.Product.Identity.Assembly.GetName().Name!).ToHashSet(StringComparer.Ordinal);
        foreach (var (_, (product, _)) in House.Products)
        {
            var own = product.Identity.Assembly.GetName().Name!;
            product.Identity.Assembly.GetReferencedAssemblies().Select(reference => reference.Name!).Where(products.Contains).Where(name => name != own)
                .ShouldBeEmpty($"{own} refers to another product");
        }
    }

    [Fact]
    public void The_platform_sees_no_product() =>
        House.Platform.GetReferencedAssemblies().Select(reference => reference.Name!).Where(name => name.StartsWith("Colonnade", StringComparison.Ordinal)).ShouldBeEmpty();

    [Fact]
    public void The_figure_renderer_needs_nothing_but_the_runtime_and_serves_those_that_draw()
    {
        House.Mannequin.GetReferencedAssemblies().Select(reference => reference.Name!).Where(name => !name.StartsWith("System.", StringComparison.Ordinal)).ShouldBeEmpty();
        var own = House.Mannequin.GetName().Name!;
        string[] mayDraw = ["FigureForge", "Sandbox"];
        foreach (var (name, (product, _)) in House.Products.Where(of => !mayDraw.Contains(of.Key, StringComparer.Ordinal)))
            product.Identity.Assembly.GetReferencedAssemblies().ShouldNotContain(reference => reference.Name == own, $"{name} draws no figures");
        House.Platform.GetReferencedAssemblies().ShouldNotContain(reference => reference.Name == own);
    }

    [Fact]
    public void Products_have_ports_and_names_of_their_own()
    {
        Host.Products.All.Count.ShouldBeGreaterThan(1);
        Host.Products.All.Select(product => product.Identity.Port).ShouldBeUnique();
        Host.Products.All.Select(product => product.Identity.Schema).ShouldBeUnique(StringComparer.Ordinal);
    }
}
