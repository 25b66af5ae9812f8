using Colonnade.Platform.Accounts;
using Colonnade.Platform.Web;
using Shouldly;
using Xunit;

namespace Colonnade.Platform.Tests.Accounts;

public sealed class PasswordChangeTests(StrictAccountsApp app) : IClassFixture<StrictAccountsApp>
{
    private Task<ChangePasswordOutcome> Change(Caller caller, string current, string replacement = "new horse, new rider") =>
        app.Accounts.ChangePassword(caller, current, replacement, AccountsProduct.Client, AccountsProduct.Stop);

    [Fact]
    public async Task The_current_password_changes_it_and_ends_the_other_sessions()
    {
        var account = await app.Register();
        var own = await app.Issue(account.Id);
        var other = await app.Issue(account.Id);
        (await app.Api.WithBearer(other.AccessToken).Get("/me")).ShouldBe(200);

        (await Change(new Caller(account.Id, own.SessionId, "user"), "correct horse")).ShouldBeOfType<ChangePasswordOutcome.Changed>();
        (await app.Api.WithBearer(own.AccessToken).Get("/me")).ShouldBe(200);
        (await app.Api.WithBearer(other.AccessToken).Get("/me")).ShouldBe(401);
        (await app.Api.With("X-Refresh", other.RefreshToken).Post("/refresh")).ShouldBe(401);
        (await app.Api.With("X-Refresh", own.RefreshToken).Post("/refresh")).ShouldBe(200);
        (await app.SignIn(account.Email)).ShouldBeOfType<SignInOutcome.Refused>();
        (await app.SignIn(account.Email, "new horse, new rider")).ShouldBeOfType<SignInOutcome.SignedIn>();
        (await app.ToldTo(account.Id)).ShouldBe(["password_changed"]);
    }

    [Fact]
    public async Task A_wrong_current_password_changes_nothing_and_five_lock_this_way_but_not_sign_in()
    {
        var account = await app.Register();
        var caller = new Caller(account.Id, (await app.Issue(account.Id)).SessionId, "user");
        var outcomes = await AccountsProduct.AtOnce(20, _ => Change(caller, "wrong horse"));
        outcomes.Count(outcome => outcome is ChangePasswordOutcome.Refused).ShouldBe(5);
        outcomes.Count(outcome => outcome is ChangePasswordOutcome.Locked).ShouldBe(15);
        (await Change(caller, "correct horse")).ShouldBeOfType<ChangePasswordOutcome.Locked>();
        (await app.SignIn(account.Email)).ShouldBeOfType<SignInOutcome.SignedIn>();
        await app.Advance(TimeSpan.FromMinutes(5));
        (await Change(caller, "correct horse")).ShouldBeOfType<ChangePasswordOutcome.Changed>();
    }

    [Fact]
    public async Task Of_parallel_changes_from_one_password_one_succeeds()
    {
        var account = await app.Register();
        var caller = new Caller(account.Id, (await app.Issue(account.Id)).SessionId, "user");
        var outcomes = await AccountsProduct.AtOnce(5, number => Change(caller, "correct horse", $"new horse {number}"));
        outcomes.Count(outcome => outcome is ChangePasswordOutcome.Changed).ShouldBe(1);
        var winner = Array.FindIndex(outcomes, outcome => outcome is ChangePasswordOutcome.Changed);
        (await app.SignIn(account.Email, $"new horse {winner}")).ShouldBeOfType<SignInOutcome.SignedIn>();
    }
}
