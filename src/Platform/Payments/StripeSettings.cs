using Colonnade.Platform.Web;
using Microsoft.Extensions.Configuration;

namespace Colonnade.Platform.Payments;

/// <summary>
/// How a product reaches Stripe. Settings, each with <c>&lt;Product&gt;:</c> before it for one product alone:
/// <c>Stripe:BaseUrl</c>, <c>Stripe:SecretKey</c>, <c>Stripe:WebhookSecret</c> (several, separated by a blank, while one
/// replaces the other), <c>Stripe:PublishableKey</c>, <c>Stripe:TimeOut</c>, <c>Stripe:Retries</c>, <c>Stripe:RetryPause</c>.
/// </summary>
/// <remarks>
/// In Development without a key the Sandbox is meant: key and webhook secret are its own unless set, and so is the base URL, the first
/// of <c>Sandbox:Urls</c>. Outside Development a key is required, and what everybody knows of the Sandbox is refused.
/// </remarks>
public sealed record StripeSettings
{
    /// <summary>What the Sandbox signs with unless it is told otherwise. Known to everybody, so good in Development only.</summary>
    public const string SandboxWebhookSecret = "whsec_sandbox_known_to_everybody";

    /// <summary>The key that products show the Sandbox; it takes any that begins with <c>sk_test_</c>.</summary>
    public const string SandboxSecretKey = "sk_test_sandbox";

    private const string Stripe = "https://api.stripe.com";

    /// <summary>Without a trailing slash and without <c>/v1</c>.</summary>
    public required string BaseUrl { get; init; }

    /// <summary>Never logged.</summary>
    public required string SecretKey { get; init; }

    /// <summary>For browsers; null where none is configured.</summary>
    public string? PublishableKey { get; init; }

    /// <summary>Any of them signs; none: inbound webhooks are closed. Never logged.</summary>
    public IReadOnlyList<string> WebhookSecrets { get; init; } = [];

    /// <summary>Of one attempt, from resolving the name to the last byte.</summary>
    public TimeSpan TimeOut { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Attempts after the first, where repeating is safe.</summary>
    public int Retries { get; init; } = 2;

    /// <summary>The longest pause before the second attempt; it doubles with each, and the real one is drawn from zero up to it.</summary>
    public TimeSpan RetryPause { get; init; } = TimeSpan.FromMilliseconds(400);

    /// <summary>Whether real money moves.</summary>
    public bool IsLive => SecretKey.StartsWith("sk_live_", StringComparison.Ordinal) || SecretKey.StartsWith("rk_live_", StringComparison.Ordinal);

    /// <summary>Says nothing of the secrets.</summary>
    public override string ToString() => $"Stripe at {BaseUrl}, {(IsLive ? "live" : "test")} mode";

    internal static StripeSettings Of(IConfiguration configuration, ProductIdentity product, bool isDevelopment)
    {
        var stripe = configuration.GetSection("Stripe");
        var usual = new StripeSettings { BaseUrl = Stripe, SecretKey = "" };
        var isSandbox = isDevelopment && string.IsNullOrEmpty(stripe["SecretKey"]);
        var settings = usual with
        {
            BaseUrl = (stripe["BaseUrl"] is { Length: > 0 } url ? url : isSandbox ? SandboxRoot(configuration) : Stripe).TrimEnd('/'),
            SecretKey = stripe["SecretKey"] is { Length: > 0 } key ? key : isSandbox ? SandboxSecretKey : "",
            PublishableKey = stripe["PublishableKey"] is { Length: > 0 } publishable ? publishable : null,
            WebhookSecrets = (stripe["WebhookSecret"] ?? (isSandbox ? SandboxWebhookSecret : "")).Split([' ', ','], StringSplitOptions.RemoveEmptyEntries),
            TimeOut = stripe.GetValue("TimeOut", usual.TimeOut),
            Retries = stripe.GetValue("Retries", usual.Retries),
            RetryPause = stripe.GetValue("RetryPause", usual.RetryPause),
        };
        return isDevelopment ? settings : settings.FitForProduction(product);
    }

    private static string SandboxRoot(IConfiguration configuration) => configuration["Sandbox:Urls"] is { Length: > 0 } urls
        ? urls.Split(';')[0].Replace("//*", "//localhost", StringComparison.Ordinal).Replace("//0.0.0.0", "//localhost", StringComparison.Ordinal)
        : "http://localhost:3005";

    private StripeSettings FitForProduction(ProductIdentity product) =>
        SecretKey.Length == 0 ? throw new InvalidOperationException($"Set Stripe__SecretKey or {product.Name}__Stripe__SecretKey to a key of your Stripe account.")
        : SecretKey == SandboxSecretKey || WebhookSecrets.Contains(SandboxWebhookSecret, StringComparer.Ordinal)
            ? throw new InvalidOperationException("Stripe__SecretKey and Stripe__WebhookSecret must not be the Sandbox's, which everybody knows.")
        : BaseUrl.StartsWith("https://", StringComparison.Ordinal) ? this
        : throw new InvalidOperationException("Stripe__BaseUrl must begin with https:// outside Development.");
}
