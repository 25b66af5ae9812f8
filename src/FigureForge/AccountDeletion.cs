using Colonnade.FigureForge.Jobs;
using Colonnade.Platform.Accounts;
using Colonnade.Platform.Database;
using Colonnade.Platform.Jobs;
using Colonnade.Platform.RateLimits;
using Colonnade.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Colonnade.FigureForge;

/// <summary>/api/auth/delete: the end of an account. Nothing is drawn, charged or shown any more; images are erased after 30 days, invoices stay.</summary>
public static class AccountDeletion
{
    private static readonly TimeSpan Remorse = TimeSpan.FromDays(30);

    public static void MapAccountDeletion(this IEndpointRouteBuilder api) =>
        api.MapDelete("/auth/delete/", Delete).WithTags("Users").RequireCustomer().Limit(FigureForgeLimits.CallsPerCaller).Accepts<DeletionWish>(isOptional: true, "application/json")
            .WithSummary("Delete the account; it must be confirmed").Refuses(FigureForgeErrors.Invalid("Confirm with {\"confirm\": true}: this deletes the account for good", "confirm"), FigureForgeErrors.NotFound("User"));

    private static async Task<Results<Ok<Done>, ProblemHttpResult>> Delete(
        Caller caller, ProductAccounts accounts, ProductDatabase database, ClientFacts client, HttpRequest request, CancellationToken stop)
    {
        var wish = await OptionalBody.Read<DeletionWish>(request, stop);
        // Some clients drop the bodies of a DELETE.
        if (wish is not ({ Confirm: true } or { ConfirmDelete: true } or { Confirmation: "DELETE" }) && request.Query["confirm"] != "true")
            return FigureForgeErrors.Invalid("Confirm with {\"confirm\": true}: this deletes the account for good", "confirm");
        await using var work = await database.Begin(stop);
        await Artists.Lock(work, caller.AccountId, stop);
        foreach (var generation in await work.List<Guid>("select id from generations where account_id = @AccountId and state in ('queued', 'processing')", new { caller.AccountId }, stop))
            await GenerationLife.End(work, generation, JobState.Cancelled, null, stop);
        if (!await accounts.Delete(work, caller.AccountId, client, stop))
            return FigureForgeErrors.NotFound("User");
        await work.Execute("update images set is_public = false where account_id = @AccountId", new { caller.AccountId }, stop);
        await work.Execute(
            "update artists set username = 'deleted_' || right(replace(account_id::text, '-', ''), 12), display_name = '', tier = 'free', tier_until = null, updated_at = clock() where account_id = @AccountId",
            new { caller.AccountId }, stop);
        await work.Enqueue(new CloseCustomer(caller.AccountId), stop);
        await work.Enqueue(new EraseImages(caller.AccountId), stop, new JobOptions { After = Remorse });
        await work.Commit(stop);
        return TypedResults.Ok(new Done("The account is deleted. Its pictures are erased after 30 days."));
    }
}

/// <summary>Any of the three will do.</summary>
public sealed record DeletionWish(bool? Confirm = null, bool? ConfirmDelete = null, string? Confirmation = null);
