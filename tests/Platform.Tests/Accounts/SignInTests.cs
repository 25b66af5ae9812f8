using System.Diagnostics;
using Colonnade.Platform.Accounts;
using Shouldly;
using Xunit;

namespace Colonnade.Platform.Tests.Accounts;

public sealed class SignInTests(AccountsApp app, StrictAccountsApp strict, SlowAccountsApp slow)
    : IClassFixture<AccountsApp>, IClassFixture<StrictAccountsApp>, IClassFixture<SlowAccountsApp>
{
    [Fact]
    public async Task The_right_password_signs_in_under_any_spelling_of_the_address()
    {
        var account = await app.Register();
        (await app.SignIn("  " + account.Email.ToUpperInvariant())).ShouldBeOfType<SignInOutcome.SignedIn>().Account.ShouldBe(account);
    }

    [Theory]
    [InlineData("")]
    [InlineData("nobody")]
    [InlineData("nobody@example.com")]
    [InlineData("\u0000\ud800")]
    public async Task Names_that_nobody_has_are_refused(string name) => (await app.SignIn(name)).ShouldBeOfType<SignInOutcome.Refused>();

    [Fact]
    public async Task An_account_without_a_password_cannot_be_signed_in_to_with_one()
    {
        var account = await app.Register(password: null);
        (await app.SignIn(account.Email, "")).ShouldBeOfType<SignInOutcome.Refused>();
        (await app.SignIn(account.Email, "correct horse")).ShouldBeOfType<SignInOutcome.Refused>();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_fifth_failure_is_a_refusal_and_the_sixth_attempt_is_locked_out(bool exists)
    {
        var email = exists ? (await strict.Register()).Email : AccountsProduct.NewEmail();
        for (var i = 0; i < 5; i++)
            (await strict.SignIn(email, "wrong horse")).ShouldBeOfType<SignInOutcome.Refused>();

        var locked = (await strict.SignIn(email.ToUpperInvariant())).ShouldBeOfType<SignInOutcome.Locked>();
        locked.Until.ShouldBe(strict.Clock.GetUtcNow() + TimeSpan.FromMinutes(5));
        locked.RetryAfter.ShouldBe(TimeSpan.FromMinutes(5));

        await strict.Advance(TimeSpan.FromMinutes(5) - TimeSpan.FromMilliseconds(1));
        (await strict.SignIn(email)).ShouldBeOfType<SignInOutcome.Locked>().RetryAfter.ShouldBe(TimeSpan.FromMilliseconds(1));
        await strict.Advance(TimeSpan.FromMilliseconds(1));
        (await strict.SignIn(email)).ShouldBeOfType(exists ? typeof(SignInOutcome.SignedIn) : typeof(SignInOutcome.Refused));
    }

    [Fact]
    public async Task Of_fifty_parallel_guesses_five_are_compared()
    {
        var account = await strict.Register();
        SignInOutcome[] outcomes = [];
        (await strict.Compared(async () => outcomes = await AccountsProduct.AtOnce(50, number => strict.SignIn(account.Email, $"wrong horse {number}")))).ShouldBe(5);
        outcomes.Count(outcome => outcome is SignInOutcome.Refused).ShouldBe(5);
        outcomes.Count(outcome => outcome is SignInOutcome.Locked).ShouldBe(45);
    }

    [Fact]
    public async Task A_hidden_lock_compares_nothing_and_looks_like_a_wrong_password()
    {
        var account = await app.Register();
        var compared = await app.Compared(async () =>
            (await AccountsProduct.AtOnce(50, number => app.SignIn(account.Email, $"wrong horse {number}"))).ShouldAllBe(outcome => outcome is SignInOutcome.Refused));
        compared.ShouldBe(5);
        (await app.Compared(async () => (await app.SignIn(account.Email)).ShouldBeOfType<SignInOutcome.Refused>())).ShouldBe(0);
    }

    [Fact]
    public async Task A_hidden_lock_doubles_from_one_minute_to_fifteen()
    {
        var account = await app.Register();
        foreach (var minutes in new[] { 1, 2, 4, 8, 15, 15, 15 })
        {
            for (var i = 0; i < 5; i++)
                await app.SignIn(account.Email, "wrong horse");
            await app.Advance(TimeSpan.FromMinutes(minutes) - TimeSpan.FromMilliseconds(1));
            (await app.Compared(() => app.SignIn(account.Email, "wrong horse"))).ShouldBe(0, $"locked for {minutes} min");
            await app.Advance(TimeSpan.FromMilliseconds(1));
        }

        (await app.ToldTo(account.Id)).ShouldBe(["account_locked"]);
        (await app.EventsOf(account.Id)).Count(name => name == "sign_in_locked").ShouldBe(7);
        (await app.SignIn(account.Email)).ShouldBeOfType<SignInOutcome.SignedIn>();
        for (var i = 0; i < 5; i++)
            await app.SignIn(account.Email, "wrong horse");
        await app.Advance(TimeSpan.FromMinutes(1));
        (await app.SignIn(account.Email)).ShouldBeOfType<SignInOutcome.SignedIn>("success forgets earlier locks");
    }

    [Fact]
    public async Task Success_and_twelve_hours_forget_failures()
    {
        var account = await strict.Register();
        for (var round = 0; round < 3; round++)
        {
            for (var i = 0; i < 4; i++)
                (await strict.SignIn(account.Email, "wrong horse")).ShouldBeOfType<SignInOutcome.Refused>();
            (await strict.SignIn(account.Email)).ShouldBeOfType<SignInOutcome.SignedIn>();
        }

        for (var round = 0; round < 2; round++)
        {
            for (var i = 0; i < 4; i++)
                (await strict.SignIn(account.Email, "wrong horse")).ShouldBeOfType<SignInOutcome.Refused>();
            await strict.Advance(TimeSpan.FromHours(12));
        }

        (await strict.SignIn(account.Email, "wrong horse")).ShouldBeOfType<SignInOutcome.Refused>();
        (await strict.SignIn(account.Email)).ShouldBeOfType<SignInOutcome.SignedIn>();
    }

    [Fact]
    public async Task A_completed_reset_lifts_the_lock_and_ends_every_session()
    {
        var account = await strict.Register();
        var tokens = await strict.Issue(account.Id);
        for (var i = 0; i < 5; i++)
            await strict.SignIn(account.Email, "wrong horse");
        (await strict.SignIn(account.Email)).ShouldBeOfType<SignInOutcome.Locked>();
        (await strict.Api.WithBearer(tokens.AccessToken).Get("/me")).ShouldBe(200);

        var hash = await strict.Passwords.Hash("new horse, new rider", AccountsProduct.Stop);
        (await strict.InWork(work => strict.Accounts.SetPassword(work, account.Id, hash, AccountsProduct.Client, AccountsProduct.Stop))).ShouldNotBeNull();
        (await strict.SignIn(account.Email, "new horse, new rider")).ShouldBeOfType<SignInOutcome.SignedIn>();
        (await strict.SignIn(account.Email)).ShouldBeOfType<SignInOutcome.Refused>();
        (await strict.Api.WithBearer(tokens.AccessToken).Get("/me")).ShouldBe(401);
        (await strict.EventsOf(account.Id)).ShouldBe(
            ["registered", "signed_in", "sign_in_refused", "sign_in_refused", "sign_in_refused", "sign_in_refused", "sign_in_refused", "sign_in_locked", "password_reset", "sign_in_refused"],
            ignoreOrder: true);
        (await strict.ToldTo(account.Id)).ShouldBe(["account_locked", "password_reset"]);
    }

    [Fact]
    public async Task A_banned_account_is_refused_like_a_wrong_password_until_it_is_unbanned()
    {
        var account = await app.Register();
        var tokens = await app.Issue(account.Id);
        (await app.InWork(work => app.Accounts.Ban(work, account.Id, AccountsProduct.Client, AccountsProduct.Stop))).ShouldBeTrue();
        (await app.SignIn(account.Email)).ShouldBeOfType<SignInOutcome.Refused>();
        (await app.Api.WithBearer(tokens.AccessToken).Get("/me")).ShouldBe(401);
        (await app.InWork(work => app.Tokens.Issue(work, account, AccountsProduct.Life, AccountsProduct.Client, AccountsProduct.Stop))).ShouldBeNull();
        (await app.InWork(work => app.Accounts.Unban(work, account.Id, AccountsProduct.Client, AccountsProduct.Stop))).ShouldBeTrue();
        (await app.SignIn(account.Email)).ShouldBeOfType<SignInOutcome.SignedIn>();
        (await app.Api.WithBearer(tokens.AccessToken).Get("/me")).ShouldBe(401);
    }

    [Fact]
    public async Task A_session_cannot_be_had_for_a_password_that_was_changed_meanwhile()
    {
        var account = await app.Register();
        var signedIn = (await app.SignIn(account.Email)).ShouldBeOfType<SignInOutcome.SignedIn>();
        var hash = await app.Passwords.Hash("new horse, new rider", AccountsProduct.Stop);
        await app.InWork(work => app.Accounts.SetPassword(work, account.Id, hash, AccountsProduct.Client, AccountsProduct.Stop));
        (await app.InWork(work => app.Tokens.Issue(work, signedIn.Account, AccountsProduct.Life, AccountsProduct.Client, AccountsProduct.Stop))).ShouldBeNull();
        (await app.Sessions.List(account.Id, AccountsProduct.Stop)).ShouldBeEmpty();
    }

    [Fact]
    public async Task An_unknown_name_and_a_locked_one_take_as_long_as_a_wrong_password()
    {
        // The lock ends after the failures that each known name may have: a fresh account for each call.
        var locked = await slow.Register();
        for (var i = 0; i < 5; i++)
            await slow.SignIn(locked.Email, "wrong horse");
        List<double> known = [], unknown = [], lockedOut = [];
        for (var i = 0; i < 7; i++)
        {
            known.Add(await Milliseconds((await slow.Register()).Email));
            unknown.Add(await Milliseconds(AccountsProduct.NewEmail()));
            lockedOut.Add(await Milliseconds(locked.Email));
        }

        // The fastest of each: whatever else this machine does only adds.
        unknown.Min().ShouldBeInRange(known.Min() * 0.5, known.Min() * 2);
        lockedOut.Min().ShouldBeInRange(known.Min() * 0.5, known.Min() * 2);

        async Task<double> Milliseconds(string email)
        {
            var from = Stopwatch.GetTimestamp();
            (await slow.SignIn(email, "wrong horse")).ShouldBeOfType<SignInOutcome.Refused>();
            return Stopwatch.GetElapsedTime(from).TotalMilliseconds;
        }
    }

    [Fact]
    public async Task No_row_says_whose_sign_in_failed()
    {
        var email = AccountsProduct.NewEmail();
        await app.SignIn(email, "wrong horse");
        var rows = await app.Database.One<string>(
            "select string_agg(f::text, ' ') || (select string_agg(a::text, ' ') from audit a) from sign_in_failures f", null, AccountsProduct.Stop);
        rows.ShouldNotBeNull().ShouldNotContain(email.Split('@')[0]);
        app.Log.All.ShouldNotContain(line => line.Contains(email, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Failures_that_are_forgotten_are_swept()
    {
        var name = AccountsProduct.NewEmail();
        await app.SignIn(name, "wrong horse");
        await app.Advance(TimeSpan.FromHours(13));
        var fresh = AccountsProduct.NewEmail();
        await app.SignIn(fresh, "wrong horse");
        await app.RunJobs();
        (await app.Database.One<int>("select count(*)::int from sign_in_failures where last_at < clock()", null, AccountsProduct.Stop)).ShouldBe(0);
        (await app.Database.One<int>("select count(*)::int from sign_in_failures", null, AccountsProduct.Stop)).ShouldBe(1);
    }
}
