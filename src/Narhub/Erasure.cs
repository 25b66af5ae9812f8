using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Colonnade.Platform.Accounts;
using Colonnade.Platform.Database;
using Colonnade.Platform.RateLimits;
using Colonnade.Platform.Sessions;
using Colonnade.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Colonnade.Narhub;

/// <summary>DELETE /api/user: the end of an account. What bookkeeping has to keep stays, and no longer says whose it was.</summary>
public static class Erasure
{
    public static void MapErasure(this IEndpointRouteBuilder api) =>
        api.MapDelete("/user", Erase).WithTags("User").RequireCustomer().Limit(NarhubLimits.OthersPerCaller)
            .WithSummary("Delete the account").Refuses(NarhubErrors.WrongPassword(), NarhubErrors.NotFound("User"));

    private static async Task<Results<Ok<Done>, ProblemHttpResult>> Erase(
        [FromBody] ErasureWish request, Caller caller, ProductAccounts accounts, CookieSessions sessions, OrderPrivacy orders, ProductDatabase database,
        ClientFacts client, HttpContext http, CancellationToken stop)
    {
        if (!await accounts.Confirm(caller, request.CurrentPassword!, client, stop))
            return NarhubErrors.WrongPassword();
        await using var work = await database.Begin(stop);
        if (!await accounts.Delete(work, caller.AccountId, client, stop))
            return NarhubErrors.NotFound("User");
        await orders.Erase(work, caller.AccountId, client, stop);
        await work.Execute(
            """
            with cart as (delete from carts where user_id = @AccountId)
            update users set name = null, company = null, updated_at = clock(), version = version + 1 where id = @AccountId
            """, caller, stop);
        await work.Commit(stop);
        sessions.Forget(http);
        return TypedResults.Ok(new Done("Account deleted successfully"));
    }
}

public sealed record ErasureWish
{
    [JsonPropertyName("currentPassword"), Required(ErrorMessage = "Current password is required")]
    public string? CurrentPassword { get; init; }
}
