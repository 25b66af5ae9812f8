using Colonnade.Fragrances.Catalogue;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Colonnade.Fragrances.Tests;

/// <summary>The product with eight fragrances to collect; their ids are in the order of the list.</summary>
public sealed class CollectionApp : FragrancesApp, IAsyncLifetime
{
    async ValueTask IAsyncLifetime.InitializeAsync()
    {
        await InitializeAsync();
        await Database.Execute(
            """
            insert into brands (name, name_key) values
                ('Dior', 'dior'), ('Versace', 'versace'), ('Hermès', 'hermes'), ('Jean Paul Gaultier', 'jean paul gaultier'),
                ('Creed', 'creed'), ('Chanel', 'chanel'), ('Éclat', 'eclat');
            insert into fragrances (brand_id, name, name_key, concentration, concentration_key, gender, image_url, fragrance_family, means_unknown) values
                (1, 'Sauvage', 'sauvage', 'Eau de Toilette', 'eau de toilette', 'Masculine', 'https://images.example/sauvage.jpg', 'Aromatic', false),
                (2, 'Eros', 'eros', 'Eau de Toilette', 'eau de toilette', 'Masculine', '', 'Aromatic', false),
                (3, 'Terre d''Hermès', 'terre dhermes', 'Eau de Toilette', 'eau de toilette', 'Masculine', '', 'Woody', false),
                (4, 'Le Male', 'le male', 'Eau de Toilette', 'eau de toilette', 'Masculine', '', 'Oriental', false),
                (5, 'Aventus', 'aventus', '', '', 'Masculine', '', 'Chypre', true),
                (6, 'N°5', 'no 5', 'Parfum', 'parfum', 'Feminine', '', 'Floral', false),
                (6, 'N°5', 'no 5', 'Eau de Toilette', 'eau de toilette', 'Feminine', '', 'Floral', false),
                (7, 'zébra', 'zebra', '', '', '', '', '', true);
            """, null, TestContext.Current.CancellationToken);
        await Services.GetRequiredService<LiveCatalogue>().Refresh(TestContext.Current.CancellationToken);
    }

    /// <summary>Somebody new whose collection everybody may see.</summary>
    public async Task<Person> SomebodyOpen()
    {
        var person = await Someone();
        (await person.Api.Put("/api/user/profile", """{"privacySettings":{"collectionPublic":true}}""")).ShouldBe(200);
        return person;
    }
}
