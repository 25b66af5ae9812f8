using System.Reflection;
using Colonnade.FigureForge;
using Colonnade.Fragrances;
using Colonnade.Host;
using Colonnade.Mannequin;
using Colonnade.Narhub;
using Colonnade.OrderDesk;
using Colonnade.Platform.Errors;
using Colonnade.Sandbox;
using Colonnade.Studio;

namespace Colonnade.Architecture.Tests;

/// <summary>What the rules look at.</summary>
internal static class House
{
    public static Assembly Platform { get; } = typeof(Dialect).Assembly;

    /// <summary>The figure renderer: products may refer to it, it refers to nothing.</summary>
    public static Assembly Mannequin { get; } = typeof(Scene).Assembly;

    /// <summary>Each product with its errors, as the Host knows them.</summary>
    public static IReadOnlyDictionary<string, (Product Product, Dialect Dialect)> Products { get; } = new Dictionary<string, (Product, Dialect)>(StringComparer.Ordinal)
    {
        ["Fragrances"] = (Host.Products.All.Single(product => product.Name == "Fragrances"), new FragrancesErrors()),
        ["Narhub"] = (Host.Products.All.Single(product => product.Name == "Narhub"), new NarhubErrors()),
        ["OrderDesk"] = (Host.Products.All.Single(product => product.Name == "OrderDesk"), new OrderDeskErrors()),
        ["Studio"] = (Host.Products.All.Single(product => product.Name == "Studio"), new StudioErrors()),
        ["FigureForge"] = (Host.Products.All.Single(product => product.Name == "FigureForge"), new FigureForgeErrors()),
        ["Sandbox"] = (Host.Products.All.Single(product => product.Name == "Sandbox"), new SandboxErrors()),
    };

    /// <summary>The folder of the sources: above the test's output.</summary>
    public static string Root { get; } = Find(AppContext.BaseDirectory);

    public static IEnumerable<string> Sources(string folder, string pattern = "*.cs") => Directory
        .EnumerateFiles(Path.Combine(Root, folder), pattern, SearchOption.AllDirectories)
        .Where(file => !file.Contains("/artifacts/", StringComparison.Ordinal) && !file.Contains("/node_modules/", StringComparison.Ordinal));

    private static string Find(string folder) => File.Exists(Path.Combine(folder, "Colonnade.slnx")) ? folder : Find(Path.GetDirectoryName(folder.TrimEnd('/'))!);
}
