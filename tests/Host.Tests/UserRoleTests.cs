using Colonnade.Fragrances;
using Colonnade.Host.Commands;
using Colonnade.Platform.Accounts;
using Colonnade.Platform.Database;
using Colonnade.Platform.Web;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace Colonnade.Host.Tests;

/// <summary><c>colonnade user role</c>: the way to the first operator.</summary>
public sealed class UserRoleTests
{
    private static readonly Product Fragrances = new(FragrancesProduct.Identity, FragrancesProduct.Build);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_account_gets_the_role_and_the_audit_says_so()
    {
        var settings = await House.Settings("--Fragrances:Starter=false");
        await Register(settings, "ada@example.com");
        var output = new StringWriter();

        await UserRole.Run(settings, Fragrances, "Ada@Example.com", "admin", output, Stop);

        output.ToString().Trim().ShouldBe("Ada@Example.com was user and is admin in Fragrances.");
        (await TemporaryData.Ask<string>(settings.Configuration["Database:Connection"]!, "select role from fragrances.accounts")).ShouldBe("admin");
        (await TemporaryData.Ask<long>(settings.Configuration["Database:Connection"]!, "select count(*) from fragrances.audit where event ilike '%role%'")).ShouldBe(1);
    }

    [Theory]
    [InlineData("nobody@example.com", "admin", "Fragrances has no account of nobody@example.com.")]
    [InlineData("nobody", "admin", "nobody is no e-mail address.")]
    [InlineData("nobody@example.com", "Admin!", "Admin! is no role: one is a lower-case word such as admin or user.")]
    public async Task What_is_not_there_or_wrong_is_one_sentence(string email, string role, string sentence)
    {
        var settings = await House.Settings("--Fragrances:Starter=false");
        (await Should.ThrowAsync<CannotStartException>(() => UserRole.Run(settings, Fragrances, email, role, TextWriter.Null, Stop)))
            .Message.ShouldBe(sentence);
    }

    private static async Task Register(Settings settings, string email)
    {
        await using var foundation = await Foundation.Lay(settings, [Fragrances], LockHolder.Command, Stop);
        await using var app = foundation.Build(Fragrances);
        await Foundation.Prepare(app, Fragrances, Stop);
        EmailAddress.TryParse(email, out var address).ShouldBeTrue();
        await using var work = await app.Services.GetRequiredService<ProductDatabase>().Begin(Stop);
        (await app.Services.GetRequiredService<ProductAccounts>().Register(work, new NewAccount(address!, Password: null), ClientFacts.None, Stop))
            .ShouldBeOfType<RegisterOutcome.Registered>();
        await work.Commit(Stop);
    }
}
