using System.Collections.Concurrent;
using System.Diagnostics;
using Colonnade.Platform.Database;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Colonnade.Platform.Jobs;

/// <summary>
/// This node's workers. One loop talks to the table: outcomes, heartbeats and claims in one round trip each time;
/// the workers of each lane run what it claimed. No failure of PostgreSQL or of a job ends the loop.
/// </summary>
internal sealed class JobWorkers : BackgroundService
{
    /// <summary>A job not over by then is slow: its lane claims no more jobs than it has workers free.</summary>
    private static readonly TimeSpan Brief = TimeSpan.FromMilliseconds(20);

    /// <summary>A claimed job that found no worker by then is given back, for other nodes.</summary>
    private static readonly TimeSpan LongestUnstarted = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(1);

    private readonly JobTable _table;
    private readonly JobRunner _runner;
    private readonly JobNews _newJobs;
    private readonly JobKinds _kinds;
    private readonly JobSettings _settings;
    private readonly IHostApplicationLifetime _lifetime;
    private readonly TimeSpan _drain;
    private readonly ILogger<JobWorkers> _log;
    private readonly Guid _me = Guid.CreateVersion7();
    private readonly Lane[] _lanes;
    private readonly ConcurrentDictionary<Guid, HeldJob> _held = new();
    private readonly ConcurrentQueue<(ClaimedJob Job, JobOutcome Outcome)> _over = new();
    private readonly List<(ClaimedJob Job, JobOutcome Outcome)> _unwritten = [];
    private readonly SemaphoreSlim _news = new(0);
    private long _upkeepAt;
    private long _heartbeatAt;
    private bool _claimsMayBeUnknown;

    public JobWorkers(
        JobTable table, JobRunner runner, JobKinds kinds, JobSettings settings, ProductDatabase database, Listener listener,
        IHostApplicationLifetime lifetime, IOptions<HostOptions> host, ILogger<JobWorkers> log)
    {
        (_table, _runner, _kinds, _settings, _newJobs, _lifetime, _log) = (table, runner, kinds, settings, database.NewJobs, lifetime, log);
        // Giving back what did not end has to fit into the host's patience too.
        var longest = host.Value.ShutdownTimeout - 3 * LastWords;
        _drain = settings.Drain < longest ? settings.Drain : longest;
        _lanes = [.. kinds.Lanes.Select(name => new Lane(name, settings.WorkersOf(name, kinds.WorkersOf(name)))).Where(lane => lane.Workers > 0)];
        if (_lanes.Length == 0)
            return;
        _newJobs.Subscribe(Wake);
        listener.Subscribe("jobs", WakeForOthers, Wake);
    }

    public override void Dispose()
    {
        _newJobs.Unsubscribe(Wake);
        _news.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (_lanes.Length == 0)
            return;
        foreach (var lane in _lanes)
        {
            for (var worker = 0; worker < lane.Workers; worker++)
                _ = Task.Run(() => Work(lane), CancellationToken.None);
        }

        // The whole node begins to stop before this service is told: no job is claimed while requests are drained.
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, _lifetime.ApplicationStopping);
        using var waking = stopping.Token.UnsafeRegister(static me => ((JobWorkers)me!).Wake(), this);
        while (!stopping.IsCancellationRequested)
        {
            await Talk(claim: true);
            await Rest(_upkeepAt);
        }

