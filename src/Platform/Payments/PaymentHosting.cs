using Colonnade.Platform.Jobs;
using Colonnade.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Colonnade.Platform.Payments;

/// <summary>Gives a product its payments.</summary>
public static class PaymentHosting
{
    /// <summary>
    /// Registers <see cref="StripeClient"/>, <see cref="StripeSettings"/> and what <see cref="StripeWebhooks.MapStripeWebhook"/> needs.
    /// After <see cref="ProductHosting.AddProduct"/>.
    /// </summary>
    /// <exception cref="InvalidOperationException">Outside Development: no key, or one of the Sandbox.</exception>
    public static WebApplicationBuilder AddPayments(this WebApplicationBuilder builder)
    {
        var product = (ProductIdentity)builder.Services.First(service => service.ServiceType == typeof(ProductIdentity)).ImplementationInstance!;
        var settings = StripeSettings.Of(builder.Configuration, product, builder.Environment.IsDevelopment());
        builder.Services.AddSingleton(settings);
        builder.Services.AddSingleton(services => new StripeClient(
            settings, new StripeTransport(settings, product, services.GetRequiredService<ILogger<StripeClient>>())));
        builder.Services.AddSingleton<StripeSignatures>();
        builder.Services.AddJobs(jobs => jobs.Every<SweepStripeEvents>(TimeSpan.FromHours(6)));
        return builder;
    }
}
