using System.Text.RegularExpressions;
using Colonnade.Platform.Database;
using Colonnade.Platform.Jobs;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Colonnade.Platform.Webhooks;

/// <summary>What a product tells of.</summary>
/// <param name="EventTypes">Words divided by full stops, such as <c>order.created</c>.</param>
public sealed record WebhookRules(IReadOnlyList<string> EventTypes);

/// <summary>Lets a product tell others what happens in it.</summary>
public static partial class WebhooksHosting
{
    /// <summary>
    /// Registers <see cref="WebhookEvents"/>, <see cref="WebhookEndpoints"/> and <see cref="WebhookDeliveries"/>: Standard Webhooks 1.0.
    /// </summary>
    /// <exception cref="ArgumentException">A type is badly spelled.</exception>
    public static IServiceCollection AddWebhooks(this IServiceCollection services, WebhookRules rules)
    {
        if (rules.EventTypes.FirstOrDefault(static type => !TypeName().IsMatch(type)) is { } bad)
            throw new ArgumentException($"\"{bad}\" is no name for a type of event: lower case words divided by full stops.", nameof(rules));
        services.AddSingleton(rules);
        services.AddSingleton<WebhookSecrets>();
        services.AddSingleton<WebhookSender>();
        services.AddSingleton<WebhookInterest>();
        services.AddHostedService(static provider => provider.GetRequiredService<WebhookInterest>());
        services.AddSingleton(provider => new WebhookEvents(
            rules, provider.GetRequiredService<WebhookInterest>(), provider.GetRequiredService<IOptions<JsonOptions>>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new WebhookDeliveries(
            provider.GetRequiredService<ProductDatabase>(), provider.GetRequiredService<WebhookEvents>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new WebhookEndpoints(
            provider.GetRequiredService<ProductDatabase>(), provider.GetRequiredService<WebhookSecrets>(), provider.GetRequiredService<WebhookInterest>(),
            rules, provider.GetRequiredService<WebhookSender>(), provider.GetRequiredService<TimeProvider>()));
        return services.AddJobs(static kinds => kinds.Add<DeliverWebhook>().Every<SweepWebhooks>(TimeSpan.FromHours(1)));
    }

    [GeneratedRegex(@"^[a-z]+(_[a-z]+)*(\.[a-z]+(_[a-z]+)*)+$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex TypeName();
}
