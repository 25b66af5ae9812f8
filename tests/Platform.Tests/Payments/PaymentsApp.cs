using System.Text;
using Colonnade.Platform.Payments;
using Colonnade.Platform.Reference;
using Colonnade.Platform.Web;
using Colonnade.Testing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Colonnade.Platform.Tests.Payments;

/// <summary>A product that takes payments: it counts what events it applied, in the transaction of each.</summary>
public sealed class PaymentsApp() : DummyProduct(
    builder => builder.AddPayments().Services.AddReference(new ReferenceRules("Takes payments.")),
    app =>
    {
        app.MapReference();
        app.MapStripeWebhook("/hooks/stripe", async (happened, work, _, stop) =>
        {
            if (happened.Type == "thing.broken")
                throw new InvalidOperationException("on purpose");
            await work.Execute("insert into job_ticks (kind, tick) values (@Id, clock())", happened, stop);
        });
        app.MapStripeWebhook("/hooks/asking",
            async (happened, services, stop) => (await services.GetRequiredService<StripeClient>().PaymentIntents.Retrieve(happened.ResourceId!, stop)).OrUnavailable(),
            (happened, intent, work, _, stop) => work.Execute("insert into job_ticks (kind, tick) values (@kind, clock())", new { kind = happened.Id + intent.Status }, stop));
    })
{
    public const string Secret = "whsec_of_the_dummy";

    private Receiver? _stripe;

    public Receiver Stripe => _stripe!;

    public StripeClient Client => Services.GetRequiredService<StripeClient>();

    public static CancellationToken Stop => TestContext.Current.CancellationToken;

    protected override IReadOnlyDictionary<string, string?> Settings => new Dictionary<string, string?>(StringComparer.Ordinal)
    {
        ["Stripe:BaseUrl"] = (_stripe ??= Task.Run(() => Receiver.Start()).GetAwaiter().GetResult()).Url[..^"/hook".Length],
        ["Stripe:SecretKey"] = "sk_test_dummy",
        ["Stripe:WebhookSecret"] = Secret,
        ["Stripe:RetryPause"] = "00:00:00.001",
        ["Stripe:TimeOut"] = "00:00:02",
    };

    public Task<Answer> Deliver(string body, string path = "/hooks/stripe", string? header = null) => Api
        .With(StripeSignatures.HeaderName, header ?? StripeSignatures.HeaderOf(Encoding.UTF8.GetBytes(body), Clock.GetUtcNow(), Secret))
        .Post(path, body);

    /// <summary>How often the effect of an event is there.</summary>
    public Task<long> Effects(string id) => Database.One<long>("select count(*) from job_ticks where kind = @id", new { id }, Stop);
}
