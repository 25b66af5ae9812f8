using System.Globalization;
using Colonnade.Fragrances;
using Colonnade.OrderDesk;
using Colonnade.Platform.Web;
using Colonnade.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace Colonnade.Client.Tests;

/// <summary>
/// A product, and beside it a server by which the tests in JavaScript move its clock (<c>?advance=minutes</c>) and ask for
/// mails (<c>?to=address</c>); either way all jobs that are due have run when it answers.
/// </summary>
public abstract class ControlledApp(ProductIdentity identity, Func<WebApplicationBuilder, WebApplication> build) : ProductFixture(identity, build), IAsyncLifetime
{
    private Receiver? _control;

    public string Url => App.Urls.First();

    public string ControlUrl => _control!.Url;

    /// <summary>The client's limits are tested with a server that refuses at will.</summary>
    protected override IReadOnlyDictionary<string, string?> Settings => new Dictionary<string, string?>(StringComparer.Ordinal)
    {
        ["RateLimits:Enabled"] = "false",
    };

    async ValueTask IAsyncLifetime.InitializeAsync()
    {
        await InitializeAsync();
        _control = await Receiver.Start();
        _control.Answer(async http =>
        {
            if (http.Request.Query["advance"] is [{ } minutes])
                await Advance(TimeSpan.FromMinutes(int.Parse(minutes, CultureInfo.InvariantCulture)));
            await RunJobs();
            await http.Response.WriteAsJsonAsync(http.Request.Query["to"] is [{ } address] ? await Mails(address) : [], http.RequestAborted);
        });
    }

    async ValueTask IAsyncDisposable.DisposeAsync()
    {
        if (_control is not null)
            await _control.DisposeAsync();
        await DisposeAsync();
        GC.SuppressFinalize(this);
    }
}

/// <summary>With the starter catalogue, as a newcomer meets it.</summary>
public sealed class FragrancesApp() : ControlledApp(FragrancesProduct.Identity, FragrancesProduct.Build);

public sealed class OrderDeskApp() : ControlledApp(OrderDeskProduct.Identity, OrderDeskProduct.Build);
