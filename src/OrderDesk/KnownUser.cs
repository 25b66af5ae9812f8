using Colonnade.Platform.Accounts;
using Colonnade.Platform.RateLimits;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Colonnade.OrderDesk;

/// <summary>
/// The user of an address, for anonymous routes whose document answers 404 for an unknown one. A client that has used up what it
/// may learn this way is told nothing more of any address, known or not.
/// </summary>
internal static class KnownUser
{
    /// <summary>A refusal, or the account; that is null for nobody where existence is hidden, and then the route goes on as if.</summary>
    public static async Task<(EmailAddress Email, Account? Account, ProblemHttpResult? Refusal)> Find(
        string typed, ProductAccounts accounts, ExistenceBudget budget, HttpContext http, CancellationToken stop)
    {
        var email = EmailAddress.Parse(typed);
        if (!budget.HidesExistence && await budget.Wait(http, stop) is { } wait)
            return (email, null, OrderDeskErrors.TooMany(wait));
        var account = await accounts.Find(email, stop);
        if (account is not null || budget.HidesExistence)
            return (email, account, null);
        return (email, null, await budget.Spend(http, stop) is { } spent ? OrderDeskErrors.TooMany(spent) : OrderDeskErrors.UserNotFound());
    }
}
