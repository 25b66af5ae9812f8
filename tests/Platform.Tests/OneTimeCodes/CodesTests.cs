using System.Globalization;
using System.Security.Cryptography;
using Colonnade.Platform.Accounts;
using Colonnade.Platform.OneTimeCodes;
using Colonnade.Platform.Tests.Accounts;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace Colonnade.Platform.Tests.OneTimeCodes;

public sealed class CodesTests(AccountsApp app) : IClassFixture<AccountsApp>
{
    private static readonly CodePurpose Reset = new("password_reset", TimeSpan.FromMinutes(15), CodeForm.Digits);
    private static readonly CodePurpose SignIn = new("sign_in", TimeSpan.FromMinutes(10), CodeForm.Digits);
    private static readonly CodePurpose ResetLink = new("password_reset_link", TimeSpan.FromMinutes(10), CodeForm.Link);
    private static readonly CodePurpose VerifyLink = new("verify_link", TimeSpan.FromHours(24), CodeForm.Link);
    private static readonly CodePurpose Verify = new("verify", TimeSpan.FromMinutes(10), CodeForm.DigitsAndLink);

    private static readonly CodePurpose Confirm = new("confirm", TimeSpan.FromMinutes(10), CodeForm.DigitsAndLink)
    {
        LinkLife = TimeSpan.FromHours(24),
        HasUuidLink = true,
        IsOfAddressAlone = true,
    };

    private Codes Codes => app.Services.GetRequiredService<Codes>();

    private Task<SendOutcome> Send(CodePurpose purpose, EmailAddress address, Account? account) =>
        app.InWork(work => Codes.Send(work, purpose, address, account, AccountsProduct.Stop));

    private async Task<(EmailAddress Address, Account Account)> Someone()
    {
        var account = await app.Register();
        return (AccountsProduct.Address(account.Email), account);
    }

    /// <summary>A fresh code of <paramref name="purpose"/>, in the clear.</summary>
    private async Task<(EmailAddress Address, Account Account, string Code)> Coded(CodePurpose purpose)
    {
        var (address, account) = await Someone();
        var sent = (await Send(purpose, address, account)).ShouldBeOfType<SendOutcome.Sent>();
        return (address, account, Codes.Reveal((sent.SealedDigits ?? sent.SealedLink)!));
    }

    private Task<TryOutcome> Try(CodePurpose purpose, EmailAddress address, string code) => Codes.Try(purpose, address, code, AccountsProduct.Stop);

    private Task<TryOutcome> TryLink(CodePurpose purpose, string token) => Codes.TryLink(purpose, token, AccountsProduct.Stop);

    private Task<bool> Consume(TryOutcome.Right right) => app.InWork(work => Codes.Consume(work, right, AccountsProduct.Stop));

    private static string OtherThan(string code) => ((int.Parse(code, CultureInfo.InvariantCulture) + 1) % 1_000_000).ToString("D6", CultureInfo.InvariantCulture);

    [Fact]
    public async Task Six_digits_prove_an_address_once()
    {
        var (address, account, code) = await Coded(Reset);
        code.ShouldMatch("^[0-9]{6}$");
        var right = (await Try(Reset, AccountsProduct.Address(address.Text.ToUpperInvariant()), $" {code} ")).ShouldBeOfType<TryOutcome.Right>();
        right.AccountId.ShouldBe(account.Id);
        (await Consume(right)).ShouldBeTrue();
        (await Consume(right)).ShouldBeFalse();
        (await Try(Reset, address, code)).ShouldBeOfType<TryOutcome.None>();
    }

    [Fact]
    public void Every_digit_is_as_likely_as_every_other_also_in_front()
    {
        const int draws = 1_000_000;
        var counts = new int[6, 10];
        for (var draw = 0; draw < draws; draw++)
        {
            var digits = Codes.RandomDigits();
            digits.Length.ShouldBe(6);
            for (var place = 0; place < 6; place++)
                counts[place, digits[place] - '0']++;
        }

        // Six standard deviations: by chance once in some ten million runs.
        foreach (var count in counts)
            count.ShouldBeInRange(draws / 10 - 1_800, draws / 10 + 1_800);
    }

