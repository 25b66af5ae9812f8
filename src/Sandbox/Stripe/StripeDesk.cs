using Colonnade.Platform.Database;
using Colonnade.Platform.Web;

namespace Colonnade.Sandbox.Stripe;

/// <summary>Begins calls: what the routes of the API, the pages and the jobs have in common.</summary>
internal sealed class StripeDesk(ProductDatabase database, PublicUrl publicUrl, WebhookTargets targets)
{
    public ProductDatabase Database { get; } = database;

    public WebhookTargets Targets { get; } = targets;

    /// <summary>Where a person's browser finds <paramref name="path"/>.</summary>
    public string UrlOf(string path) => publicUrl.Of(path);

    /// <summary>A call in <paramref name="work"/>.</summary>
    public async Task<StripeCall> Call(Work work, string form, string id = "", string? key = null) =>
        new(this, work, Parameters.Read(form), await work.One<DateTimeOffset>("select clock()", null, CancellationToken.None)) { Id = id, IdempotencyKey = key, Request = form };

    /// <summary>Does <paramref name="act"/> in a transaction of its own, as the pages and jobs do. A refusal that is a fact is committed and thrown.</summary>
    public async Task<T> Do<T>(Func<StripeCall, Task<T>> act)
    {
        await using var work = await Database.Begin(CancellationToken.None);
        var call = await Call(work, "");
        try
        {
            var result = await act(call);
            await work.Commit(CancellationToken.None);
            return result;
        }
        catch (StripeRefusal fact) when (fact.IsFact)
        {
            await work.Commit(CancellationToken.None);
            throw;
        }
    }
}
