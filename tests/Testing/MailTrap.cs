using System.Security.Cryptography;
using System.Text.Json;
using Colonnade.Platform.Web;
using Colonnade.Sandbox;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Colonnade.Testing;

/// <summary>Where the mails of all fixtures of a test process arrive: a real Sandbox on a database of its own.</summary>
public sealed class MailTrap
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);
    private static readonly Lazy<Task<MailTrap>> Shared = new(Start);
    private readonly WebApplication _sandbox;

    private MailTrap(WebApplication sandbox) => _sandbox = sandbox;

    public static Task<MailTrap> Instance => Shared.Value;

    public string Root => _sandbox.Urls.First();

    /// <summary>Newest first.</summary>
    public async Task<IReadOnlyList<TrappedMail>> To(string address)
    {
        var answer = (await new Api(Root).Get("/mail/messages?to=" + Uri.EscapeDataString(address))).ShouldBe(200);
        return JsonSerializer.Deserialize<List<TrappedMail>>(answer.Bytes, Json)!;
    }

    /// <summary>Stops the Sandbox, if a test asked for it.</summary>
    internal static async Task Stop()
    {
        if (!Shared.IsValueCreated)
            return;
        await using var sandbox = (await Shared.Value)._sandbox;
        await sandbox.StopAsync();
    }

    private static async Task<MailTrap> Start()
    {
        var cluster = await TestCluster.Instance;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.Sources.Clear();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["Database:Connection"] = await cluster.Create(),
            ["Colonnade:Secret"] = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)),
            ["Sandbox:Urls"] = "http://127.0.0.1:0",
            ["BlackForestLabs:Delay"] = "00:00:00",
        });
        builder.Environment.EnvironmentName = "Development";
        builder.Logging.ClearProviders();
        var sandbox = SandboxProduct.Build(builder);
        await sandbox.Prepare(TestContext.Current.CancellationToken);
        await sandbox.StartAsync(TestContext.Current.CancellationToken);
        return new MailTrap(sandbox);
    }
}

/// <summary>A mail as the Sandbox shows it.</summary>
public sealed record TrappedMail(long Id, string To, string From, string Subject, string Text, string Html, DateTimeOffset SentAt);