    [Fact]
    public async Task A_right_code_that_is_not_committed_can_be_used_again()
    {
        var (address, _, code) = await Coded(Reset);
        var right = (await Try(Reset, address, code)).ShouldBeOfType<TryOutcome.Right>();
        await using (var work = await app.Database.Begin(AccountsProduct.Stop))
            (await Codes.Consume(work, right, AccountsProduct.Stop)).ShouldBeTrue();
        (await Consume(right)).ShouldBeTrue();
    }

    [Fact]
    public async Task Of_many_parallel_right_codes_one_is_used()
    {
        for (var round = 0; round < 10; round++)
        {
            var (address, _, code) = await Coded(Reset);
            var used = await AccountsProduct.AtOnce(20, async _ => await Try(Reset, address, code) is TryOutcome.Right right && await Consume(right));
            used.Count(was => was).ShouldBe(1);
        }
    }

    [Fact]
    public async Task Of_many_parallel_right_links_one_is_used()
    {
        for (var round = 0; round < 10; round++)
        {
            var (_, _, token) = await Coded(ResetLink);
            var used = await AccountsProduct.AtOnce(20, async _ => await TryLink(ResetLink, token) is TryOutcome.Right right && await Consume(right));
            used.Count(was => was).ShouldBe(1);
        }
    }

    [Fact]
    public async Task Of_many_parallel_guesses_five_are_compared()
    {
        for (var round = 0; round < 5; round++)
        {
            var (address, _, code) = await Coded(Reset);
            var wrong = OtherThan(code);
            var outcomes = await AccountsProduct.AtOnce(50, number => Try(Reset, address, number == 25 ? code : wrong));
            outcomes.Count(outcome => outcome is TryOutcome.None).ShouldBe(45);
            outcomes.Count(outcome => outcome is TryOutcome.Wrong or TryOutcome.Right).ShouldBe(5);
        }
    }

    [Fact]
    public async Task After_five_wrong_tries_the_right_code_is_none()
    {
        var (address, _, code) = await Coded(Reset);
        for (var i = 0; i < 4; i++)
            (await Try(Reset, address, OtherThan(code))).ShouldBeOfType<TryOutcome.Wrong>();
        (await Try(Reset, address, "")).ShouldBeOfType<TryOutcome.Wrong>();
        (await Try(Reset, address, code)).ShouldBeOfType<TryOutcome.None>();
    }

    [Fact]
    public async Task A_code_is_good_for_its_life_and_expired_is_said_only_of_the_right_one()
    {
        var (address, _, code) = await Coded(Reset);
        var (_, _, token) = await Coded(ResetLink);
        await app.Advance(TimeSpan.FromMinutes(10) - TimeSpan.FromMilliseconds(1));
        (await TryLink(ResetLink, token)).ShouldBeOfType<TryOutcome.Right>();
        await app.Advance(TimeSpan.FromMilliseconds(1));
        (await TryLink(ResetLink, token)).ShouldBeOfType<TryOutcome.Expired>();
        await app.Advance(TimeSpan.FromMinutes(5) - TimeSpan.FromMilliseconds(1));
        (await Try(Reset, address, code)).ShouldBeOfType<TryOutcome.Right>();
        await app.Advance(TimeSpan.FromMilliseconds(1));
        (await Try(Reset, address, code)).ShouldBeOfType<TryOutcome.Expired>();
        (await Try(Reset, address, OtherThan(code))).ShouldBeOfType<TryOutcome.Wrong>();
    }

