using System.Text.Json;
using Colonnade.Fragrances;
using Colonnade.Platform.Accounts;
using Colonnade.Platform.ApiTokens;
using Colonnade.Platform.Database;
using Colonnade.Platform.Mail;
using Colonnade.Platform.Tokens;
using Colonnade.Platform.Web;
using Colonnade.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace Colonnade.Host.Tests;

/// <summary>A product with accounts that services call too, built on a foundation as a command builds it.</summary>
public sealed class ServicedApp : IAsyncLifetime
{
    private static readonly Product Product = new(new ProductIdentity("Serviced", 3997, typeof(Migrator).Assembly), Build);
    private readonly string _directory = Directory.CreateTempSubdirectory("colonnade-serviced-").FullName;
    private Foundation _foundation = null!;

    public static CancellationToken Stop => TestContext.Current.CancellationToken;

    public WebApplication App { get; private set; } = null!;

    public ProductDatabase Database => App.Services.GetRequiredService<ProductDatabase>();

    public async ValueTask InitializeAsync()
    {
        var connection = await (await TestCluster.Instance).Create();
        var settings = Settings.Read([$"--Database:Connection={connection}", $"--Colonnade:Data={_directory}/data"]).Settings;
        _foundation = await Foundation.Lay(settings, [Product], LockHolder.Command, Stop);
        App = _foundation.Build(Product);
        await App.Services.GetRequiredService<Migrator>().Migrate(Stop);
    }

    /// <summary>The sentence with which <paramref name="act"/> is refused.</summary>
    public static async Task<string> Refusal(Task act) => (await Should.ThrowAsync<CannotStartException>(act)).Message;

    public async ValueTask DisposeAsync()
    {
        await App.DisposeAsync();
        await _foundation.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    private static WebApplication Build(WebApplicationBuilder builder)
    {
        builder.AddProduct(Product.Identity, new FragrancesErrors(), JsonNamingPolicy.CamelCase);
        builder.AddMail();
        builder.Services.AddAccounts(new AccountRules());
        builder.Services.AddTokens(new TokenRules());
        builder.Services.AddApiTokens(new ApiTokenRules(["things:read", "things:write"]));
        var app = builder.Build();
        app.UseProduct();
        return app;
    }
}
