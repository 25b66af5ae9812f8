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
            delete from fragrances;
            delete from brands;
            alter table brands alter id restart;
            alter table fragrances alter id restart;
            insert into brands (name, name_key) values
                ('Dior', 'dior'), ('Versace', 'versace'), ('Hermès', 'hermes'), ('Jean Paul Gaultier', 'jean paul gaultier'),
                ('Creed', 'creed'), ('Chanel', 'chanel'), ('Éclat', 'eclat');
            insert into fragrances (brand_id, name, name_key, concentration, concentration_key, gender, image_url, fragrance_family, means_unknown) values
                (1, 'Sauvage', 'sauvage', 'Eau de Toilette', 'eau de toilette', 'Masculine', 'https://images.example/sauvage.jpg', 'Aromatic', false),
                (2, 'Eros', 'eros', 'Eau de Toilette', 'eau de toilette', 'Masculine', '', 'Aromatic', false),
                (3, 'Terre d''Hermès', 'terre dhermes', 'Eau de Toilette', 'eau de toilette', 'Masculine', '', 'Woody', false),
                (4, 'Le Male', 'le male', 'Eau de Toilette', 'eau de toilette', 'Masculine', '', 'Oriental', false),
                (5, 'Aventus', 'aventus', '', '', 'Masculine', '', 'Chypre', true),
                (6, 'N°5', 'n 5', 'Parfum', 'parfum', 'Feminine', '', 'Floral', false),
                (6, 'N°5', 'n 5', 'Eau de Toilette', 'eau de toilette', 'Feminine', '', 'Floral', false),
                (7, 'zébra', 'zebra', '', '', '', '', '', true);
            """, null, TestContext.Current.CancellationToken);
    }

    /// <summary>Somebody new, signed in.</summary>
    public async Task<Api> Someone() => As(await Account());

    /// <summary>The account of somebody new.</summary>
    public async Task<Guid> Account(bool publicCollection = false)
    {
        var account = Guid.CreateVersion7();
        await Database.Execute(
            """
            with account as (insert into accounts (id, email, email_key) values (@account, @email, @email))
            insert into profiles (account_id, full_name, collection_public) values (@account, 'Somebody', @publicCollection)
            """, new { account, email = $"{account}@example.com", publicCollection }, TestContext.Current.CancellationToken);
        return account;
    }

    public Api As(Guid account) => Api.With(TestAccounts.Header, account.ToString());

    private sealed class TestAccounts : ICredentials
    {
        public const string Header = "X-Test-Account";

        public ValueTask<Caller?> Identify(HttpContext http) => ValueTask.FromResult(
            Guid.TryParse(http.Request.Headers[Header], out var account) ? new Caller(account, account, "user") : null);
    }
}
