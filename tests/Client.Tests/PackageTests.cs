using System.Text.Json;
using Shouldly;
using Xunit;

namespace Colonnade.Client.Tests;

public sealed class PackageTests
{
    [Fact]
    public async Task The_types_are_those_of_the_snapshots() =>
        (await ClientPackage.Run("node", ["scripts/generate.mjs", "--check"])).ShouldBeEmpty();

    [Fact]
    public async Task What_is_published_is_compiled_typed_licensed_and_depends_on_nothing()
    {
        var manifest = JsonDocument.Parse(await File.ReadAllBytesAsync(Path.Combine(ClientPackage.Folder, "package.json"), TestContext.Current.CancellationToken)).RootElement;
        foreach (var kind in (string[])["dependencies", "peerDependencies", "optionalDependencies", "bundleDependencies"])
            manifest.TryGetProperty(kind, out _).ShouldBeFalse(kind);
        manifest.TryGetProperty("private", out _).ShouldBeFalse();

        var packed = JsonDocument.Parse(await ClientPackage.Run("npm", ["pack", "--dry-run", "--json", "--ignore-scripts", "--loglevel=error"])).RootElement[0];
        packed.GetProperty("name").GetString().ShouldBe("@colonnade/client");
        var files = packed.GetProperty("files").EnumerateArray().Select(file => file.GetProperty("path").GetString()!).ToList();
        files.ShouldContain("README.md", StringComparer.Ordinal);
        files.ShouldContain("LICENSE", StringComparer.Ordinal);
        files.Where(file => !file.StartsWith("dist/", StringComparison.Ordinal)).ShouldBe(["LICENSE", "README.md", "package.json"], ignoreOrder: true);
        foreach (var entry in manifest.GetProperty("exports").EnumerateObject().Where(entry => entry.Value.ValueKind == JsonValueKind.Object))
        {
            files.ShouldContain(entry.Value.GetProperty("types").GetString()![2..], StringComparer.Ordinal);
            files.ShouldContain(entry.Value.GetProperty("default").GetString()![2..], StringComparer.Ordinal);
        }
    }

    [Fact]
    public async Task The_packed_package_runs_where_it_is_installed()
    {
        var project = Directory.CreateTempSubdirectory("colonnade-client-");
        try
        {
            var packed = JsonDocument.Parse(await ClientPackage.Run("npm", ["pack", "--json", "--ignore-scripts", "--loglevel=error", "--pack-destination", project.FullName])).RootElement[0];
            var archive = Path.Combine(project.FullName, packed.GetProperty("filename").GetString()!);
            await File.WriteAllTextAsync(Path.Combine(project.FullName, "package.json"), """{"type":"module"}""", TestContext.Current.CancellationToken);
            await ClientPackage.Run("npm", ["install", "--prefix", project.FullName, "--offline", "--no-audit", "--no-fund", "--loglevel=error", archive]);
            var script = Path.Combine(project.FullName, "use.js");
            await File.WriteAllTextAsync(script,
                """
                import * as all from '@colonnade/client';
                const { ColonnadeError, Fragrances } = all;
                for (const product of ['FigureForge', 'Fragrances', 'Narhub', 'OrderDesk', 'Studio'])
                  console.log(product, (await import('@colonnade/client/' + product.toLowerCase()))[product] === all[product]);
                await new Fragrances({ baseURL: 'http://127.0.0.1:1', retries: 0 }).fragrances.getBrands().catch(error => console.log(error instanceof ColonnadeError, error.code));
                """, TestContext.Current.CancellationToken);
            (await ClientPackage.Run("node", [script]))
                .ShouldBe("FigureForge true\nFragrances true\nNarhub true\nOrderDesk true\nStudio true\ntrue NETWORK_ERROR\n");
        }
        finally
        {
            project.Delete(recursive: true);
        }
    }

    /// <summary>A lock file with a registry's host would bind everybody to that registry.</summary>
    [Fact]
    public async Task The_lock_file_names_no_registry()
    {
        var text = await File.ReadAllTextAsync(Path.Combine(ClientPackage.Folder, "package-lock.json"), TestContext.Current.CancellationToken);
        text.ShouldContain("\"integrity\"");
        text.ShouldNotContain("\"resolved\"");
    }
}
