using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Shouldly;
using Xunit;

namespace Colonnade.Host.Tests;

/// <summary>The cluster of our own: made, found again, guarded, recovered.</summary>
public sealed class PrivatePostgresTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_second_start_finds_what_the_first_one_kept()
    {
        await using var data = new TemporaryData();
        await using (var first = await data.Start())
            await TemporaryData.Ask<int>(first.ConnectionString, "create table kept as select 41 + 1 as answer");
        TemporaryData.ProcessesIn(data.Cluster).ShouldBeEmpty();

        await using var second = await data.Start();
        (await TemporaryData.Ask<int>(second.ConnectionString, "select answer from kept")).ShouldBe(42);
    }

    [Fact]
    public async Task By_default_nothing_acknowledged_is_lost_and_nobody_else_gets_in()
    {
        await using var data = new TemporaryData();
        await using var postgres = await TemporaryData.Start(new PrivatePostgresOptions(data.Path));

        (await TemporaryData.Ask<string>(postgres.ConnectionString, """
            select string_agg(name || '=' || setting, ' ' order by name) from pg_settings
            where name in ('fsync', 'synchronous_commit', 'full_page_writes', 'data_checksums', 'jit', 'listen_addresses', 'max_connections', 'server_encoding')
            """)).ShouldBe("data_checksums=on fsync=on full_page_writes=on jit=off listen_addresses= max_connections=120 server_encoding=UTF8 synchronous_commit=on");
        (await TemporaryData.Ask<string>(postgres.ConnectionString, "select lower('ÅÉ') || (select string_agg(w, '' order by w) from unnest(array['z', 'é', 'e', 'f']) w)"))
            .ShouldBe("åéeéfz");
        (await TemporaryData.Ask<bool>(postgres.ConnectionString, "select rolsuper or rolcreaterole or rolcreatedb from pg_roles where rolname = current_user")).ShouldBeFalse();
        (await TemporaryData.Ask<string>(postgres.AdministratorConnectionString, "select string_agg(distinct type || ':' || auth_method, ' ') from pg_hba_file_rules")).ShouldBe("local:peer");
        (File.GetUnixFileMode(data.Cluster) & ~UnixFileMode.UserRead & ~UnixFileMode.UserWrite & ~UnixFileMode.UserExecute).ShouldBe(UnixFileMode.None);
        Should.Throw<PostgresException>(() => TemporaryData.Ask<int>(postgres.ConnectionString.Replace("Username=colonnade", "Username=somebody", StringComparison.Ordinal), "select 1"))
            .SqlState.ShouldBe(PostgresErrorCodes.InvalidAuthorizationSpecification);
    }

    [Fact]
    public async Task The_products_role_may_create_the_extensions_that_search_needs()
    {
        await using var data = new TemporaryData();
        await using var postgres = await data.Start();

        await TemporaryData.Ask<int>(postgres.ConnectionString, "create extension pg_trgm; create extension unaccent; create schema fragrances");
    }

    [Fact]
    public async Task A_second_server_on_the_directory_is_told_so()
    {
        await using var data = new TemporaryData();
        await using var first = await data.Start();

        (await Should.ThrowAsync<CannotStartException>(data.Start)).Message.ShouldBe(
            $"Another server is running on this data directory (process {Environment.ProcessId}): {data.Path}.");
        (await TemporaryData.Ask<int>(first.ConnectionString, "select 1")).ShouldBe(1);
    }

    [Fact]
    public async Task Of_many_servers_started_at_once_on_nothing_one_comes_up()
    {
        await using var data = new TemporaryData();
        var starts = await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
        {
            try
            {
                return await data.Start();
            }
            catch (CannotStartException e) when (e.Message.StartsWith("Another server is running", StringComparison.Ordinal))
            {
                return null;
            }
        }));

        var running = starts.OfType<PrivatePostgres>().ShouldHaveSingleItem();
        (await TemporaryData.Ask<int>(running.ConnectionString, "select 1")).ShouldBe(1);
        await running.DisposeAsync();
    }

    [Fact]
    public async Task A_command_uses_the_running_servers_postgres_and_leaves_it_running()
    {
        await using var data = new TemporaryData();
        await using var server = await data.Start();

        await using (var joined = await PrivatePostgres.StartOrJoin(data.Options, NullLogger.Instance, Stop))
            joined.ConnectionString.ShouldBe(server.ConnectionString);

        (await TemporaryData.Ask<int>(server.ConnectionString, "select 1")).ShouldBe(1);
    }

    [Fact]
    public async Task Commands_without_a_server_run_one_after_the_other()
    {
        await using var data = new TemporaryData();
        var together = 0;
        await Task.WhenAll(Enumerable.Range(0, 3).Select(async _ =>
        {
            await using var postgres = await PrivatePostgres.StartOrJoin(data.Options, NullLogger.Instance, Stop);
            Interlocked.Increment(ref together).ShouldBe(1);
            (await TemporaryData.Ask<int>(postgres.ConnectionString, "select 1")).ShouldBe(1);
            Interlocked.Decrement(ref together);
        }));
    }

    [Fact]
    public async Task A_postgres_that_is_killed_comes_back_at_the_same_address_with_what_was_committed()
    {
        await using var data = new TemporaryData();
        await using var postgres = await TemporaryData.Start(new PrivatePostgresOptions(data.Path));
        await TemporaryData.Ask<int>(postgres.ConnectionString, "create table kept as select 1 as answer");

        var postmaster = await File.ReadAllLinesAsync(Path.Combine(data.Cluster, "postmaster.pid"), Stop);
        ChildProcess.Signal(int.Parse(postmaster[0], CultureInfo.InvariantCulture), UnixSignal.Kill);

        (await Eventually(() => TemporaryData.Ask<int>(postgres.ConnectionString, "select answer from kept"))).ShouldBe(1);
        postgres.GivenUp.IsCompleted.ShouldBeFalse();
    }

    [Fact]
    public async Task A_path_too_long_for_a_socket_gets_one_elsewhere_that_goes_with_the_server()
    {
        await using var data = new TemporaryData(new string('x', 100));
        string socket;
        await using (var postgres = await data.Start())
        {
            socket = new NpgsqlConnectionStringBuilder(postgres.ConnectionString).Host!;
            socket.ShouldNotStartWith(data.Path);
            File.GetUnixFileMode(socket).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            (await TemporaryData.Ask<int>(postgres.ConnectionString, "select 1")).ShouldBe(1);
        }

        Directory.Exists(socket).ShouldBeFalse();
    }

    [Fact]
    public async Task What_an_interrupted_creation_left_behind_is_no_cluster()
    {
        await using var data = new TemporaryData();
        DataDirectory.Open(data.Path);
        Directory.CreateDirectory(data.Cluster + ".new/base");
        await File.WriteAllTextAsync(data.Cluster + ".new/PG_VERSION", "15\n", Stop);

        await using var postgres = await data.Start();
        (await TemporaryData.Ask<int>(postgres.ConnectionString, "select 1")).ShouldBe(1);
        Directory.Exists(data.Cluster + ".new").ShouldBeFalse();
    }

    [Fact]
    public async Task A_pid_file_whose_number_is_another_process_by_now_is_stale()
    {
        await using var data = new TemporaryData();
        await using (await data.Start())
        {
            // Only makes the cluster.
        }

        var user = await ServerUser.For(data.Cluster, Stop);
        using var stranger = ChildProcess.Start(user.Command("sleep", "60"));
        await File.WriteAllTextAsync(
            Path.Combine(data.Cluster, "postmaster.pid"), $"{stranger.Id}\n{data.Cluster}\n1\n5432\n{data.Cluster}\n\n 1 1\nready   \n", Stop);
        await using (var postgres = await data.Start())
            (await TemporaryData.Ask<int>(postgres.ConnectionString, "select 1")).ShouldBe(1);

        stranger.HasExited.ShouldBeFalse();
        stranger.Kill();
    }

    [Fact]
    public async Task A_cluster_of_another_major_version_is_refused_in_one_sentence()
    {
        await using var data = new TemporaryData();
        await using (await data.Start())
        {
            // Only makes the cluster.
        }

        await File.WriteAllTextAsync(Path.Combine(data.Cluster, "PG_VERSION"), "9\n", Stop);
        (await Should.ThrowAsync<CannotStartException>(data.Start)).Message.ShouldMatch(
            $@"^The cluster in {data.Cluster} was made by PostgreSQL 9, but on this machine there is [\d. and]+: install postgresql-9, or carry the data over with pg_upgrade or pg_dump\.$");
    }

    [Fact]
    public async Task No_PostgreSQL_is_one_sentence_that_says_how_to_get_it()
    {
        await using var data = new TemporaryData();
        var nothing = DataDirectory.Open(data.Path).Path;

        (await Should.ThrowAsync<CannotStartException>(() => TemporaryData.Start(data.Options with { Binaries = nothing }))).Message
            .ShouldStartWith($"PostgreSQL is not installed in {nothing}: install it (Debian, Ubuntu: apt-get install postgresql;");
        Directory.Exists(data.Cluster).ShouldBeFalse();
    }

    [Fact]
    public async Task Settings_of_ones_own_stay_over_starts_and_a_broken_one_is_named()
    {
        await using var data = new TemporaryData();
        await using (await data.Start())
        {
            // Only makes the cluster.
        }

        var local = Path.Combine(data.Cluster, "postgresql.local.conf");
        await File.WriteAllTextAsync(local, "work_mem = '7MB'\n", Stop);
        await using (var postgres = await data.Start())
            (await TemporaryData.Ask<string>(postgres.ConnectionString, "show work_mem")).ShouldBe("7MB");

        await File.WriteAllTextAsync(local, "no_such_setting = 1\n", Stop);
        (await Should.ThrowAsync<CannotStartException>(data.Start)).Message.ShouldContain($"PostgreSQL does not start on {data.Cluster}: ");
        using var free = DataDirectory.Open(data.Path).TryLock(LockHolder.Command).ShouldNotBeNull();
    }

    [Fact]
    public async Task As_root_a_directory_that_PostgreSQLs_user_cannot_reach_gets_a_link_to_a_cluster_elsewhere()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "An ordinary user runs PostgreSQL itself and reaches everything it owns.");
        await using var data = new TemporaryData();
        Directory.CreateDirectory(data.Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

        await using (var first = await data.Start())
        {
            first.Directory.ShouldStartWith("/var/lib/colonnade/");
            first.Description.ShouldContain(first.Directory);
            await TemporaryData.Ask<int>(first.ConnectionString, "create table kept as select 42 as answer");
        }

        await using var second = await data.Start();
        (await TemporaryData.Ask<int>(second.ConnectionString, "select answer from kept")).ShouldBe(42);
    }

    private static async Task<T?> Eventually<T>(Func<Task<T?>> ask)
    {
        while (true)
        {
            try
            {
                return await ask();
            }
            catch (NpgsqlException e) when (e is not PostgresException || e.SqlState is PostgresErrorCodes.CannotConnectNow or PostgresErrorCodes.AdminShutdown)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Stop);
            }
        }
    }
}
