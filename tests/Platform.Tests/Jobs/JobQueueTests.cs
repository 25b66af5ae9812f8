using System.Collections.Concurrent;
using Colonnade.Platform.Database;
using Colonnade.Platform.Jobs;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;
using static Colonnade.Platform.Tests.Jobs.JobsApp;

namespace Colonnade.Platform.Tests.Jobs;

public sealed class JobQueueTests(JobsApp app) : IClassFixture<JobsApp>
{
    [Fact]
    public async Task A_job_exists_only_when_its_transaction_commits()
    {
        var ran = 0;
        await using (var work = await app.Database.Begin(Stop))
            await work.Enqueue(Scripted.Of(_ => Count(ref ran)), Stop);
        await app.RunJobs();
        ran.ShouldBe(0);

        var id = await app.Enqueue(_ => Count(ref ran));
        await app.RunJobs();
        ran.ShouldBe(1);
        (await app.Row(id)).State.ShouldBe("done");
    }

    [Fact]
    public async Task A_statement_inserts_a_job_beside_its_own_rows_and_only_with_them()
    {
        var ran = 0;
        var job = JobInsert.Of(Scripted.Of(_ => Count(ref ran)));
        var sql = $"with wanted as (select where @isWanted), mail as ({JobInsert.From("wanted")}) select 1";
        await app.Database.Execute(sql, new { isWanted = false, job.JobId, job.JobKind, job.JobLane, job.JobPayload, job.JobMaxAttempts }, Stop);
        await app.RunJobs();
        ran.ShouldBe(0);
        await app.Database.Execute(sql, new { isWanted = true, job.JobId, job.JobKind, job.JobLane, job.JobPayload, job.JobMaxAttempts }, Stop);
        await app.RunJobs();
        ran.ShouldBe(1);
        (await app.Row(job.JobId)).State.ShouldBe("done");
    }

    [Fact]
    public async Task What_a_job_enqueues_runs_in_the_same_go()
    {
        var ran = 0;
        await app.Enqueue(async _ => await app.Enqueue(_ => Count(ref ran)));
        await app.RunJobs();
        ran.ShouldBe(1);
    }

    [Fact]
    public async Task A_failing_job_is_tried_again_later_and_later_and_then_stays_to_be_seen_and_retried()
    {
        var ran = 0;
        var broken = true;
        var id = await app.Enqueue(run =>
        {
            Interlocked.Increment(ref ran);
            run.IsLastAttempt.ShouldBe(run.Attempt == 4);
            return broken ? throw new InvalidOperationException("no\nroute to someone@example.com") : Task.CompletedTask;
        });
        foreach (var (attempt, longest) in new[] { (1, 5), (2, 10), (3, 20) })
        {
            await app.RunJobs();
            ran.ShouldBe(attempt);
            var row = await app.Row(id);
            row.State.ShouldBe("scheduled");
            row.Attempt.ShouldBe(attempt);
            row.DueIn.ShouldBeInRange(TimeSpan.Zero, TimeSpan.FromSeconds(longest));
            await app.RunJobs();
            ran.ShouldBe(attempt);
            await app.Advance(row.DueIn);
        }

        await app.RunJobs();
        var failed = (await app.Queue.Failed(10, Stop)).ShouldHaveSingleItem();
        failed.Id.ShouldBe(id);
        failed.Attempt.ShouldBe(4);
        failed.Error.ShouldBe("InvalidOperationException: no route to (address)");
        await app.Advance(TimeSpan.FromHours(1));
        await app.RunJobs();
        ran.ShouldBe(4);

        broken = false;
        (await app.Queue.Retry(id, Stop)).ShouldBeTrue();
        await app.RunJobs();
        ran.ShouldBe(5);
        (await app.Row(id)).State.ShouldBe("done");
        (await app.Queue.Retry(id, Stop)).ShouldBeFalse();
    }

