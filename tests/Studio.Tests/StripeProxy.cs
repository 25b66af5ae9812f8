using System.Collections.Concurrent;
using Colonnade.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Colonnade.Studio.Tests;

/// <summary>Stands before the Sandbox: counts what Stripe is asked, and spoils answers as it is told.</summary>
public sealed class StripeProxy : IAsyncDisposable
{
#pragma warning disable RS0030 // The platform's clients refuse private addresses; a test talks to nothing else.
    private static readonly HttpClient Http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });
#pragma warning restore RS0030
    private readonly WebApplication _app;
    private readonly string _sandbox;
    private readonly ConcurrentQueue<StripeCall> _calls = new();
    private volatile Func<StripeCall, Spoiling> _spoil = static _ => Spoiling.None;
    private volatile Func<StripeCall, string, string> _rewrite = static (_, body) => body;
    private volatile HeldCall? _held;

    private StripeProxy(WebApplication app, string sandbox) => (_app, _sandbox) = (app, sandbox);

    public string Root => _app.Urls.First();

    public IReadOnlyCollection<StripeCall> Calls => _calls;

    public static async Task<StripeProxy> Start()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.Sources.Clear();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        var proxy = new StripeProxy(app, (await MailTrap.Instance).Root);
        app.Run(proxy.Forward);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return proxy;
    }

    /// <summary>From now on calls are spoiled so.</summary>
    public void Spoil(Func<StripeCall, Spoiling> spoil) => _spoil = spoil;

    public void Heal()
    {
        _spoil = static _ => Spoiling.None;
        _rewrite = static (_, body) => body;
    }

    /// <summary>From now on answers say something else.</summary>
    public void Rewrite(Func<StripeCall, string, string> rewrite) => _rewrite = rewrite;

    /// <summary>The next such call is done at Stripe, and its answer held back until it is let go.</summary>
    public HeldCall Hold(Func<StripeCall, bool> which) => _held = new HeldCall(which);

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource(TimeSpan.Zero);
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
    }

    private async Task Forward(HttpContext http)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body, CancellationToken.None);
        var call = new StripeCall(http.Request.Method, http.Request.Path, http.Request.Headers["Idempotency-Key"].ToString());
        _calls.Enqueue(call);
        var spoiling = _spoil(call);
        if (spoiling == Spoiling.NeverArrives)
        {
            http.Abort();
            return;
        }

        using var request = new HttpRequestMessage(new HttpMethod(http.Request.Method), _sandbox + http.Request.Path + http.Request.QueryString);
        if (body.Length > 0)
            request.Content = new ByteArrayContent(body.ToArray());
        foreach (var header in http.Request.Headers.Where(header => header.Key is not ("Host" or "Content-Length" or "Connection")))
        {
            // The Sandbox takes no keys of real money.
            var value = header.Value.ToString().Replace("sk_live_", "sk_test_", StringComparison.Ordinal);
            if (!request.Headers.TryAddWithoutValidation(header.Key, value))
                request.Content?.Headers.TryAddWithoutValidation(header.Key, value);
        }

        using var answer = await Http.SendAsync(request, CancellationToken.None);
        if (_held is { } held && held.IsFor(call))
            await held.Wait();
        if (spoiling == Spoiling.AnswerLost)
        {
            http.Abort();
            return;
        }

        http.Response.StatusCode = spoiling == Spoiling.FailsAfterwards ? 500 : (int)answer.StatusCode;
        http.Response.ContentType = "application/json";
        await http.Response.WriteAsync(
            spoiling == Spoiling.FailsAfterwards ? "{}" : _rewrite(call, await answer.Content.ReadAsStringAsync(CancellationToken.None)), CancellationToken.None);
    }
}

/// <summary>One request to Stripe.</summary>
public sealed record StripeCall(string Method, string Path, string Key)
{
    public bool IsCreate => Method == "POST" && Path == "/v1/payment_intents";

    public bool IsConfirm => Method == "POST" && Path.EndsWith("/confirm", StringComparison.Ordinal);
}

/// <summary>A call whose answer waits.</summary>
public sealed class HeldCall(Func<StripeCall, bool> which)
{
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _letGo = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>When Stripe has done it.</summary>
    public Task Done => _done.Task;

    public void LetGo() => _letGo.TrySetResult();

    internal bool IsFor(StripeCall call) => which(call);

    internal Task Wait()
    {
        _done.TrySetResult();
        return _letGo.Task;
    }
}

/// <summary>What happens to a call or its answer.</summary>
public enum Spoiling
{
    None,
    NeverArrives,
    AnswerLost,
    FailsAfterwards,
}
