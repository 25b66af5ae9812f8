using Colonnade.Platform.Web;
using Colonnade.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Colonnade.Fragrances.Tests;

/// <summary>The product with a handful of fragrances and as many people as a test wants.</summary>
public sealed class CollectionApp() : ProductFixture(FragrancesProduct.Identity, builder =>
{
    builder.Services.AddSingleton<ICredentials, TestAccounts>();
    return FragrancesProduct.Build(builder);
}), IAsyncLifetime
{
    public static int Sauvage => 1;
    public static int Eros => 2;
    public static int Terre => 3;
    public static int LeMale => 4;
    public static int Aventus => 5;
    public static int No5Parfum => 6;
    public static int No5Toilette => 7;
    public static int Zebra => 8;

    async ValueTask IAsyncLifetime.InitializeAsync()
    {
        await InitializeAsync();
        await Database.Execute(
            """
            insert into brands (name, name_key) values
                ('Dior', 'dior'), ('Versace', 'versace'), ('Hermès', 'hermes'), ('Jean Paul Gaultier', 'jean paul gaultier'),
                ('Creed', 'creed'), ('Chanel', 'chanel'), ('Éclat', 'eclat');
            insert into fragrances (brand_id, name, name_key, concentration, concentration_key, gender, image_url, fragrance_family) values
                (1, 'Sauvage', 'sauvage', 'Eau de Toilette', 'eau de toilette', 'Masculine', 'https://images.example/sauvage.jpg', 'Aromatic'),
                (2, 'Eros', 'eros', 'Eau de Toilette', 'eau de toilette', 'Masculine', '', 'Aromatic'),
                (3, 'Terre d''Hermès', 'terre dhermes', 'Eau de Toilette', 'eau de toilette', 'Masculine', '', 'Woody'),
                (4, 'Le Male', 'le male', 'Eau de Toilette', 'eau de toilette', 'Masculine', '', 'Oriental'),
                (5, 'Aventus', 'aventus', '', '', 'Masculine', '', 'Chypre'),
                (6, 'N°5', 'n 5', 'Parfum', 'parfum', 'Feminine', '', 'Floral'),
                (6, 'N°5', 'n 5', 'Eau de Toilette', 'eau de toilette', 'Feminine', '', 'Floral'),
                (7, 'zébra', 'zebra', '', '', '', '', '');
            """, null, TestContext.Current.CancellationToken);
    }

    /// <summary>Somebody new, signed in.</summary>
    public Api Someone() => As(Guid.CreateVersion7());

    public Api As(Guid account) => Api.With(TestAccounts.Header, account.ToString());

    private sealed class TestAccounts : ICredentials
    {
        public const string Header = "X-Test-Account";

        public ValueTask<Caller?> Identify(HttpContext http) => ValueTask.FromResult(
            Guid.TryParse(http.Request.Headers[Header], out var account) ? new Caller(account, account, "user") : null);
    }
}
