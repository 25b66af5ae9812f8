using System.Globalization;
using Colonnade.FigureForge;
using Colonnade.Fragrances;
using Colonnade.Narhub;
using Colonnade.OrderDesk;
using Colonnade.Platform.Accounts;
using Colonnade.Platform.Web;
using Colonnade.Studio;
using Colonnade.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Colonnade.Client.Tests;

/// <summary>
/// A product, and beside it a server by which the tests in JavaScript move its clock (<c>?advance=seconds</c>), ask for mails
/// (<c>?to=address</c>) and give that address a role (<c>?role=name</c>); either way all jobs that are due have run when it answers.
/// </summary>
public abstract class ControlledApp(ProductIdentity identity, Func<WebApplicationBuilder, WebApplication> build) : ProductFixture(identity, build), IAsyncLifetime
{
    private readonly string _name = identity.Name;
    private readonly string _directory = Directory.CreateTempSubdirectory("colonnade-client-").FullName;
    private Receiver? _control;
    private string _sandbox = "";

    public string Url => App.Urls.First();

    /// <summary>Most is tested without limits; <see cref="Variables"/> tells of a node that has them.</summary>
    protected override IReadOnlyDictionary<string, string?> Settings => new Dictionary<string, string?>(StringComparer.Ordinal)
    {
        ["RateLimits:Enabled"] = "false",
        ["Files:Directory"] = _directory,
        ["Figures:Width"] = "256",
        ["Figures:Height"] = "352",
        ["Bfl:BaseUrl"] = _sandbox + "/bfl",
        ["Bfl:ApiKey"] = "key of the tests",
        ["Stripe:BaseUrl"] = _sandbox,
        ["Stripe:SecretKey"] = "sk_test_client",
        ["Stripe:WebhookSecret"] = "whsec_of_the_tests",
        ["Stripe:RetryPause"] = "00:00:00.001",
    };

    /// <summary>Where everything is, for a test in JavaScript.</summary>
    public async Task<IReadOnlyDictionary<string, string>> Variables() => new Dictionary<string, string>(StringComparer.Ordinal)
    {
        [_name.ToUpperInvariant() + "_URL"] = Url,
        ["LIMITED_URL"] = (await StartNode(new Dictionary<string, string?>(StringComparer.Ordinal) { ["RateLimits:Enabled"] = "true" })).Urls.First(),
        ["CONTROL_URL"] = _control!.Url,
        ["SANDBOX_URL"] = _sandbox,
    };

    async ValueTask IAsyncLifetime.InitializeAsync()
    {
        _sandbox = (await MailTrap.Instance).Root;
        await InitializeAsync();
        _control = await Receiver.Start();
        _control.Answer(async http =>
        {
            if (http.Request.Query["advance"] is [{ } seconds])
                await Advance(TimeSpan.FromSeconds(int.Parse(seconds, CultureInfo.InvariantCulture)));
            var address = http.Request.Query["to"] is [{ } to] ? to : null;
            if (address is not null && http.Request.Query["role"] is [{ } role])
                await Appoint(address, role);
            await RunJobs();
            await http.Response.WriteAsJsonAsync(address is null ? [] : await Mails(address), http.RequestAborted);
        });
    }

    async ValueTask IAsyncDisposable.DisposeAsync()
    {
        if (_control is not null)
            await _control.DisposeAsync();
        await DisposeAsync();
        Directory.Delete(_directory, recursive: true);
        GC.SuppressFinalize(this);
    }

    private async Task Appoint(string address, string role)
    {
        var accounts = Services.GetRequiredService<ProductAccounts>();
        var account = await accounts.Find(EmailAddress.Parse(address), CancellationToken.None) ?? throw new InvalidOperationException($"{address} has no account.");
        await using var work = await Database.Begin(CancellationToken.None);
        await accounts.ChangeRole(work, account.Id, role, ClientFacts.None, CancellationToken.None);
        await work.Commit(CancellationToken.None);
    }
}

/// <summary>With the starter catalogue, as a newcomer meets it.</summary>
public sealed class FragrancesApp() : ControlledApp(FragrancesProduct.Identity, FragrancesProduct.Build);

public sealed class OrderDeskApp() : ControlledApp(OrderDeskProduct.Identity, OrderDeskProduct.Build);

/// <summary>With the demonstration catalogue.</summary>
public sealed class NarhubApp() : ControlledApp(NarhubProduct.Identity, NarhubProduct.Build);

/// <summary>With the Sandbox for Stripe.</summary>
public sealed class StudioApp() : ControlledApp(StudioProduct.Identity, StudioProduct.Build);

/// <summary>With the Sandbox for Stripe and Black Forest Labs. Pictures are small.</summary>
public sealed class FigureForgeApp() : ControlledApp(FigureForgeProduct.Identity, FigureForgeProduct.Build);
