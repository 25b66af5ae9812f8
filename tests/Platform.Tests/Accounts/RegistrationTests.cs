using Colonnade.Platform.Accounts;
using Shouldly;
using Xunit;

namespace Colonnade.Platform.Tests.Accounts;

public sealed class RegistrationTests(AccountsApp app) : IClassFixture<AccountsApp>
{
    [Fact]
    public async Task Of_fifty_registrations_of_one_address_one_succeeds()
    {
        var email = AccountsProduct.NewEmail();
        var hash = await app.Passwords.Hash("correct horse", AccountsProduct.Stop);
        var outcomes = await AccountsProduct.AtOnce(50, number => app.InWork(work =>
            app.Accounts.Register(work, new NewAccount(AccountsProduct.Address(number % 2 == 0 ? email : email.ToUpperInvariant()), hash), AccountsProduct.Client, AccountsProduct.Stop)));
        outcomes.Count(outcome => outcome is RegisterOutcome.Registered).ShouldBe(1);
        outcomes.Count(outcome => outcome is RegisterOutcome.EmailTaken).ShouldBe(49);
        (await app.Database.One<int>("select count(*)::int from accounts where email_key = @email", new { email }, AccountsProduct.Stop)).ShouldBe(1);
    }

    [Fact]
    public async Task A_registration_that_is_not_committed_leaves_the_address_free()
    {
        var email = AccountsProduct.Address(AccountsProduct.NewEmail());
        await using (var work = await app.Database.Begin(AccountsProduct.Stop))
        {
            (await app.Accounts.Register(work, new NewAccount(email, null), AccountsProduct.Client, AccountsProduct.Stop)).ShouldBeOfType<RegisterOutcome.Registered>();
        }

        (await app.Accounts.Find(email, AccountsProduct.Stop)).ShouldBeNull();
        await app.Register(email.Text);
    }

    [Fact]
    public async Task An_account_is_found_by_id_and_by_any_spelling_of_its_address()
    {
        var email = "Ada." + AccountsProduct.NewEmail();
        var account = await app.Register(email);
        account.Email.ShouldBe(email);
        account.Role.ShouldBe("user");
        account.HasPassword.ShouldBeTrue();
        account.EmailVerifiedAt.ShouldBeNull();
        account.CreatedAt.ShouldBe(app.Clock.GetUtcNow());
        (await app.Accounts.Find(account.Id, AccountsProduct.Stop)).ShouldBe(account);
        (await app.Accounts.Find(AccountsProduct.Address(email.ToUpperInvariant()), AccountsProduct.Stop)).ShouldBe(account);
        (await app.EventsOf(account.Id)).ShouldBe(["registered"]);
    }

    [Fact]
    public async Task A_deleted_account_is_gone_and_its_address_free_for_a_stranger()
    {
        var email = AccountsProduct.NewEmail();
        var account = await app.Register(email);
        var tokens = await app.Issue(account.Id);
        (await app.InWork(work => app.Accounts.Delete(work, account.Id, AccountsProduct.Client, AccountsProduct.Stop))).ShouldBeTrue();
        (await app.InWork(work => app.Accounts.Delete(work, account.Id, AccountsProduct.Client, AccountsProduct.Stop))).ShouldBeFalse();

        (await app.Api.WithBearer(tokens.AccessToken).Get("/me")).ShouldBe(401);
        (await app.SignIn(email)).ShouldBeOfType<SignInOutcome.Refused>();
        (await app.Accounts.Find(account.Id, AccountsProduct.Stop)).ShouldBeNull();
        (await app.Database.One<string>("select row_to_json(a)::text from accounts a where id = @Id", new { account.Id }, AccountsProduct.Stop))
            .ShouldNotBeNull().ShouldNotContain(email);

        var stranger = await app.Register(email, "another horse");
        stranger.Id.ShouldNotBe(account.Id);
        (await app.Sessions.List(stranger.Id, AccountsProduct.Stop)).ShouldBeEmpty();
        (await app.SignIn(email)).ShouldBeOfType<SignInOutcome.Refused>();
        (await app.EventsOf(account.Id)).ShouldBe(["registered", "signed_in", "account_deleted"]);
    }

