using Colonnade.Platform.Payments;
using Microsoft.Extensions.Configuration;

namespace Colonnade.Sandbox.Stripe;

/// <summary>Where one event goes.</summary>
/// <param name="Url"></param>
/// <param name="Product">The schema name of a product of this house; null for a registered endpoint.</param>
/// <param name="EndpointId">Of a registered endpoint.</param>
internal sealed record DeliveryTarget(string Url, string? Product, string? EndpointId);

/// <summary>
/// The products' own endpoints, which need no registration. Settings: <c>Sandbox:Webhooks:&lt;Product&gt;</c>, a URL, empty for none;
/// by default in the product's public URL where its document has the route. Signed with <c>&lt;Product&gt;:Stripe:WebhookSecret</c>, else
/// <c>Stripe:WebhookSecret</c>, else the Sandbox's.
/// </summary>
internal sealed class WebhookTargets(IConfiguration configuration)
{
    private static readonly (string Product, int Port, string Path)[] Known =
    [
        ("Studio", 3001, "/api/webhooks/payment"),
        ("FigureForge", 3003, "/api/webhooks/stripe/"),
    ];

    /// <summary>One for each product that takes events.</summary>
    public IReadOnlyList<DeliveryTarget> Products { get; } =
    [
        .. Known.Select(known => (known.Product, Url: configuration[$"Webhooks:{known.Product}"] ?? RootOf(configuration, known.Product, known.Port) + known.Path))
            .Concat(configuration.GetSection("Webhooks").GetChildren()
                .Where(set => !Known.Any(known => known.Product.Equals(set.Key, StringComparison.OrdinalIgnoreCase)) && set.Value is not null)
                .Select(set => (Product: set.Key, Url: set.Value!)))
            .Where(target => Uri.TryCreate(target.Url, UriKind.Absolute, out var url) && url.Scheme is "http" or "https")
            .Select(target => new DeliveryTarget(target.Url, target.Product.ToLowerInvariant(), null)),
    ];

    /// <summary>What a product's events are signed with; several while one replaces the other.</summary>
    public IReadOnlyList<string> SecretsOf(string product) =>
        (Filled($"{product}:Stripe:WebhookSecret") ?? Filled("Stripe:WebhookSecret") ?? StripeSettings.SandboxWebhookSecret)
        .Split([' ', ','], StringSplitOptions.RemoveEmptyEntries);

    private string? Filled(string key) => configuration[key] is { Length: > 0 } value ? value : null;

    private static string RootOf(IConfiguration configuration, string product, int port)
    {
        var root = configuration[$"{product}:PublicUrl"] is { Length: > 0 } set ? set
            : configuration[$"{product}:Urls"] is { Length: > 0 } urls ? urls.Split(';')[0].Replace("//*", "//localhost", StringComparison.Ordinal).Replace("//0.0.0.0", "//localhost", StringComparison.Ordinal)
            : $"http://localhost:{port}";
        return root.TrimEnd('/');
    }
}