        await Drain();
    }

    /// <summary>No new claims; running jobs get their time, the rest is given back.</summary>
    private async Task Drain()
    {
        foreach (var lane in _lanes)
        {
            lane.Ready.Writer.Complete();
            while (lane.Ready.Reader.TryRead(out var unstarted))
                End(unstarted, JobOutcome.Released);
        }

        await FinishWithin(_drain);
        foreach (var held in _held.Values)
            held.GiveUp();
        await FinishWithin(LastWords);
        // What does not heed its token is given back over its head; its lease is void from then on.
        foreach (var held in _held.Values)
            End(held, JobOutcome.Released);
        await FinishWithin(LastWords);
    }

    private async Task FinishWithin(TimeSpan time)
    {
        var until = After(Stopwatch.GetTimestamp(), time);
        while ((!_held.IsEmpty || !_over.IsEmpty || _unwritten.Count > 0) && Stopwatch.GetTimestamp() < until)
        {
            await Talk(claim: false);
            if (!_held.IsEmpty)
                await Rest(until);
        }
    }

    private async Task Work(Lane lane)
    {
        await foreach (var held in lane.Ready.Reader.ReadAllAsync())
        {
            var patience = _kinds[held.Job.Kind].Rules.TimeOut + _settings.Grace;
            var running = Task.Run(() => _runner.Run(held.Job, _me, held.Begin, held.Stop));
            try
            {
                End(held, await running.WaitAsync(patience));
            }
            catch (TimeoutException) when (!running.IsCompleted)
            {
                // Not written: the lease runs out, which counts the attempt and waits for nothing the job may have locked.
                _log.LogError("Job {Kind} {Id} did not end {Grace} after its time-out; its worker goes on without it", held.Job.Kind, held.Job.Id, _settings.Grace);
                held.Lose();
                End(held, null);
            }
            catch (Exception failure)
            {
                _log.LogError(failure, "Job {Kind} {Id} left its scope with an error", held.Job.Kind, held.Job.Id);
                End(held, JobOutcome.Failed(held.Job, failure.GetType().Name));
            }
        }
    }

    private void Begin(ClaimedJob job)
    {
        var held = new HeldJob(job, Array.Find(_lanes, lane => lane.Name == job.Lane)!);
        _held[job.Id] = held;
        held.Lane.Begin(held);
    }

    /// <param name="held">What has ended.</param>
    /// <param name="outcome">Null when there is nothing to write.</param>
    private void End(HeldJob held, JobOutcome? outcome)
    {
        if (!held.TryEnd())
            return;
        // In this order: a job that is not held any more is among those over, see the copy of the keys in Talk.
        if (outcome is not null && !held.IsLost)
            _over.Enqueue((held.Job, outcome));
        _held.TryRemove(new KeyValuePair<Guid, HeldJob>(held.Job.Id, held));
        held.Lane.End();
        Wake();
    }

    /// <summary>Of its own jobs this node knows already.</summary>
    private void WakeForOthers(string node)
    {
        if (node != _newJobs.Node)
            Wake();
    }

    private void Wake()
    {
        if (_news.CurrentCount == 0)
            _news.Release();
    }

    private async Task Rest(long until)
    {
        var pause = Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), Math.Min(until, _heartbeatAt));
        await _news.WaitAsync(pause > ShortestPause ? pause : ShortestPause);
        while (await _news.WaitAsync(0))
        {
            // One exchange answers all news up to now.
        }
    }

    /// <summary>One exchange with the table; a failure is waited out.</summary>
    private async Task Talk(bool claim)
    {
        try
        {
            await Exchange(claim);
        }
        catch (Exception failure)
        {
            // Jobs claimed in an exchange whose answer was lost are given back by the next one.
            _claimsMayBeUnknown = true;
            _log.LogWarning("The job table could not be reached, trying again: {Reason}", failure.GetBaseException().GetType().Name);
            await Task.Delay(PauseAfterFailure, TimeProvider.System);
        }

        foreach (var (_, held) in _held)
        {
            if (held.Unconfirmed > _settings.Lease && !held.IsLost)
                held.Lose();
        }
    }

    private async Task Exchange(bool claim)
    {
        var asked = Stopwatch.GetTimestamp();
        var upkeep = claim && asked >= _upkeepAt;
        if (upkeep)
            await _table.Tick(CancellationToken.None);
        GiveBackUnstarted();

        var known = _claimsMayBeUnknown ? _held.Keys.ToArray() : null;
        var beating = asked >= _heartbeatAt ? _held.Values.Where(held => !held.IsCompleting).ToArray() : [];
        while (_over.TryDequeue(out var over))
            _unwritten.Add(over);
        var answer = await _table.Exchange(new JobRequest(_me, _settings.Lease)
        {
            Over = _unwritten,
            Held = Array.ConvertAll(beating, held => held.Job),
            KnownIds = known,
            Upkeep = upkeep,
            Claims = claim ? Claims() : [],
        }, CancellationToken.None);

        _claimsMayBeUnknown = false;
        if (upkeep)
            _upkeepAt = After(asked, answer.NextDue < _settings.Poll ? answer.NextDue.Value : _settings.Poll);
        foreach (var (_, outcome) in _unwritten)
        {
            if (outcome.State == "scheduled")
                _upkeepAt = Math.Min(_upkeepAt, After(asked, outcome.After));
        }

        _unwritten.Clear();
        if (asked >= _heartbeatAt)
            _heartbeatAt = After(asked, _settings.Heartbeat);
        foreach (var held in beating)
        {
            if (answer.Alive.Contains(held.Job.Id))
                held.Confirm(asked);
            else if (!held.IsCompleting && _held.ContainsKey(held.Job.Id))
                held.Lose();
        }

        foreach (var job in answer.Claimed)
            Begin(job);
    }

    private List<(string Lane, int Room)> Claims()
    {
        var claims = new List<(string, int)>(_lanes.Length);
        foreach (var lane in _lanes)
        {
            var isSlow = _held.Any(held => held.Value.Lane == lane && held.Value.Age > Brief);
            if (lane.Room(isSlow) is > 0 and var room)
                claims.Add((lane.Name, room));
        }

        return claims;
    }

    private void GiveBackUnstarted()
    {
        foreach (var lane in _lanes)
        {
            while (lane.Ready.Reader.TryPeek(out var oldest) && oldest.Age > LongestUnstarted && lane.Ready.Reader.TryRead(out var unstarted))
                End(unstarted, JobOutcome.Released);
        }
    }

    private static long After(long timestamp, TimeSpan time) => timestamp + (long)(time.TotalSeconds * Stopwatch.Frequency);
}
