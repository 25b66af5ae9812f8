using System.Text.Json;
using Colonnade.Platform.Accounts;
using Colonnade.Platform.Database;
using Colonnade.Platform.Web;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Colonnade.Studio.Catalogue;

/// <summary>
/// The services that an empty catalogue is filled with. Their providers have no password: whoever reads their mail, as everybody
/// can in the Sandbox, sets one by resetting it.
/// </summary>
public static class StarterCatalogue
{
    /// <summary>Fills the catalogue unless it holds anything, or <c>Studio:Starter</c> is false; once, however many nodes start.</summary>
    public static async Task Seed(IServiceProvider services, CancellationToken stop)
    {
        if (!services.GetRequiredService<IConfiguration>().GetValue("Studio:Starter", true))
            return;
        var accounts = services.GetRequiredService<ProductAccounts>();
        var time = services.GetRequiredService<TimeProvider>();
        await using var work = await services.GetRequiredService<ProductDatabase>().Begin(stop);
        await work.Execute("select pg_advisory_xact_lock(hashtext('studio starter catalogue'))", null, stop);
        if (await work.One<bool>("select exists (select from services)", null, stop))
            return;
        var providers = new Dictionary<string, Guid>(StringComparer.Ordinal);
        foreach (var service in Read())
        {
            if (!providers.TryGetValue(service.Email, out var provider))
            {
                if (await accounts.Register(work, new NewAccount(EmailAddress.Parse(service.Email), null) { Role = Roles.Provider }, ClientFacts.None, stop)
                    is not RegisterOutcome.Registered { Account: var account })
                    return;
                await Profile.Add(work, account.Id, service.Provider, stop);
                providers[service.Email] = provider = account.Id;
            }

            var id = Guid.CreateVersion7(time.GetUtcNow());
            await ServiceEditing.Insert(work, id, provider, service.Title, service.Description, service.Category, stop);
            await ServiceEditing.Insert(work, id, service.Packages, time, stop);
        }

        await work.Commit(stop);
    }

    private static List<StarterService> Read()
    {
        using var file = typeof(StarterCatalogue).Assembly.GetManifestResourceStream("Colonnade.Studio.Catalogue.starter-services.json")!;
        return JsonSerializer.Deserialize<List<StarterService>>(file, JsonSerializerOptions.Web)!;
    }

    private sealed record StarterService(string Provider, string Email, string Title, string Category, string Description, IReadOnlyList<NewPackage> Packages);
}
