using Colonnade.Host.Commands;
using Colonnade.Platform.Accounts;
using Colonnade.Platform.Web;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace Colonnade.Host.Tests;

public sealed class UserTests(ServicedApp app) : IClassFixture<ServicedApp>
{
    [Fact]
    public async Task An_account_is_given_a_role_and_the_trail_says_so()
    {
        var id = await Register("anna@example.com");
        (await Role("Anna@Example.com", "admin")).ShouldBe("anna@example.com: user → admin");
        (await Role("anna@example.com", "admin")).ShouldBe("anna@example.com has the role admin already.");
        (await app.Database.One<string>("select role from accounts where id = @id", new { id }, ServicedApp.Stop)).ShouldBe("admin");
        (await app.Database.List<string>("select detail->>'after' from audit where account_id = @id and event = 'role_changed'", new { id }, ServicedApp.Stop)).ShouldBe(["admin"]);
    }

    [Fact]
    public async Task What_cannot_be_done_is_said_in_one_sentence()
    {
        await Register("bea@example.com");
        (await ServicedApp.Refusal(Role("nobody@example.com", "admin"))).ShouldContain("nobody@example.com");
        (await ServicedApp.Refusal(Role("not an address", "admin"))).ShouldContain("not an address");
        (await ServicedApp.Refusal(Role("bea@example.com", "Admin!"))).ShouldContain("no role");
    }

    private async Task<Guid> Register(string email)
    {
        EmailAddress.TryParse(email, out var address).ShouldBeTrue();
        await using var work = await app.Database.Begin(ServicedApp.Stop);
        var outcome = await app.App.Services.GetRequiredService<ProductAccounts>().Register(work, new NewAccount(address, null), ClientFacts.None, ServicedApp.Stop);
        await work.Commit(ServicedApp.Stop);
        return outcome.ShouldBeOfType<RegisterOutcome.Registered>().Account.Id;
    }

    private async Task<string> Role(string email, string role)
    {
        await using var output = new StringWriter();
        await User.Role(app.App, email, role, output, ServicedApp.Stop);
        return output.ToString().TrimEnd();
    }
}
