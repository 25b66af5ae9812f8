using Colonnade.Fragrances.Catalogue;
using Colonnade.Testing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Colonnade.Fragrances.Tests.Abuse;

/// <summary>The product with a few fragrances, and somebody who owns one of everything that can be named in a path.</summary>
public sealed class AbuseApp : FragrancesApp, IAsyncLifetime
{
    /// <summary>Thousands of passwords are hashed here, and none is worth guessing.</summary>
    protected override IReadOnlyDictionary<string, string?> Settings => new Dictionary<string, string?>(base.Settings, StringComparer.Ordinal) { ["Passwords:Iterations"] = "10" };

    async ValueTask IAsyncLifetime.InitializeAsync()
    {
        await InitializeAsync();
        await Database.Execute(
            """
            insert into brands (name, name_key) values ('Dior', 'dior'), ('Versace', 'versace');
            insert into fragrances (brand_id, name, name_key, concentration, concentration_key, gender, fragrance_family, means_unknown) values
                (1, 'Sauvage', 'sauvage', 'Eau de Toilette', 'eau de toilette', 'Masculine', 'Aromatic', false),
                (2, 'Eros', 'eros', 'Eau de Toilette', 'eau de toilette', 'Masculine', 'Aromatic', false),
                (1, '100%_Pure\', '100 pure', 'Parfum', 'parfum', 'Unisex', 'Floral', false);
            """, null, TestContext.Current.CancellationToken);
        await Services.GetRequiredService<LiveCatalogue>().Refresh(TestContext.Current.CancellationToken);
        Owner = await Someone();
        Belongings = await Belonging.Make(Owner.Api);
    }

    public Person Owner { get; private set; } = null!;

    internal Belonging Belongings { get; private set; } = null!;
}

/// <summary>What one person owns, by its ids.</summary>
internal sealed record Belonging(int Item, int Wear, Guid Import)
{
    public static async Task<Belonging> Make(Api owner)
    {
        var item = (await owner.Post("/api/user/collection", """{"fragranceId":1}""")).ShouldBe(201).At("collectionItem.id").GetInt32();
        var wear = (await owner.Post($"/api/user/collection/{item}/wears", """{"date":"2026-03-01"}""")).ShouldBe(201).At("wear.id").GetInt32();
        var import = (await owner.Post("/api/user/collection/import?dryRun=true", """[{"name":"Eros","brand":"Versace"}]""")).ShouldBe(201).At("importId").GetGuid();
        return new Belonging(item, wear, import);
    }
}