    [Fact]
    public async Task An_address_that_is_taken_cannot_be_changed_to_and_the_transaction_goes_on()
    {
        var taken = await app.Register();
        var account = await app.Register();
        var free = AccountsProduct.NewEmail();
        var outcomes = await app.InWork(async work => (
            await app.Accounts.ChangeEmail(work, account.Id, AccountsProduct.Address(taken.Email.ToUpperInvariant()), AccountsProduct.Client, AccountsProduct.Stop),
            await app.Accounts.ChangeEmail(work, account.Id, AccountsProduct.Address(free), AccountsProduct.Client, AccountsProduct.Stop)));
        outcomes.Item1.ShouldBeOfType<ChangeEmailOutcome.EmailTaken>();
        outcomes.Item2.ShouldBeOfType<ChangeEmailOutcome.Changed>().Account.Email.ShouldBe(free);
        (await app.SignIn(free)).ShouldBeOfType<SignInOutcome.SignedIn>();
        (await app.SignIn(account.Email)).ShouldBeOfType<SignInOutcome.Refused>();
        (await app.ToldTo(account.Id)).ShouldBe(["email_changed"]);
        (await app.Database.One<string>("select payload::text from jobs where payload->>'accountId' = @Id::text", new { account.Id }, AccountsProduct.Stop))
            .ShouldNotBeNull().ShouldNotContain(account.Email);
    }

    [Fact]
    public async Task Another_spelling_of_the_own_address_changes_nothing_else()
    {
        var account = await app.Register();
        var tokens = await app.Issue(account.Id);
        await app.InWork(work => app.Accounts.MarkVerified(work, account.Id, AccountsProduct.Client, AccountsProduct.Stop));
        var changed = (await app.InWork(work => app.Accounts.ChangeEmail(
            work, account.Id, AccountsProduct.Address(account.Email.ToUpperInvariant()), AccountsProduct.Client, AccountsProduct.Stop))).ShouldBeOfType<ChangeEmailOutcome.Changed>();
        changed.Account.Email.ShouldBe(account.Email.ToUpperInvariant());
        changed.Account.EmailVerifiedAt.ShouldNotBeNull();
        (await app.Api.WithBearer(tokens.AccessToken).Get("/me")).ShouldBe(200);
        (await app.ToldTo(account.Id)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Of_many_accounts_that_want_one_address_one_gets_it()
    {
        var wanted = AccountsProduct.Address(AccountsProduct.NewEmail());
        var accounts = await AccountsProduct.AtOnce(10, _ => app.Register());
        var outcomes = await AccountsProduct.AtOnce(10, number => app.InWork(work =>
            app.Accounts.ChangeEmail(work, accounts[number].Id, wanted, AccountsProduct.Client, AccountsProduct.Stop)));
        outcomes.Count(outcome => outcome is ChangeEmailOutcome.Changed).ShouldBe(1);
        outcomes.Count(outcome => outcome is ChangeEmailOutcome.EmailTaken).ShouldBe(9);
    }

    [Fact]
    public async Task Proving_an_address_by_a_code_voids_what_somebody_set_up_before()
    {
        var email = AccountsProduct.NewEmail();
        var squatted = await app.Register(email, "squatter's password");
        var squatter = await app.Issue(squatted.Id);
        var owner = await app.InWork(work => app.Accounts.Claim(work, squatted.Id, AccountsProduct.Client, AccountsProduct.Stop));
        owner.ShouldNotBeNull().EmailVerifiedAt.ShouldNotBeNull();
        (await app.SignIn(email, "squatter's password")).ShouldBeOfType<SignInOutcome.Refused>();
        (await app.Api.WithBearer(squatter.AccessToken).Get("/me")).ShouldBe(401);

        var tokens = await app.Issue(squatted.Id);
        (await app.InWork(work => app.Accounts.Claim(work, squatted.Id, AccountsProduct.Client, AccountsProduct.Stop))).ShouldNotBeNull();
        (await app.Api.WithBearer(tokens.AccessToken).Get("/me")).ShouldBe(200);
    }

    [Fact]
    public async Task Verifying_an_address_keeps_password_and_sessions_and_counts_once()
    {
        var account = await app.Register();
        var tokens = await app.Issue(account.Id);
        var marked = await AccountsProduct.AtOnce(10, _ => app.InWork(work => app.Accounts.MarkVerified(work, account.Id, AccountsProduct.Client, AccountsProduct.Stop)));
        marked.Count(was => was).ShouldBe(1);
        (await app.Api.WithBearer(tokens.AccessToken).Get("/me")).ShouldBe(200);
        (await app.SignIn(account.Email)).ShouldBeOfType<SignInOutcome.SignedIn>().Account.EmailVerifiedAt.ShouldBe(app.Clock.GetUtcNow());
        (await app.EventsOf(account.Id)).Count(name => name == "email_verified").ShouldBe(1);
    }
}
