using Colonnade.Platform.Database;
using Colonnade.Platform.Errors;
using Colonnade.Platform.Idempotency;
using Colonnade.Platform.Web;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Colonnade.FigureForge;

/// <summary>Calls whose effect is the payment provider's, made once under a client's <c>Idempotency-Key</c>.</summary>
internal static class ProviderCalls
{
    /// <summary>
    /// The key is reserved, then <paramref name="act"/> runs under the reservation's subject, then its answer is kept. Should nobody know
    /// what became of it, the next request with the key goes on under the same subject; after a refusal the key is as good as new.
    /// </summary>
    public static async Task<Results<Ok<T>, ReplayedAnswer, ProblemHttpResult>> Once<TBody, T>(
        this Reservations reservations, HttpContext http, Caller caller, ProductDatabase database, TBody body, Func<Reservation, Task<Results<Ok<T>, ProblemHttpResult>>> act, CancellationToken stop)
    {
        Reservation reservation;
        await using (var work = await database.Begin(stop))
        {
            (reservation, var replay) = await reservations.Begin(work, http, caller, body, Guid.CreateVersion7(), stop);
            if (replay is not null)
                return replay;
            await work.Commit(stop);
        }

        IResult outcome;
        try
        {
            outcome = (await act(reservation)).Result;
        }
        catch (Exception failure) when (failure is PlatformFailureException or OperationCanceledException)
        {
            await Reservations.Release(database, reservation);
            throw;
        }

        if (outcome is not Ok<T> { Value: { } answer } done)
        {
            var refusal = (ProblemHttpResult)outcome;
            await (refusal.StatusCode == StatusCodes.Status503ServiceUnavailable ? Reservations.Release(database, reservation) : Reservations.Forget(database, reservation));
            return refusal;
        }

        await using (var work = await database.Begin(CancellationToken.None))
        {
            await reservations.Keep(work, reservation, StatusCodes.Status200OK, answer);
            await work.Commit(CancellationToken.None);
        }

        return done;
    }
}
