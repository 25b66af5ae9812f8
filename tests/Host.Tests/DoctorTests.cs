using Shouldly;
using Xunit;

namespace Colonnade.Host.Tests;

/// <summary><c>colonnade doctor</c>: what it finds, and its exit code.</summary>
public sealed class DoctorTests
{
    [Fact]
    public async Task Before_the_first_start_everything_is_well_and_nothing_is_made()
    {
        await using var data = new TemporaryData();
        await using var doctor = HostProcess.Start(data, "doctor");

        (await doctor.Ends()).ShouldBe(0);
        doctor.Said.ShouldNotContain("✗");
        Directory.Exists(data.Path).ShouldBeFalse();
    }

    [Fact]
    public async Task Beside_a_running_server_it_looks_at_its_database_and_disturbs_nothing()
    {
        await using var data = await TemporaryData.UsedBefore();
        await using var host = HostProcess.Start(data, "serve");
        await host.Serves("Fragrances");
        await using var doctor = HostProcess.Start(data, "doctor");

        (await doctor.Ends()).ShouldBe(0);
        doctor.Said.ShouldContain($"process {host.Id}");
        doctor.Said.ShouldContain("up to date");
        host.Said.ShouldNotContain("warn:");
    }

    [Fact]
    public async Task What_is_missing_is_named_with_what_to_do_and_the_exit_code_says_so()
    {
        await using var data = new TemporaryData();
        await using var doctor = HostProcess.Start(data, "doctor", "--Postgres:Binaries=/nowhere", "--Documents:Weasyprint=/nowhere");

        (await doctor.Ends()).ShouldBe(1);
        doctor.Said.ShouldContain("✗");
        doctor.Said.ShouldContain("apt-get");
        doctor.Said.ShouldContain("no invoice is printed as PDF");
    }
}
