using Shouldly;
using Xunit;

namespace Colonnade.Host.Tests;

/// <summary>The secret that seals keys: made once, private, never said.</summary>
public sealed class SecretTests
{
    private const UnixFileMode OwnerReadsAndWrites = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    [Fact]
    public async Task It_is_made_at_the_first_start_for_its_owner_alone_and_stays()
    {
        await using var data = new TemporaryData();
        var file = Secret.FileIn(DataDirectory.Open(data.Path));
        string made;
        // The process runs under umask 000.
        await using (var first = HostProcess.Start(data, "migrate"))
        {
            (await first.Ends()).ShouldBe(0);
            made = (await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken)).Trim();
            Convert.FromBase64String(made).Length.ShouldBe(32);
            File.GetUnixFileMode(file).ShouldBe(OwnerReadsAndWrites);
            File.GetUnixFileMode(Path.GetDirectoryName(file)!).ShouldBe(OwnerReadsAndWrites | UnixFileMode.UserExecute);
            first.Said.ShouldNotContain(made);
        }

        await using var second = HostProcess.Start(data, "serve");
        await second.Serves("Fragrances");
        (await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken)).Trim().ShouldBe(made);
        second.Said.ShouldNotContain(made);
        Directory.GetFiles(Path.GetDirectoryName(file)!).ShouldBe([file]);
    }

    [Fact]
    public async Task Made_many_times_at_once_it_is_one()
    {
        await using var data = new TemporaryData();
        var directory = DataDirectory.Open(data.Path);
        var secrets = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(() => Secret.ReadOrCreate(directory, sealsCluster: true))));

        secrets.Distinct(StringComparer.Ordinal).ShouldHaveSingleItem();
        Directory.GetFiles(directory.Secrets).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_file_that_others_may_read_is_closed_to_them()
    {
        await using var data = new TemporaryData();
        var directory = DataDirectory.Open(data.Path);
        var secret = Secret.ReadOrCreate(directory, sealsCluster: true);
        File.SetUnixFileMode(Secret.FileIn(directory), OwnerReadsAndWrites | UnixFileMode.GroupRead | UnixFileMode.OtherRead);

        Secret.ReadOrCreate(directory, sealsCluster: true).ShouldBe(secret);
        File.GetUnixFileMode(Secret.FileIn(directory)).ShouldBe(OwnerReadsAndWrites);
    }

    [Fact]
    public async Task A_cluster_whose_secret_is_gone_is_not_given_a_new_one()
    {
        await using var data = new TemporaryData();
        var directory = DataDirectory.Open(data.Path);
        Directory.CreateDirectory(directory.Cluster);

        Should.Throw<CannotStartException>(() => Secret.ReadOrCreate(directory, sealsCluster: true)).Message
            .ShouldStartWith($"The secret {Secret.FileIn(directory)} is missing");
        Directory.Exists(directory.Secrets).ShouldBeFalse();
    }

    [Fact]
    public async Task A_damaged_one_is_not_replaced()
    {
        await using var data = new TemporaryData();
        var directory = DataDirectory.Open(data.Path);
        Secret.ReadOrCreate(directory, sealsCluster: true);
        await File.WriteAllTextAsync(Secret.FileIn(directory), "c2hvcnQ=", TestContext.Current.CancellationToken);

        Should.Throw<CannotStartException>(() => Secret.ReadOrCreate(directory, sealsCluster: true)).Message.ShouldContain("is damaged");
    }

    [Theory]
    [InlineData("changeme")]
    [InlineData("your_secret_bearer_token_here")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")]
    [InlineData("c2hvcnQ=")]
    [InlineData("MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTI=")]
    public async Task One_that_a_person_made_up_stops_the_start_and_is_not_repeated(string madeUp)
    {
        await using var data = new TemporaryData();
        await using var host = HostProcess.Start(data, "serve", $"--Colonnade:Secret={madeUp}");

        (await host.Ends()).ShouldBe(1);
        host.Said.ShouldBe("Colonnade__Secret is not a secret: it has to be at least 32 random bytes in base64 (openssl rand -base64 32).");
    }

    [Theory]
    [InlineData("changeme")]
    [InlineData("c2hvcnQ=")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")]
    [InlineData("")]
    public async Task Neither_does_Production_start_with_one(string madeUp)
    {
        await using var data = new TemporaryData();
        await using var host = HostProcess.Start(
            data, new Dictionary<string, string>(StringComparer.Ordinal) { ["DOTNET_ENVIRONMENT"] = "Production", ["Colonnade__Secret"] = madeUp, ["Mail__Smtp__Host"] = "localhost" },
            "serve", "fragrances", "--Database:Connection=Host=/nowhere");

        (await host.Ends()).ShouldBe(1);
        host.Said.ShouldStartWith("Colonnade__Secret is ");
        host.Said.ShouldNotContain("\n");
        if (madeUp.Length > 0) host.Said.ShouldNotContain(madeUp);
        Directory.Exists(data.Path).ShouldBeFalse();
    }

    [Fact]
    public async Task In_Production_a_shared_database_needs_a_shared_secret()
    {
        await using var data = new TemporaryData();
        await using var host = HostProcess.Start(
            data, new Dictionary<string, string>(StringComparer.Ordinal) { ["DOTNET_ENVIRONMENT"] = "Production" },
            "serve", "fragrances", "--Database:Connection=Host=/nowhere");

        (await host.Ends()).ShouldBe(1);
        host.Said.ShouldStartWith("Colonnade__Secret is missing:");
    }
}
