using System.CommandLine;
using System.Text.RegularExpressions;
using Colonnade.Platform.Accounts;
using Colonnade.Platform.Database;
using Colonnade.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Colonnade.Host.Commands;

/// <summary><c>user role PRODUCT EMAIL ROLE</c>: what an account may do; its open sessions go on with the new role.</summary>
public static partial class User
{
    public static Command Command(Settings settings)
    {
        var product = new Argument<string>("product") { Description = "Whose account." };
        var email = new Argument<string>("email") { Description = "Its address." };
        var role = new Argument<string>("role") { Description = "admin makes an operator of it, user a customer." };
        var change = new Command("role", "Changes what an account may do.") { product, email, role };
        change.SetAction(async parsed =>
        {
            using var signals = new Signals();
            var of = Products.Named(Products.All, parsed.GetRequiredValue(product));
            await using var foundation = await Foundation.Lay(settings, [of], LockHolder.Command, signals.Received);
            await using var app = foundation.Build(of);
            await app.Services.GetRequiredService<Migrator>().Migrate(signals.Received);
            await Role(app, parsed.GetRequiredValue(email), parsed.GetRequiredValue(role), Console.Out, signals.Received);
            return 0;
        });
        return new Command("user", "The accounts of a product.") { change };
    }

    /// <summary>Gives the account with <paramref name="email"/> the role.</summary>
    /// <exception cref="CannotStartException">There is no such account, or no such role.</exception>
    public static async Task Role(WebApplication app, string email, string role, TextWriter output, CancellationToken stop)
    {
        if (!RoleName().IsMatch(role))
            throw new CannotStartException($"\"{role}\" is no role: roles are lower case words such as admin and user.");
        var accounts = app.Services.GetService<ProductAccounts>()
            ?? throw new CannotStartException($"{app.Services.GetRequiredService<ProductIdentity>().Name} has no accounts.");
        var account = EmailAddress.TryParse(email, out var address) ? await accounts.Find(address, stop) : null;
        if (account is null)
            throw new CannotStartException($"No account has the address {email}.");
        await using var work = await app.Services.GetRequiredService<ProductDatabase>().Begin(stop);
        if (!await accounts.ChangeRole(work, account.Id, role, ClientFacts.None, stop))
            throw new CannotStartException($"The account {email} was just deleted.");
        await work.Commit(stop);
        await output.WriteLineAsync(account.Role == role ? $"{account.Email} has the role {role} already." : $"{account.Email}: {account.Role} → {role}");
    }

    [GeneratedRegex("^[a-z][a-z_-]{0,39}$", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex RoleName();
}
