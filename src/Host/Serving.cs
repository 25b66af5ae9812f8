using System.Net.Sockets;
using Colonnade.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Colonnade.Host;

/// <summary>
/// Products in service: prepared, started, told of, and stopped together. When one stops, all do.
/// </summary>
/// <remarks>
/// A signal begins the stop: readiness says 503 at once, requests are taken for <c>Shutdown:KeepServing</c> more, then
/// what is under way gets <see cref="Foundation.StopPatience"/>. PostgreSQL of our own stops last.
/// Where a configured PostgreSQL is away at the start, the product answers already, without its background work (503
/// where it needs the database), and is prepared when PostgreSQL appears.
/// </remarks>
public sealed class Serving
{
    private static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(500);

    private readonly Foundation _foundation;
    private readonly TextWriter _output;
    private readonly ILogger _log;
    private readonly CancellationToken _stop;
    private readonly CancellationTokenSource _over;
    private volatile bool _failed;
    private bool _inService;

    private Serving(Foundation foundation, TextWriter output, CancellationToken stop)
    {
        (_foundation, _output, _stop) = (foundation, output, stop);
        _log = foundation.Log<Serving>();
        _over = CancellationTokenSource.CreateLinkedTokenSource(stop);
    }

    /// <summary>Serves until <paramref name="stop"/> or until a product ends by itself.</summary>
    /// <param name="settings"></param>
    /// <param name="products">Each gets a listener of its own.</param>
    /// <param name="output">Where a line per product goes once all of them listen; outside Development they are logged.</param>
    /// <param name="stop">The signal.</param>
    /// <returns>The exit code: 0 when it was asked to stop, 1 when something ended by itself.</returns>
    /// <exception cref="CannotStartException">The start failed; nothing is left running.</exception>
    public static async Task<int> Run(Settings settings, IReadOnlyList<Product> products, TextWriter output, CancellationToken stop)
    {
        try
        {
            await using var foundation = await Foundation.Lay(settings, products, LockHolder.Server, stop);
            var serving = new Serving(foundation, output, stop);
            using (serving._over) return await serving.Serve(products);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return 0;
        }
    }

    private async Task<int> Serve(IReadOnlyList<Product> products)
    {
        if (_foundation.Postgres is { } postgres)
        {
            await Tell($"{postgres.Description}");
            _ = EndWhenGivenUp(postgres);
        }

        var running = products.Select(product => new Running(product)).ToArray();
        try
        {
            await Task.WhenAll(running.Select(Start));
            _inService = true;
            foreach (var each in running) await Tell(Line(each));
            if (_foundation.Settings.IsDevelopment) await Tell("Ctrl-C stops.");
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, _over.Token);
        }
        catch (OperationCanceledException) when (_over.IsCancellationRequested)
        {
            // Stopped while starting or serving.
        }
        finally
        {
            await _over.CancelAsync();
            await Stop(running);
        }

