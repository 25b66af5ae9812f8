using System.Globalization;
using Colonnade.Platform.RateLimits;
using Colonnade.Platform.Tests.Web;
using Colonnade.Platform.Web;
using Colonnade.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Colonnade.Platform.Tests.RateLimits;

public static class DummyLimits
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    public static readonly Limit Reads = Limit.PerCaller("reads", 20, Minute);
    public static readonly Limit Visits = Limit.PerAddress("visits", 20, Minute);
    public static readonly Limit Registrations = Limit.PerAddress("registrations", 5, Minute).Exact();
    public static readonly Limit Narrow = Limit.PerAddress("narrow", 2, Minute);
    public static readonly Limit NarrowHour = Limit.PerAddress("narrow_hour", 3, TimeSpan.FromHours(1)).Exact();
    public static readonly Limit Wide = Limit.PerAddress("wide", 50, Minute);
    public static readonly Limit Failing = Limit.PerAddress("failing", 20, Minute);
    public static readonly Limit Codes = Limit.PerAddress("codes", 2, Minute).Exact();
}

/// <summary>Routes under limits; the test says from which address a request comes.</summary>
public class LimitedApp() : DummyProduct(
    builder =>
    {
        builder.Services.AddRateLimits();
        builder.Services.AddSingleton<ICredentials, HeaderCredentials>();
    },
    app =>
    {
        app.MapGet("/reads", () => "read").RequireCustomer().Limit(DummyLimits.Reads);
        app.MapGet("/visits", () => "visited").AllowAnyone().Limit(DummyLimits.Visits);
        app.MapPost("/registrations", (Note note) => TypedResults.Ok(note)).AllowAnyone().Limit(DummyLimits.Registrations);
        app.MapGet("/both", () => "both").AllowAnyone().Limit(DummyLimits.Wide, DummyLimits.Narrow);
        app.MapGet("/mixed", () => "mixed").AllowAnyone().Limit(DummyLimits.Wide).Limit(DummyLimits.NarrowHour);
        app.MapGet("/wide", () => "wide").AllowAnyone().Limit(DummyLimits.Wide);
        app.MapGet("/failing", string () => throw new InvalidOperationException("on purpose")).AllowAnyone().Limit(DummyLimits.Failing);
        app.MapGet("/existence", async (HttpContext http, ExistenceBudget budget, CancellationToken stop) =>
            await budget.Spend(http, stop) is { } wait ? wait.TotalSeconds.ToString(CultureInfo.InvariantCulture) : "told").AllowAnyone();
        app.MapGet("/existence/wait", async (HttpContext http, ExistenceBudget budget, CancellationToken stop) =>
            await budget.Wait(http, stop) is { } wait ? wait.TotalSeconds.ToString(CultureInfo.InvariantCulture) : "open").AllowAnyone();
        app.MapGet("/codes/{whom}", async (string whom, ExactLimits exact, CancellationToken stop) =>
            await exact.Spend(DummyLimits.Codes, whom, stop) is { } wait ? wait.TotalSeconds.ToString(CultureInfo.InvariantCulture) : "sent").AllowAnyone();
    })
{
    private int _addresses;

    protected override IReadOnlyDictionary<string, string?> Settings =>
        new Dictionary<string, string?>(StringComparer.Ordinal) { ["Proxies:0"] = "127.0.0.1" };

    /// <summary>A client at an address nobody else has.</summary>
    public Api Somebody(Api? at = null) => From(NewAddress(), at);

    public Api From(string address, Api? at = null) => (at ?? Api).With("X-Forwarded-For", address);

    /// <summary>The address of the latest <see cref="Somebody"/>.</summary>
    public string LastAddress => $"203.0.113.{_addresses}";

    public string NewAddress() => $"203.0.113.{Interlocked.Increment(ref _addresses)}";

    public Task<Answer[]> Burst(int requests, Func<int, Task<Answer>> send) => Task.WhenAll(Enumerable.Range(0, requests).Select(send));
}
