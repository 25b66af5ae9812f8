using System.Security.Cryptography;
using System.Text;
using Colonnade.Host.Commands;
using Colonnade.Platform.ApiTokens;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Spectre.Console;
using Xunit;

namespace Colonnade.Host.Tests;

public sealed class TokenTests(ServicedApp app) : IClassFixture<ServicedApp>
{
    [Fact]
    public async Task A_token_is_the_only_line_of_the_output_and_is_then_good()
    {
        var (secret, notes) = await Create("Till", "things:read", "90d");
        secret.ShouldMatch("^cod_serviced_[0-9A-Za-z]{43}\n$");
        notes.ShouldContain("Till");
        notes.ShouldContain("things:read");
        notes.ShouldNotContain(secret.Trim());
        (await app.Database.One<bool>(
            "select expires_at between clock() + interval '89 days' and clock() + interval '91 days' from api_tokens where hash = @Hash",
            new { Hash = SHA256.HashData(Encoding.ASCII.GetBytes(secret.Trim())) }, ServicedApp.Stop)).ShouldBeTrue();
    }

    [Fact]
    public async Task Tokens_are_listed_by_prefix_and_revoked_by_any_name_they_have()
    {
        var secrets = new[] { (await Create("One", null, null)).Output.Trim(), (await Create("Two", "*", "8w")).Output.Trim(), (await Create("Three", "things:read,things:write", "12h")).Output.Trim() };
        var listed = await List();
        foreach (var secret in secrets)
        {
            listed.ShouldContain(secret[..21]);
            listed.ShouldNotContain(secret[..22]);
        }

        var tokens = await app.App.Services.GetRequiredService<ProductApiTokens>().List(ServicedApp.Stop);
        (await Revoke(tokens.Single(token => token.Name == "One").Id.ToString())).ShouldContain("One");
        (await Revoke(secrets[1][..21] + "…")).ShouldContain("Two");
        (await Revoke(secrets[2])).ShouldContain("Three");
        listed = await List();
        foreach (var secret in secrets)
            listed.ShouldNotContain(secret[..21]);
        (await ServicedApp.Refusal(Revoke(secrets[0]))).ShouldContain("No token begins so");
    }

    [Fact]
    public async Task What_cannot_be_done_is_said_in_one_sentence()
    {
        await Create("A", null, null);
        await Create("B", null, null);
        (await ServicedApp.Refusal(Revoke("cod_serviced_"))).ShouldContain("tokens begin so");
        (await ServicedApp.Refusal(Revoke(" "))).ShouldContain("No token begins so");
        (await ServicedApp.Refusal(Create(" ", null, null))).ShouldContain("A name has");
        (await ServicedApp.Refusal(Create("Unmade", "things:fly", null))).ShouldContain("things:read, things:write");
        (await ServicedApp.Refusal(Create("Unmade", null, "soon"))).ShouldContain("90d");
        (await ServicedApp.Refusal(Create("Unmade", null, "0d"))).ShouldContain("90d");
        (await List()).ShouldNotContain("Unmade");
    }

    private async Task<(string Output, string Notes)> Create(string name, string? scopes, string? expires)
    {
        await using var output = new StringWriter { NewLine = "\n" };
        await using var notes = new StringWriter();
        await Token.Create(app.App, name, scopes, expires, output, notes, ServicedApp.Stop);
        return (output.ToString(), notes.ToString());
    }

    private async Task<string> Revoke(string which)
    {
        await using var output = new StringWriter();
        await Token.Revoke(app.App, which, output, ServicedApp.Stop);
        return output.ToString();
    }

    private async Task<string> List()
    {
        await using var output = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, Interactive = InteractionSupport.No, Out = new AnsiConsoleOutput(output) });
        console.Profile.Width = 400;
        await Token.List(app.App, console, ServicedApp.Stop);
        return output.ToString();
    }
}
