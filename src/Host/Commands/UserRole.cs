using System.CommandLine;
using System.Text.RegularExpressions;
using Colonnade.Platform.Accounts;
using Colonnade.Platform.Database;
using Colonnade.Platform.Web;
using Microsoft.Extensions.DependencyInjection;

namespace Colonnade.Host.Commands;

/// <summary>
/// <c>user role PRODUCT EMAIL ROLE</c>: says what an account may do; sessions it has open go on with the new role within a
/// second. There is no other way to the first <c>admin</c>.
/// </summary>
public static partial class UserRole
{
    public static Command Command(Settings settings)
    {
        var product = new Argument<string>("product") { Description = "Whose account." };
        var email = new Argument<string>("email") { Description = "The address it was registered with." };
        var role = new Argument<string>("role") { Description = "admin runs the product, user is what everybody begins as." };
        var command = new Command("role", "Changes what an account may do.") { product, email, role };
        command.SetAction(async parsed =>
        {
            using var signals = new Signals();
            var asked = Products.Named(Products.All, parsed.GetRequiredValue(product));
            await Run(settings, asked, parsed.GetRequiredValue(email), parsed.GetRequiredValue(role), Console.Out, signals.Received);
            return 0;
        });
        return new Command("user", "Looks after accounts.") { command };
    }

    /// <exception cref="CannotStartException">There is no such account, or that is no role.</exception>
    public static async Task Run(
        Settings settings, Product product, string email, string role, TextWriter output, CancellationToken stop)
    {
        if (!Role().IsMatch(role)) throw new CannotStartException($"{role} is no role: one is a lower-case word such as admin or user.");
        if (!EmailAddress.TryParse(email, out var address)) throw new CannotStartException($"{email} is no e-mail address.");

        await using var foundation = await Foundation.Lay(settings, [product], LockHolder.Command, stop);
        await using var app = foundation.Build(product);
        await Foundation.Prepare(app, product, stop);
        if (app.Services.GetService<ProductAccounts>() is not { } accounts)
            throw new CannotStartException($"{product.Name} has no accounts.");
        var account = await accounts.Find(address, stop) ?? throw new CannotStartException($"{product.Name} has no account of {email}.");
        await using var work = await app.Services.GetRequiredService<ProductDatabase>().Begin(stop);
        if (!await accounts.ChangeRole(work, account.Id, role, ClientFacts.None, stop))
            throw new CannotStartException($"{product.Name} has no account of {email}.");
        await work.Commit(stop);
        await output.WriteLineAsync($"{email} was {account.Role} and is {role} in {product.Name}.");
    }

    [GeneratedRegex("^[a-z][a-z_-]{0,39}$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Role();
}
