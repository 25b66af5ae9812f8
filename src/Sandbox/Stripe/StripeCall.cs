using System.Text.Json.Nodes;
using Colonnade.Platform.Database;

namespace Colonnade.Sandbox.Stripe;

/// <summary>
/// One call of the API, or one click in a page: what was asked, and the transaction it is answered in. The payer's or caller's
/// disconnect stops nothing: a call that began is carried out.
/// </summary>
internal sealed class StripeCall(StripeDesk desk, Work work, Parameters given, DateTimeOffset now)
{
    public StripeDesk Desk { get; } = desk;

    public Work Work { get; } = work;

    public Parameters Given { get; } = given;

    public Objects Objects { get; } = new(work, CancellationToken.None);

    /// <summary>By the schema's clock; customers under a test clock have another, see <see cref="TestClocks.NowOf"/>.</summary>
    public DateTimeOffset Now { get; } = now;

    /// <summary>From the path.</summary>
    public string Id { get; init; } = "";

    /// <summary>For <c>Request-Id</c> and events.</summary>
    public string RequestId { get; } = Objects.NewId("req", 14);

    public string? IdempotencyKey { get; init; }

    /// <summary>The parameters as they came.</summary>
    public string? Request { get; init; }

    public long Seconds => Now.ToUnixTimeSeconds();

    /// <summary>Writes down that something happened to <paramref name="resource"/>, and has it told.</summary>
    /// <param name="type"></param>
    /// <param name="resource">As it is now.</param>
    /// <param name="previous">For updates: the former values of what changed.</param>
    public Task Tell(string type, JsonObject resource, JsonObject? previous = null) => Events.Record(this, type, resource, previous);
}