        return _failed ? 1 : 0;
    }

    private async Task Start(Running each)
    {
        try
        {
            each.App = _foundation.Build(each.Product);
            if (!await TryPrepare(each)) await AnswerUntilPrepared(each);
            _over.Token.ThrowIfCancellationRequested();
            await Listen(each.App, each.Product);
            each.App.Lifetime.ApplicationStopping.Register(() => EndedByItself(each.Product));
        }
        catch
        {
            // The others need not finish starting.
            await _over.CancelAsync();
            throw;
        }
    }

    /// <summary>False when PostgreSQL cannot be reached.</summary>
    private async Task<bool> TryPrepare(Running each)
    {
        try
        {
            await Foundation.Prepare(each.App!, each.Product, _over.Token);
            return true;
        }
        catch (DatabaseAwayException)
        {
            // Our own PostgreSQL is started again by itself, a configured one comes back when it does.
            return false;
        }
    }

    private async Task AnswerUntilPrepared(Running each)
    {
        await using var waiting = _foundation.Build(each.Product, WithoutBackgroundWork);
        await Listen(waiting, each.Product);
        _log.LogWarning("{Product} waits for its PostgreSQL, which does not answer; meanwhile {Url} says so", each.Product.Name, waiting.Urls.First());
        try
        {
            while (!await TryPrepare(each)) await Task.Delay(RetryPause, TimeProvider.System, _over.Token);
        }
        finally
        {
            await waiting.StopAsync(CancellationToken.None);
        }

        _log.LogInformation("{Product} has found its PostgreSQL", each.Product.Name);
    }

    private static void WithoutBackgroundWork(IServiceCollection services)
    {
        // PostgreSQL may be back before the schema is there.
        services.ReadyWhen("preparing the database", static _ => false);
        foreach (var work in services.Where(service => service.ServiceType == typeof(IHostedService)).ToArray())
        {
            var type = work.ImplementationType ?? work.ImplementationInstance?.GetType();
            if (type?.Namespace?.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal) != true) services.Remove(work);
        }
    }

    private async Task Listen(WebApplication app, Product product)
    {
        try
        {
            await app.StartAsync(_over.Token);
            app.Services.GetRequiredService<StartLog>().End();
        }
        catch (IOException e) when (e.InnerException is AddressInUseException)
        {
            throw new CannotStartException(
                $"{product.Name} cannot listen on {app.Configuration["Urls"]}: the port is taken; {product.Name}__Urls names another.", e);
        }
        catch (Exception e) when (e is SocketException or IOException or FormatException)
        {
            throw new CannotStartException(
                $"{product.Name} cannot listen on {app.Configuration["Urls"]} ({product.Name}__Urls): {e.Message}", e);
        }
        catch (InvalidOperationException e)
        {
            throw new CannotStartException($"{product.Name} cannot start: {e.Message}", e);
        }
    }

    private async Task Stop(Running[] running)
    {
        var started = running.Where(each => each.App is not null).ToArray();
        foreach (var each in started) each.App!.Services.GetService<Readiness>()?.Drain();
        if (_inService && _stop.IsCancellationRequested && _foundation.Settings.KeepServing > TimeSpan.Zero)
            await Task.Delay(_foundation.Settings.KeepServing, TimeProvider.System, CancellationToken.None);

        await Task.WhenAll(started.Select(async each =>
        {
            try
            {
                await each.App!.StopAsync(CancellationToken.None);
            }
            catch (Exception e) when (e is OperationCanceledException or AggregateException)
            {
                _log.LogWarning("{Product} had requests or jobs under way that did not finish within {Patience}", each.Product.Name, Foundation.StopPatience);
            }

            await each.App!.DisposeAsync();
        }));
    }

    private void EndedByItself(Product product)
    {
        if (_over.IsCancellationRequested) return;
        _log.LogCritical("{Product} ended by itself; stopping", product.Name);
        _failed = true;
        _over.Cancel();
    }

    private async Task EndWhenGivenUp(PrivatePostgres postgres)
    {
        await postgres.GivenUp;
        _failed = true;
        await _over.CancelAsync();
    }

    private static string Line(Running each)
    {
        var url = (each.App!.Urls.FirstOrDefault() ?? "").Replace("[::]", "localhost", StringComparison.Ordinal).Replace("0.0.0.0", "localhost", StringComparison.Ordinal);
        return each.Product.IsSandbox
            ? $"{each.Product.Name,-12} {url}  mail {url}/mail  payments {url}/stripe"
            : $"{each.Product.Name,-12} {url}  reference {url}/docs";
    }

    private async Task Tell(string line)
    {
        if (_foundation.Settings.IsDevelopment)
        {
            await _output.WriteLineAsync(line);
            await _output.FlushAsync(CancellationToken.None);
        }
        else
        {
            _log.LogInformation("{Line}", line);
        }
    }

    private sealed class Running(Product product)
    {
        public Product Product { get; } = product;

        public WebApplication? App { get; set; }
    }
}