    [Fact]
    public async Task Pauses_double_up_to_ten_minutes_and_are_spread_over_all_of_that()
    {
        var pauses = new List<double>();
        var ids = new List<Guid>();
        for (var i = 0; i < 40; i++)
            ids.Add(await app.Enqueue(_ => throw new InvalidOperationException(), new JobOptions { MaxAttempts = 100 }));
        await app.Database.Execute("update jobs set attempt = 50 where id = any(@ids)", new { ids = ids.ToArray() }, Stop);
        await app.RunJobs();
        foreach (var id in ids)
            pauses.Add((await app.Row(id)).DueIn.TotalSeconds);
        pauses.Max().ShouldBeInRange(300, 600);
        pauses.Min().ShouldBeInRange(0, 300);
        await app.Database.Execute("delete from jobs where id = any(@ids)", new { ids = ids.ToArray() }, Stop);
    }

    [Fact]
    public async Task A_job_that_waits_for_a_provider_spends_no_attempts()
    {
        var asked = 0;
        var id = await app.Enqueue(run =>
        {
            run.Attempt.ShouldBe(1);
            if (Interlocked.Increment(ref asked) < 7)
                run.Reschedule(TimeSpan.FromSeconds(2));
            return Task.CompletedTask;
        });
        for (var i = 1; i < 7; i++)
        {
            await app.RunJobs();
            asked.ShouldBe(i);
            (await app.Row(id)).DueIn.ShouldBe(TimeSpan.FromSeconds(2));
            await app.Advance(TimeSpan.FromSeconds(2));
        }

        await app.RunJobs();
        asked.ShouldBe(7);
        (await app.Row(id)).State.ShouldBe("done");
    }

    [Fact]
    public async Task A_cancelled_job_is_over_and_says_why()
    {
        var id = await app.Enqueue(run =>
        {
            run.Cancel("The order was deleted.");
            return Task.CompletedTask;
        });
        await app.RunJobs();
        var row = await app.Row(id);
        row.State.ShouldBe("cancelled");
        row.Error.ShouldBe("The order was deleted.");
    }

    [Fact]
    public async Task A_delayed_job_waits_for_its_time()
    {
        var ran = 0;
        await app.Enqueue(_ => Count(ref ran), new JobOptions { After = TimeSpan.FromMinutes(5) });
        await app.Advance(TimeSpan.FromMinutes(5) - TimeSpan.FromMilliseconds(1));
        await app.RunJobs();
        ran.ShouldBe(0);
        await app.Advance(TimeSpan.FromMilliseconds(1));
        await app.RunJobs();
        ran.ShouldBe(1);
    }

