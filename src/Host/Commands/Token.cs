using System.CommandLine;
using System.Globalization;
using System.Text.RegularExpressions;
using Colonnade.Platform.ApiTokens;
using Colonnade.Platform.Database;
using Colonnade.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Spectre.Console;

namespace Colonnade.Host.Commands;

/// <summary>
/// <c>token create|list|revoke</c>: the named tokens with which services call a product, also while a server runs on the
/// same data; nodes notice by themselves.
/// </summary>
public static partial class Token
{
    public static Command Command(Settings settings)
    {
        var product = new Argument<string>("product") { Description = "Whose tokens." };
        var name = new Option<string>("--name") { Description = "What to call it in lists.", Required = true };
        var scopes = new Option<string?>("--scopes") { Description = "What it may do, as in orders:read,orders:write; all the product has when not given, * also makes and revokes tokens." };
        var expires = new Option<string?>("--expires") { Description = "How long it is good: 90d, 12h or 8w; for ever when not given." };
        var create = new Command("create", "Makes a token and shows it, this once, as the only line of standard output.") { product, name, scopes, expires };
        create.SetAction(parsed => InProduct(settings, parsed.GetRequiredValue(product), (app, stop) => Create(
            app, parsed.GetRequiredValue(name), parsed.GetValue(scopes), parsed.GetValue(expires), Console.Out, Console.Error, stop)));

        var list = new Command("list", "Lists the tokens that were not revoked.") { product };
        list.SetAction(parsed => InProduct(settings, parsed.GetRequiredValue(product), (app, stop) => List(app, AnsiConsole.Console, stop)));

        var which = new Argument<string>("token") { Description = "Its id, or how it begins." };
        var revoke = new Command("revoke", "Refuses a token from now on.") { product, which };
        revoke.SetAction(parsed => InProduct(settings, parsed.GetRequiredValue(product), (app, stop) => Revoke(app, parsed.GetRequiredValue(which), Console.Out, stop)));

        return new Command("token", "The tokens with which services call a product.") { create, list, revoke };
    }

    /// <summary>Makes a token; <paramref name="output"/> gets the token and nothing else, so that a script can keep it.</summary>
    /// <exception cref="CannotStartException">It cannot be made as asked.</exception>
    public static async Task Create(
        WebApplication app, string name, string? scopes, string? expires, TextWriter output, TextWriter notes, CancellationToken stop)
    {
        var request = new NewApiToken(name)
        {
            Scopes = scopes?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries),
            ExpiresAt = expires is null ? null : TimeProvider.System.GetUtcNow() + Life(expires),
        };
        await using var work = await app.Services.GetRequiredService<ProductDatabase>().Begin(stop);
        switch (await Tokens(app).Create(work, request, ClientFacts.None, stop))
        {
            case CreateApiTokenOutcome.Created created:
                await work.Commit(stop);
                await notes.WriteLineAsync($"{created.Token.Prefix}… ({created.Token.Name}): {string.Join(", ", created.Token.Scopes)}; {Until(created.Token)}. Keep it now, it is not shown again:");
                await output.WriteLineAsync(created.Secret);
                return;
            case CreateApiTokenOutcome.Refused refused:
                throw new CannotStartException(refused.Reason + ".");
        }
    }

    /// <summary>Shows what there is, without the tokens themselves.</summary>
    public static async Task List(WebApplication app, IAnsiConsole console, CancellationToken stop)
    {
        var tokens = await Tokens(app).List(stop);
        if (tokens.Count == 0)
        {
            console.WriteLine("There are no tokens.");
            return;
        }

        var table = new Table().RoundedBorder().AddColumns("Token", "Name", "Scopes", "Made", "Last used", "Good");
        foreach (var token in tokens)
        {
            table.AddRow(
                Markup.Escape(token.Prefix + "…"), Markup.Escape(token.Name), Markup.Escape(string.Join(", ", token.Scopes)),
                Day(token.CreatedAt), token.LastUsedAt is { } used ? Minute(used) : "never", Until(token));
        }

        console.Write(table);
    }

    /// <summary>Revokes the one token that <paramref name="which"/> names.</summary>
    /// <exception cref="CannotStartException">None or several are named.</exception>
    public static async Task Revoke(WebApplication app, string which, TextWriter output, CancellationToken stop)
    {
        var tokens = Tokens(app);
        var asked = which.Trim().TrimEnd('…');
        // The whole token also begins as it is stored: whoever finds one somewhere can have it revoked.
        var found = asked.Length == 0 ? [] : (await tokens.List(stop)).FindAll(token =>
            token.Id.ToString() == asked || token.Prefix.StartsWith(asked, StringComparison.Ordinal) || asked.StartsWith(token.Prefix, StringComparison.Ordinal));
        if (found is not [var one])
        {
            throw new CannotStartException(found.Count == 0
                ? "No token begins so, or it was revoked already."
                : $"{found.Count.ToString(CultureInfo.InvariantCulture)} tokens begin so; name one: {string.Join(", ", found.Select(token => token.Prefix))}.");
        }

        await using var work = await app.Services.GetRequiredService<ProductDatabase>().Begin(stop);
        if (!await tokens.Revoke(work, one.Id, ClientFacts.None, stop))
            throw new CannotStartException($"{one.Prefix}… was revoked already.");
        await work.Commit(stop);
        await output.WriteLineAsync($"{one.Prefix}… ({one.Name}) is revoked.");
    }

    private static async Task<int> InProduct(Settings settings, string name, Func<WebApplication, CancellationToken, Task> act)
    {
        using var signals = new Signals();
        var product = Products.Named(Products.All, name);
        await using var foundation = await Foundation.Lay(settings, [product], LockHolder.Command, signals.Received);
        await using var app = foundation.Build(product);
        // Not prepared: that would ask for the configured service tokens of a server.
        await Foundation.Migrate(app, product, signals.Received);
        await act(app, signals.Received);
        return 0;
    }

    private static ProductApiTokens Tokens(WebApplication app) => app.Services.GetService<ProductApiTokens>()
        ?? throw new CannotStartException($"{app.Services.GetRequiredService<ProductIdentity>().Name} knows no tokens of services.");

    private static TimeSpan Life(string text)
    {
        var match = Span().Match(text);
        if (!match.Success)
            throw new CannotStartException($"\"{text}\" is no span of time; 90d, 12h and 8w are.");
        var number = int.Parse(match.Groups["number"].ValueSpan, CultureInfo.InvariantCulture);
        return match.Groups["unit"].Value switch
        {
            "h" => TimeSpan.FromHours(number),
            "d" => TimeSpan.FromDays(number),
            _ => TimeSpan.FromDays(7L * number),
        };
    }

    private static string Until(ApiToken token) => token.ExpiresAt switch
    {
        null => "for ever",
        { } expiry when expiry <= TimeProvider.System.GetUtcNow() => "expired " + Minute(expiry),
        { } expiry => "until " + Minute(expiry),
    };

    private static string Day(DateTimeOffset time) => time.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string Minute(DateTimeOffset time) => time.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) + " UTC";

    [GeneratedRegex("^(?<number>[1-9][0-9]{0,4})(?<unit>[hdw])$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Span();
}