    [Fact]
    public async Task A_code_asked_for_again_within_a_minute_is_not_sent_again()
    {
        var (address, account) = await Someone();
        var first = (await Send(Reset, address, account)).ShouldBeOfType<SendOutcome.Sent>();
        first.ExpiresAt.ShouldBe(app.Clock.GetUtcNow() + TimeSpan.FromMinutes(15));
        await app.Advance(TimeSpan.FromMilliseconds(59_999));
        (await Send(Reset, address, account)).ShouldBeOfType<SendOutcome.Unchanged>().ExpiresAt.ShouldBe(first.ExpiresAt);
        await app.Advance(TimeSpan.FromMilliseconds(1));
        var second = (await Send(Reset, address, account)).ShouldBeOfType<SendOutcome.Sent>();
        second.ExpiresAt.ShouldBe(app.Clock.GetUtcNow() + TimeSpan.FromMinutes(15));

        var old = Codes.Reveal(first.SealedDigits!);
        if (old != Codes.Reveal(second.SealedDigits!))
            (await Try(Reset, address, old)).ShouldBeOfType<TryOutcome.Wrong>();
        (await Try(Reset, address, Codes.Reveal(second.SealedDigits!))).ShouldBeOfType<TryOutcome.Right>();
    }

    [Fact]
    public async Task Of_parallel_wishes_one_is_sent()
    {
        var (address, account) = await Someone();
        var outcomes = await AccountsProduct.AtOnce(20, _ => Send(Reset, address, account));
        outcomes.Count(outcome => outcome is SendOutcome.Sent).ShouldBe(1);
        outcomes.Count(outcome => outcome is SendOutcome.Unchanged).ShouldBe(19);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_code_that_is_used_up_is_no_code_and_another_is_sent_at_once(bool used)
    {
        var (address, account, code) = await Coded(Reset);
        if (used)
            await Consume((await Try(Reset, address, code)).ShouldBeOfType<TryOutcome.Right>());
        for (var i = 0; i < 5 && !used; i++)
            await Try(Reset, address, OtherThan(code));
        (await Send(Reset, address, account)).ShouldBeOfType<SendOutcome.Sent>();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Five_an_hour_and_ten_a_day_go_to_an_address_whether_someone_has_it_or_not(bool exists)
    {
        var account = exists ? await app.Register() : null;
        var address = AccountsProduct.Address(account?.Email ?? AccountsProduct.NewEmail());
        for (var hour = 0; hour < 2; hour++)
        {
            for (var i = 0; i < 5; i++)
            {
                (await Send(i % 2 == 0 ? Reset : Verify, address, account)).ShouldBeOfType<SendOutcome.Sent>();
                await app.Advance(TimeSpan.FromMinutes(1));
            }

            var wait = hour == 0 ? TimeSpan.FromMinutes(55) : TimeSpan.FromHours(24) - TimeSpan.FromMinutes(70);
            (await Send(Reset, address, account)).ShouldBeOfType<SendOutcome.TooMany>().RetryAfter.ShouldBe(wait);
            await app.Advance(wait - TimeSpan.FromMilliseconds(1));
            (await Send(Reset, address, account)).ShouldBeOfType<SendOutcome.TooMany>().RetryAfter.ShouldBe(TimeSpan.FromMilliseconds(1));
            await app.Advance(TimeSpan.FromMilliseconds(1) + (hour == 0 ? TimeSpan.FromMinutes(5) : TimeSpan.Zero));
        }

        (await Send(Reset, address, account)).ShouldBeOfType<SendOutcome.Sent>();
    }

    [Fact]
    public async Task A_code_is_good_for_nothing_else()
    {
        var (address, account, code) = await Coded(Reset);
        await Send(SignIn, address, account);
        (await Try(SignIn, address, code)).ShouldBeOfType<TryOutcome.Wrong>();
        (await Try(Verify, address, code)).ShouldBeOfType<TryOutcome.None>();
        var (_, _, token) = await Coded(ResetLink);
        (await TryLink(VerifyLink, token)).ShouldBeOfType<TryOutcome.None>();
        (await TryLink(ResetLink, token + "A")).ShouldBeOfType<TryOutcome.None>();
        (await TryLink(ResetLink, "")).ShouldBeOfType<TryOutcome.None>();
        (await TryLink(ResetLink, token)).ShouldBeOfType<TryOutcome.Right>();
    }

    [Fact]
    public async Task A_code_of_one_address_is_none_of_another()
    {
        var (_, _, code) = await Coded(Reset);
        var (other, _, its) = await Coded(Reset);
        if (code != its)
            (await Try(Reset, other, code)).ShouldBeOfType<TryOutcome.Wrong>();
        (await Try(Reset, AccountsProduct.Address(AccountsProduct.NewEmail()), code)).ShouldBeOfType<TryOutcome.None>();
    }

    [Fact]
    public async Task Digits_and_link_of_one_mail_are_one_code()
    {
        var (address, account) = await Someone();
        var sent = (await Send(Verify, address, account)).ShouldBeOfType<SendOutcome.Sent>();
        var byLink = (await TryLink(Verify, Codes.Reveal(sent.SealedLink!))).ShouldBeOfType<TryOutcome.Right>();
        var byDigits = (await Try(Verify, address, Codes.Reveal(sent.SealedDigits!))).ShouldBeOfType<TryOutcome.Right>();
        (await Consume(byLink)).ShouldBeTrue();
        (await Consume(byDigits)).ShouldBeFalse();
        (await TryLink(Verify, Codes.Reveal(sent.SealedLink!))).ShouldBeOfType<TryOutcome.Used>();
    }

    [Fact]
    public async Task An_address_that_nobody_has_looks_the_same_and_opens_nothing()
    {
        var address = AccountsProduct.Address(AccountsProduct.NewEmail());
        var sent = (await Send(Verify, address, null)).ShouldBeOfType<SendOutcome.Sent>();
        (await Send(Verify, address, null)).ShouldBeOfType<SendOutcome.Unchanged>().ExpiresAt.ShouldBe(sent.ExpiresAt);
        (await Try(Verify, address, Codes.Reveal(sent.SealedDigits!))).ShouldBeOfType<TryOutcome.None>();
        (await TryLink(Verify, Codes.Reveal(sent.SealedLink!))).ShouldBeOfType<TryOutcome.None>();
    }

    [Theory]
    [InlineData("password")]
    [InlineData("email")]
    [InlineData("ban")]
    [InlineData("delete")]
    public async Task A_change_of_the_account_voids_what_was_sent_before(string change)
    {
        var (address, account) = await Someone();
        var sent = (await Send(Verify, address, account)).ShouldBeOfType<SendOutcome.Sent>();
        var (code, token) = (Codes.Reveal(sent.SealedDigits!), Codes.Reveal(sent.SealedLink!));
        var right = (await Try(Verify, address, code)).ShouldBeOfType<TryOutcome.Right>();
        var hash = await app.Passwords.Hash("new horse, new rider", AccountsProduct.Stop);
        await app.InWork<object?>(async work => change switch
        {
            "password" => await app.Accounts.SetPassword(work, account.Id, hash, AccountsProduct.Client, AccountsProduct.Stop),
            "email" => await app.Accounts.ChangeEmail(work, account.Id, AccountsProduct.Address(AccountsProduct.NewEmail()), AccountsProduct.Client, AccountsProduct.Stop),
            "ban" => await app.Accounts.Ban(work, account.Id, AccountsProduct.Client, AccountsProduct.Stop),
            _ => await app.Accounts.Delete(work, account.Id, AccountsProduct.Client, AccountsProduct.Stop),
        });

        (await Consume(right)).ShouldBeFalse();
        (await Try(Verify, address, code)).ShouldBeOfType<TryOutcome.None>();
        (await TryLink(Verify, token)).ShouldBeOfType<TryOutcome.None>();
        if (change == "password")
            (await Send(Verify, address, await app.Accounts.Find(account.Id, AccountsProduct.Stop))).ShouldBeOfType<SendOutcome.Sent>();
    }

    [Fact]
    public async Task A_link_may_live_longer_than_its_digits_and_be_a_uuid()
    {
        var (address, account) = await Someone();
        var now = app.Clock.GetUtcNow();
        var sent = (await Send(Confirm, address, account)).ShouldBeOfType<SendOutcome.Sent>();
        (sent.ExpiresAt, sent.LinkExpiresAt).ShouldBe((now.AddMinutes(10), now.AddHours(24)));
        Codes.Reveal(sent.SealedAddress).ShouldBe(address.Text);
        var uuid = Codes.Reveal(sent.SealedLink!);
        uuid.ShouldMatch("^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$");
        (await Send(Confirm, address, account)).ShouldBe(new SendOutcome.Unchanged(sent.ExpiresAt, sent.LinkExpiresAt));

        await app.Advance(TimeSpan.FromMinutes(10));
        (await Try(Confirm, address, Codes.Reveal(sent.SealedDigits!))).ShouldBeOfType<TryOutcome.Expired>();
        await app.Advance(TimeSpan.FromHours(24) - TimeSpan.FromMinutes(10) - TimeSpan.FromMilliseconds(1));
        await app.RunJobs();
        (await TryLink(Confirm, uuid)).ShouldBeOfType<TryOutcome.Right>();
        await app.Advance(TimeSpan.FromMilliseconds(1));
        (await TryLink(Confirm, uuid)).ShouldBeOfType<TryOutcome.Expired>();
    }

    [Fact]
    public async Task What_proves_the_address_alone_outlives_a_new_password_but_no_new_address()
    {
        var (address, account) = await Someone();
        var sent = (await Send(Confirm, address, account)).ShouldBeOfType<SendOutcome.Sent>();
        await app.InWork(async work => await app.Accounts.SetPassword(work, account.Id, await app.Passwords.Hash("another password", AccountsProduct.Stop), AccountsProduct.Client, AccountsProduct.Stop));
        (await Try(Confirm, address, Codes.Reveal(sent.SealedDigits!))).ShouldBeOfType<TryOutcome.Right>();
        var right = (await TryLink(Confirm, Codes.Reveal(sent.SealedLink!))).ShouldBeOfType<TryOutcome.Right>();

        // Somebody else who gets the address later is not proved by it either.
        await app.InWork(work => app.Accounts.ChangeEmail(work, account.Id, AccountsProduct.Address(AccountsProduct.NewEmail()), AccountsProduct.Client, AccountsProduct.Stop));
        await app.Register(address.Text);
        (await Consume(right)).ShouldBeFalse();
        (await Try(Confirm, address, Codes.Reveal(sent.SealedDigits!))).ShouldBeOfType<TryOutcome.None>();
        (await TryLink(Confirm, Codes.Reveal(sent.SealedLink!))).ShouldBeOfType<TryOutcome.None>();
    }

    [Fact]
    public async Task Neither_code_nor_address_lies_in_the_database()
    {
        var (address, account) = await Someone();
        var sent = (await Send(Verify, address, account)).ShouldBeOfType<SendOutcome.Sent>();
        var rows = (await app.Database.One<string>(
            "select (select string_agg(c::text, ' ') from one_time_codes c) || (select string_agg(s::text, ' ') from one_time_code_sends s)", null, AccountsProduct.Stop)).ShouldNotBeNull();
        rows.ShouldNotContain(address.Key);
        rows.ShouldNotContain(Codes.Reveal(sent.SealedLink!));
        sent.ToString().ShouldNotContain(Codes.Reveal(sent.SealedDigits!));
        Should.Throw<CryptographicException>(() => Codes.Reveal(sent.SealedDigits![..^4] + "AAAA"));
        // A hash that depends on nothing else would be the same for the same code.
        var plain = Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(Codes.Reveal(sent.SealedDigits!))));
        rows.ShouldNotContain(plain);
    }

    [Fact]
    public async Task Codes_that_expired_a_day_ago_are_swept()
    {
        var (_, old) = await Someone();
        await Send(Reset, AccountsProduct.Address(old.Email), old);
        await app.Advance(TimeSpan.FromHours(25));
        var (address, account) = await Someone();
        await Send(Reset, address, account);
        await app.RunJobs();
        (await app.Database.One<int>("select count(*)::int from one_time_codes where account_id = @Id", new { old.Id }, AccountsProduct.Stop)).ShouldBe(0);
        (await app.Database.One<int>("select count(*)::int from one_time_codes where account_id = @Id", new { account.Id }, AccountsProduct.Stop)).ShouldBe(1);
        (await app.Database.One<int>("select count(*)::int from one_time_code_sends", null, AccountsProduct.Stop)).ShouldBe(1);
    }
}
