using System.Collections.Concurrent;
using Colonnade.Platform.Database;
using Colonnade.Platform.Jobs;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Shouldly;
using Xunit;
using static Colonnade.Platform.Tests.Jobs.JobsApp;

namespace Colonnade.Platform.Tests.Jobs;

public sealed class JobWorkersTests(JobsApp app) : IClassFixture<JobsApp>
{
    [Fact]
    public async Task Twenty_producers_and_twenty_consumers_do_each_of_four_thousand_jobs_once()
    {
        var nodes = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => app.StartWorkers(5)));
        await Task.WhenAll(Enumerable.Range(0, 20).Select(producer => Task.Run(async () =>
        {
            for (var i = 0; i < 20; i++)
            {
                await using var work = await app.Database.Begin(Stop);
                for (var j = 0; j < 10; j++)
                    await work.Enqueue(new Effect(), Stop, new JobOptions { Owner = $"producer {producer}" });
                await work.Commit(Stop);
            }
        }, Stop)));
        await Until(async () => await app.Database.One<long>("select count(*) from jobs where kind = 'effect' and state = 'done'", null, Stop) == 4000);

        (await app.Database.One<long>("select count(*) from jobs where kind = 'effect' and attempt <> 1", null, Stop)).ShouldBe(0);
        var shares = await app.Database.List<long>("select count(*) from effects group by node", null, Stop);
        shares.Sum().ShouldBe(4000);
        shares.Count.ShouldBe(4);
        shares.Min().ShouldBeGreaterThanOrEqualTo(100);
        foreach (var node in nodes)
            await node.StopAsync(Stop);
    }

    [Fact]
    public async Task A_committed_job_is_noticed_at_once()
    {
        var node = await app.StartWorkers(1, ("Poll", "01:00:00"), ("Heartbeat", "01:00:00"));
        await node.Services.GetRequiredService<Listener>().Connected.WaitAsync(Stop);
        var ran = new Signal();
        await app.Enqueue(_ => ran.Give());
        await ran.Given();
        await node.StopAsync(Stop);
    }

    [Fact]
    public async Task A_job_that_a_statement_inserted_is_noticed_at_once_when_workers_are_told()
    {
        var node = await app.StartWorkers(1, ("Poll", "01:00:00"), ("Heartbeat", "01:00:00"));
        await node.Services.GetRequiredService<Listener>().Connected.WaitAsync(Stop);
        var ran = new Signal();
        var job = JobInsert.Of(Scripted.Of(_ => ran.Give()));
        await using (var work = await app.Database.Begin(Stop))
        {
            await work.Execute(
                $"with wanted as (select 1), mail as ({JobInsert.From("wanted", "@Owner", "@Key")}) select 1",
                new { Owner = "somebody", Key = "one", job.JobId, job.JobKind, job.JobLane, job.JobPayload, job.JobMaxAttempts }, Stop);
            work.TellWorkers();
            await work.Commit(Stop);
        }

        await ran.Given();
        (await app.Database.One<string>("select owner || ' ' || unique_key from jobs where id = @JobId", job, Stop)).ShouldBe("somebody one");
        await node.StopAsync(Stop);
    }

    [Fact]
    public async Task A_node_notices_its_own_jobs_without_being_notified()
    {
        var node = await app.StartWorkers(1, ("Poll", "01:00:00"), ("Heartbeat", "01:00:00"));
        // Connected first: a background service that ends before it has begun takes its host down.
        await node.Services.GetRequiredService<Listener>().Connected.WaitAsync(Stop);
        await node.Services.GetRequiredService<Listener>().StopAsync(Stop);
        var ran = new Signal();
        await using (var work = await node.Services.GetRequiredService<ProductDatabase>().Begin(Stop))
        {
            await work.Enqueue(Scripted.Of(_ => ran.Give()), Stop);
            await work.Commit(Stop);
        }

        await ran.Given();
        await node.StopAsync(Stop);
    }

    [Fact]
    public async Task A_lost_notification_costs_no_more_than_the_poll()
    {
        var ran = new Signal();
        var id = await app.Enqueue(_ => ran.Give(), new JobOptions { After = TimeSpan.FromDays(300) });
        var node = await app.StartWorkers(1, ("Poll", "00:00:00.030"));
        await node.Services.GetRequiredService<Listener>().Connected.WaitAsync(Stop);
        await app.Database.Execute("update jobs set run_at = clock() where id = @id", new { id }, Stop);
        await ran.Given();
        await node.StopAsync(Stop);
    }

    [Fact]
    public async Task A_frozen_worker_loses_its_job_and_can_write_nothing_any_more()
    {
        var (begun, thaw) = (new Signal(), new Signal());
        var completion = new TaskCompletionSource<Exception?>();
        var runs = 0;
        var frozen = await app.StartWorkers(1, ("Heartbeat", "01:00:00"));
        var id = await app.Enqueue(async run =>
        {
            if (Interlocked.Increment(ref runs) > 1)
                return;
            await begun.Give();
            await thaw.Given();
            await using var work = await run.Services.GetRequiredService<ProductDatabase>().Begin(Stop);
            await work.Execute("insert into effects (job_id, node) values (@JobId, 'frozen')", new { run.JobId }, Stop);
            completion.SetResult(await Record.ExceptionAsync(() => run.Complete(work)));
            run.Cancel("written by the frozen worker");
        });
        await begun.Given();
        await app.Advance(TimeSpan.FromSeconds(29));
        await app.RunJobs();
        (await app.Row(id)).Lease.ShouldBe(1);
        await app.Advance(TimeSpan.FromSeconds(2));
        await app.RunJobs();
        var done = await app.Row(id);
        done.State.ShouldBe("done");
        done.Lease.ShouldBe(2);

        await thaw.Give();
        (await completion.Task.WaitAsync(Stop)).ShouldBeOfType<JobLostException>();
        await frozen.StopAsync(Stop);
        (await app.Row(id)).ShouldBe(done);
        (await app.Database.One<long>("select count(*) from effects where job_id = @id", new { id }, Stop)).ShouldBe(0);
        runs.ShouldBe(2);
    }

    [Fact]
    public async Task A_job_that_takes_its_worker_down_every_time_ends_as_failed()
    {
        var id = await app.Enqueue(_ => Task.CompletedTask, new JobOptions { MaxAttempts = 2, After = TimeSpan.FromDays(300) });
        for (var attempt = 1; attempt <= 2; attempt++)
        {
            await app.Database.Execute(
                "update jobs set state = 'running', attempt = @attempt, lease = @attempt, worker = gen_random_uuid(), lease_until = clock() - interval '1 s' where id = @id",
                new { id, attempt }, Stop);
            if (attempt == 2)
                await app.RunJobs();
        }

        var row = await app.Row(id);
        row.State.ShouldBe("failed");
        row.Error.ShouldNotBeNull().ShouldStartWith("The worker stopped answering");
    }

    [Fact]
    public async Task Heartbeats_keep_a_long_job_with_its_worker()
    {
        var (begun, finish) = (new Signal(), new Signal());
        var node = await app.StartWorkers(1, ("Heartbeat", "00:00:00.020"));
        var id = await app.Enqueue(async _ =>
        {
            await begun.Give();
            await finish.Given();
        });
        await begun.Given();
        for (var i = 0; i < 3; i++)
        {
            await app.Advance(TimeSpan.FromSeconds(20));
            await Until(async () => (await app.Row(id)).LeaseUntil == app.Clock.GetUtcNow() + TimeSpan.FromSeconds(30));
            await app.RunJobs();
        }

        await finish.Give();
        (await app.RowOnceItIs("done", id)).Lease.ShouldBe(1);
        await node.StopAsync(Stop);
    }

    [Fact]
    public async Task A_job_whose_lease_has_passed_on_is_told_to_stop()
    {
        var (begun, told) = (new Signal(), new Signal());
        var node = await app.StartWorkers(1, ("Heartbeat", "00:00:00.020"));
        var id = await app.Enqueue(async run =>
        {
            await begun.Give();
            await Record.ExceptionAsync(() => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, run.Stop));
            await told.Give();
        });
        await begun.Given();
        var other = Guid.CreateVersion7();
        await app.Database.Execute("update jobs set lease = lease + 1, worker = @other where id = @id", new { id, other }, Stop);
        await told.Given();
        await node.StopAsync(Stop);
        var row = await app.Row(id);
        row.State.ShouldBe("running");
        row.Worker.ShouldBe(other);
        await app.Database.Execute("delete from jobs where id = @id", new { id }, Stop);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_job_that_never_ends_blocks_nothing(bool heedsItsToken)
    {
        var node = await app.StartWorkers(1, ("Grace", "00:00:00.050"));
        var poison = await app.Enqueue(new ScriptedBriefly(Scripted.Of(run =>
            Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, heedsItsToken ? run.Stop : CancellationToken.None)).Script));
        var ran = new Signal();
        await app.Enqueue(_ => ran.Give());
        await ran.Given();
        if (heedsItsToken)
            (await app.RowOnceItIs("scheduled", poison)).Error.ShouldBe("It ran past its time-out of 00:00:00.0500000.");
        else
            (await app.Row(poison)).State.ShouldBe("running", "its lease runs out, as if its node had died");
        await node.StopAsync(Stop);
        await app.Database.Execute("delete from jobs where id = @poison", new { poison }, Stop);
    }

    [Fact]
    public async Task A_stopping_node_lets_a_job_finish_and_gives_the_rest_back_uncounted()
    {
        var (begun, finish, told, stubborn) = (new Signal(), new Signal(), new Signal(), new Signal());
        var node = await app.StartWorkers(3, ("Drain", "00:00:00.300"));
        var finishing = await app.Enqueue(async _ =>
        {
            await begun.Give();
            await finish.Given();
        });
        var heeding = await app.Enqueue(async run =>
        {
            await Record.ExceptionAsync(() => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, run.Stop));
            await told.Give();
            run.Stop.ThrowIfCancellationRequested();
        });
        var deaf = await app.Enqueue(async _ => await stubborn.Given());
        await begun.Given();
        await app.RowOnceItIs("running", heeding);
        await app.RowOnceItIs("running", deaf);

        var stopping = node.StopAsync(Stop);
        await finish.Give();
        // Only what asks for jobs while it stops could still claim one: an exchange that had begun before may.
        await told.Given();
        var late = await app.Enqueue(_ => Task.CompletedTask);
        await stopping;
        (await app.Row(finishing)).State.ShouldBe("done");
        foreach (var id in new[] { heeding, deaf })
        {
            var row = await app.Row(id);
            row.State.ShouldBe("waiting");
            row.Attempt.ShouldBe(0);
        }

        (await app.Row(late)).Lease.ShouldBe(0);
        await stubborn.Give();
        await app.Database.Execute("delete from jobs where state = 'waiting'", null, Stop);
    }

    [Fact]
    public async Task Workers_outlive_their_connections()
    {
        var node = await app.StartWorkers(2, ("Poll", "00:00:00.050"));
        var (begun, finish) = (new Signal(), new Signal());
        var running = await app.Enqueue(async _ =>
        {
            await begun.Give();
            await finish.Given();
        });
        await begun.Given();
        var ids = new ConcurrentBag<Guid> { running };
        for (var i = 0; i < 3; i++)
        {
            var told = await Record.ExceptionAsync(() => app.Database.Execute(
                "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()", null, Stop));
            (told is null or NpgsqlException).ShouldBeTrue();
            await Until(async () =>
            {
                ids.Add(await app.Enqueue(_ => Task.CompletedTask));
                return true;
            });
        }

        await finish.Give();
        foreach (var id in ids)
            await Until(async () => (await app.Row(id)).State == "done");
        (await app.Row(running)).Lease.ShouldBe(1);
        await node.StopAsync(Stop);
    }

    /// <summary>Tries again until it is so; PostgreSQL may be away meanwhile.</summary>
    private static async Task Until(Func<Task<bool>> isSo)
    {
        while (true)
        {
            try
            {
                if (await isSo())
                    return;
            }
            catch (NpgsqlException)
            {
                // Asked again below.
            }

            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, Stop);
        }
    }

    private sealed class Signal
    {
        private readonly TaskCompletionSource _given = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Give()
        {
            _given.TrySetResult();
            return Task.CompletedTask;
        }

        public Task Given() => _given.Task.WaitAsync(TimeSpan.FromSeconds(20), Stop);
    }
}