    [Fact]
    public async Task Of_parallel_jobs_with_one_key_one_is_alive()
    {
        var ran = 0;
        var unique = new JobOptions { UniqueKey = "cart 5" };
        var ids = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => app.Enqueue(_ => Count(ref ran), unique)));
        ids.Distinct().ShouldHaveSingleItem();
        await app.RunJobs();
        ran.ShouldBe(1);

        (await app.Enqueue(_ => Count(ref ran), unique)).ShouldNotBe(ids[0]);
        await app.RunJobs();
        ran.ShouldBe(2);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(60)]
    public async Task A_thousand_jobs_of_one_owner_delay_anothers_by_no_more_than_a_few(int seconds)
    {
        var ahead = 0;
        await using (var work = await app.Database.Begin(Stop))
        {
            var many = Scripted.Of(_ => Count(ref ahead));
            for (var i = 0; i < 1000; i++)
                await work.Enqueue(many, Stop, new JobOptions { Owner = "many", After = TimeSpan.FromSeconds(seconds) });
            await work.Commit(Stop);
        }

        using var seenEnough = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        await app.Enqueue(async _ => await seenEnough.CancelAsync(), new JobOptions { Owner = "one", After = TimeSpan.FromSeconds(seconds) });
        await app.Advance(TimeSpan.FromSeconds(seconds));
        await Should.ThrowAsync<OperationCanceledException>(() => app.Queue.RunDue(seenEnough.Token));
        // Those that come due together are moved in portions of 500, one for each exchange with the table.
        ahead.ShouldBeLessThanOrEqualTo(seconds == 0 ? 1 : 3);
        await app.Database.Execute("delete from jobs where owner in ('one', 'many')", null, Stop);
    }

    [Fact]
    public async Task A_job_enqueued_while_anothers_crowd_is_running_comes_next_but_one()
    {
        var order = new ConcurrentQueue<string>();
        for (var i = 0; i < 10; i++)
        {
            await app.Enqueue(async _ =>
            {
                if (order.Count == 3)
                    await app.Enqueue(Scripted.Of(_ => Note("one")), new JobOptions { Owner = "one" });
                await Note("many");
            }, new JobOptions { Owner = "many" });
        }

        await app.RunJobs();
        order.ToArray().IndexOf("one").ShouldBe(5);

        Task Note(string owner)
        {
            order.Enqueue(owner);
            return Task.CompletedTask;
        }
    }

    [Fact]
    public async Task A_kind_of_a_newer_version_is_left_to_newer_nodes()
    {
        var id = await app.Enqueue(new Effect());
        await app.Database.Execute("update jobs set kind = 'not_yet_known' where id = @id", new { id }, Stop);
        await app.RunJobs();
        var row = await app.Row(id);
        row.State.ShouldBe("waiting");
        row.Attempt.ShouldBe(0);
        await app.Database.Execute("delete from jobs where id = @id", new { id }, Stop);
    }

    [Fact]
    public async Task A_payload_that_cannot_be_read_is_a_failed_attempt()
    {
        var id = await app.Enqueue(new Effect());
        await app.Database.Execute("update jobs set payload = '[1]' where id = @id", new { id }, Stop);
        await app.RunJobs();
        var row = await app.Row(id);
        row.State.ShouldBe("scheduled");
        row.Error.ShouldNotBeNull().ShouldStartWith("JsonException");
    }

    [Fact]
    public async Task What_a_job_wrote_and_its_completion_commit_together()
    {
        var breakIt = true;
        var id = await app.Enqueue(async run =>
        {
            await using var work = await run.Services.GetRequiredService<ProductDatabase>().Begin(run.Stop);
            await work.Execute("insert into effects (job_id, node) values (@JobId, '')", new { run.JobId }, run.Stop);
            await run.Complete(work);
            if (breakIt)
                throw new InvalidOperationException("before the commit");
            await work.Commit(run.Stop);
            throw new InvalidOperationException("after the commit");
        });
        await app.RunJobs();
        (await app.Row(id)).State.ShouldBe("scheduled");
        (await Effects(id)).ShouldBe(0);

        breakIt = false;
        await app.Advance(TimeSpan.FromSeconds(5));
        await app.RunJobs();
        (await app.Row(id)).State.ShouldBe("done");
        (await Effects(id)).ShouldBe(1);
        await app.Advance(TimeSpan.FromHours(1));
        await app.RunJobs();
        (await app.Row(id)).Attempt.ShouldBe(2);
    }

    [Fact]
    public async Task A_done_job_is_deleted_after_a_day_and_a_failed_one_stays()
    {
        var done = await app.Enqueue(new Effect());
        var failed = await app.Enqueue(_ => throw new InvalidOperationException(), new JobOptions { MaxAttempts = 1 });
        await app.RunJobs();
        await app.Advance(TimeSpan.FromDays(1));
        await app.RunJobs();
        (await app.Row(done)).State.ShouldBe("done");
        await app.Advance(TimeSpan.FromMinutes(10));
        await app.RunJobs();
        (await app.Database.List<Guid>("select id from jobs where id = @done or id = @failed", new { done, failed }, Stop)).ShouldBe([failed]);
        await app.Database.Execute("delete from jobs where id = @failed", new { failed }, Stop);
    }

    [Fact]
    public async Task A_tick_is_one_job_however_many_nodes_there_are()
    {
        await app.RunJobs();
        for (var hour = 1; hour <= 3; hour++)
        {
            await app.Advance(TimeSpan.FromHours(1));
            var before = await Ticks();
            await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => app.RunJobs()));
            (await Ticks() - before).ShouldBe(1);
        }

        Task<long> Ticks() => app.Database.One<long>("select count(*) from jobs where kind = 'each_hour'", null, Stop);
    }

    [Fact]
    public void A_kind_registered_twice_is_refused()
    {
        var services = new ServiceCollection().AddJobs(jobs => jobs.Add<Effect>());
        Should.Throw<InvalidOperationException>(() => services.AddJobs(jobs => jobs.Add<Effect>())).Message.ShouldContain("effect");
    }

    private Task<long> Effects(Guid id) => app.Database.One<long>("select count(*) from effects where job_id = @id", new { id }, Stop);

    private static Task Count(ref int count)
    {
        Interlocked.Increment(ref count);
        return Task.CompletedTask;
    }
}
