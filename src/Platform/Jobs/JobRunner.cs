using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Colonnade.Platform.Jobs;

/// <summary>Runs one attempt in a scope of its own, within its time-out, and says how it ended.</summary>
internal sealed partial class JobRunner(JobKinds kinds, IServiceScopeFactory scopes, ILogger<JobRunner> log)
{
    private const int LongestError = 300;

    /// <summary>The outcome, or null when there is nothing to write: completed in its own transaction, or lost.</summary>
    /// <param name="job">What to run.</param>
    /// <param name="worker">Who runs it.</param>
    /// <param name="begun">Gets the run before it starts.</param>
    /// <param name="stop">Cancelled when the lease is lost or the node stops: the attempt then does not count.</param>
    public async Task<JobOutcome?> Run(ClaimedJob job, Guid worker, Action<JobRun> begun, CancellationToken stop)
    {
        var kind = kinds[job.Kind];
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(kind.Rules.TimeOut);
        await using var scope = scopes.CreateAsyncScope();
        var run = new JobRun(job, worker, scope.ServiceProvider, limit.Token);
        begun(run);
        try
        {
            await kind.Run(job.Payload, run);
            return run.IsCompleted ? null : run.Outcome;
        }
        catch (JobLostException)
        {
            log.LogWarning("Job {Kind} {Id} was taken over by another worker; attempt {Attempt} wrote nothing", job.Kind, job.Id, job.Attempt);
            return null;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return JobOutcome.Released;
        }
        catch (OperationCanceledException late) when (limit.IsCancellationRequested)
        {
            log.LogWarning(late, "Job {Kind} {Id} ran past its {TimeOut} at attempt {Attempt} of {MaxAttempts}", job.Kind, job.Id, kind.Rules.TimeOut, job.Attempt, job.MaxAttempts);
            return JobOutcome.Failed(job, $"It ran past its time-out of {kind.Rules.TimeOut}.");
        }
        catch (Exception failure)
        {
            log.LogWarning(failure, "Job {Kind} {Id} failed at attempt {Attempt} of {MaxAttempts}", job.Kind, job.Id, job.Attempt, job.MaxAttempts);
            return JobOutcome.Failed(job, Describe(failure));
        }
    }

    /// <summary>For the row: type and message without addresses, on one line.</summary>
    private static string Describe(Exception failure)
    {
        var text = $"{failure.GetType().Name}: {Unprintable().Replace(Address().Replace(failure.Message, "(address)"), " ")}";
        return text.Length <= LongestError ? text : text[..LongestError];
    }

    [GeneratedRegex(@"[^\s<>""']+@[^\s<>""']+", RegexOptions.None, 1000)]
    private static partial Regex Address();

    [GeneratedRegex(@"[\p{C}]+", RegexOptions.None, 1000)]
    private static partial Regex Unprintable();
}
