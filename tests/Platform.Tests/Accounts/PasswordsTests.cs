using System.Globalization;
using Colonnade.Platform.Accounts;
using Colonnade.Platform.Errors;
using Colonnade.Platform.Jobs;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace Colonnade.Platform.Tests.Accounts;

public sealed class PasswordsTests(AccountsApp app, StrictAccountsApp strict) : IClassFixture<AccountsApp>, IClassFixture<StrictAccountsApp>
{
    private Task<string?> StoredOf(Account account) =>
        app.Database.One<string>("select password from accounts where id = @Id", new { account.Id }, AccountsProduct.Stop);

    [Fact]
    public async Task A_stored_password_says_how_it_was_made()
    {
        var one = await StoredOf(await app.Register());
        var other = await StoredOf(await app.Register());
        one.ShouldNotBeNull().ShouldMatch(@"^\$pbkdf2-sha512\$i=1000\$[\w-]{22}\$[\w-]{86}$");
        one.ShouldNotBe(other, StringComparer.Ordinal);
    }

    [Fact]
    public async Task A_weaker_stored_password_is_replaced_at_sign_in_and_only_when_it_was_right()
    {
        var account = await app.Register();
        var weaker = (await StoredOf(account))!.Replace("i=1000", "i=900", StringComparison.Ordinal);
        var salt = System.Buffers.Text.Base64Url.DecodeFromChars(weaker.Split('$')[3]);
        var hash = System.Security.Cryptography.Rfc2898DeriveBytes.Pbkdf2("correct horse", salt, 900, System.Security.Cryptography.HashAlgorithmName.SHA512, 64);
        weaker = weaker[..(weaker.LastIndexOf('$') + 1)] + System.Buffers.Text.Base64Url.EncodeToString(hash);
        await app.Database.Execute("update accounts set password = @weaker where id = @Id", new { weaker, account.Id }, AccountsProduct.Stop);

        (await app.SignIn(account.Email, "wrong horse")).ShouldBeOfType<SignInOutcome.Refused>();
        (await StoredOf(account)).ShouldBe(weaker);
        (await app.SignIn(account.Email)).ShouldBeOfType<SignInOutcome.SignedIn>();
        (await StoredOf(account)).ShouldNotBeNull().ShouldStartWith("$pbkdf2-sha512$i=1000$");
        (await app.SignIn(account.Email)).ShouldBeOfType<SignInOutcome.SignedIn>();
    }

    [Theory]
    [InlineData("1234567", PasswordFlaw.TooShort)]
    [InlineData("", PasswordFlaw.TooShort)]
    [InlineData("🦊🦊🦊🦊🦊🦊🦊", PasswordFlaw.TooShort)]
    [InlineData("12345678", null)]
    [InlineData("🦊🦊🦊🦊🦊🦊🦊🦊", null)]
    [InlineData("password123", null)]
    public void Eight_code_points_are_enough(string password, PasswordFlaw? flaw) => app.Passwords.FlawOf(password).ShouldBe(flaw);

    [Fact]
    public void A_password_has_at_most_1024_bytes()
    {
        app.Passwords.FlawOf(new string('x', 1024)).ShouldBeNull();
        app.Passwords.FlawOf(new string('x', 1025)).ShouldBe(PasswordFlaw.TooLong);
        app.Passwords.FlawOf(new string('é', 512)).ShouldBeNull();
        app.Passwords.FlawOf(new string('é', 513)).ShouldBe(PasswordFlaw.TooLong);
    }

    [Theory]
    [InlineData("password123", PasswordFlaw.Worst)]
    [InlineData("PassWord1", PasswordFlaw.Worst)]
    [InlineData("1q2w3e4r5t", PasswordFlaw.Worst)]
    [InlineData("ada.lovelace@example.com", PasswordFlaw.Personal)]
    [InlineData("ADA.LOVELACE", PasswordFlaw.Personal)]
    [InlineData("Passing1!", null)]
    [InlineData("ada.lovelace2", null)]
    public void The_worst_passwords_are_refused_where_the_product_says_so(string password, PasswordFlaw? flaw) =>
        strict.Passwords.FlawOf(password, AccountsProduct.Address("Ada.Lovelace@example.com")).ShouldBe(flaw);

    [Theory]
    [InlineData(9)]
    [InlineData(73)]
    [InlineData(129)]
    [InlineData(1024)]
    public async Task Nothing_is_cut_off(int length)
    {
        var password = new string('p', length - 1) + "1";
        var account = await app.Register(password: password);
        (await app.SignIn(account.Email, password)).ShouldBeOfType<SignInOutcome.SignedIn>();
        foreach (var other in new[] { password[..^1], password[..^1] + "2", password + " ", password.ToUpper(CultureInfo.InvariantCulture) })
            (await app.SignIn(account.Email, other)).ShouldBeOfType<SignInOutcome.Refused>();
    }

    [Fact]
    public async Task A_password_typed_on_another_keyboard_is_the_same()
    {
        var account = await app.Register(password: "cr\u00e8me br\u00fbl\u00e9e");
        (await app.SignIn(account.Email, "cre\u0300me bru\u0302le\u0301e")).ShouldBeOfType<SignInOutcome.SignedIn>();
    }

    [Theory]
    [InlineData("not a character: \uFFFE")]
    [InlineData("nor this: \uFFFF \uFDD0 \U0010FFFF")]
    [InlineData("with a NUL: \0")]
    [InlineData("half a character: \uD83D")]
    public async Task What_is_no_character_may_stand_in_a_password(string password)
    {
        var account = await app.Register(password: password);
        (await app.SignIn(account.Email, password)).ShouldBeOfType<SignInOutcome.SignedIn>();
        (await app.SignIn(account.Email, password + "x")).ShouldBeOfType<SignInOutcome.Refused>();
    }

    [Fact]
    public async Task Fifty_may_wait_for_a_place_to_hash_in_and_the_next_is_turned_away()
    {
        var slots = strict.Services.GetRequiredService<CpuSlots>();
        List<IDisposable> taken = [];
        for (var i = 0; i < slots.Count; i++)
            taken.Add(await slots.Take(AccountsProduct.Stop));
        var waiting = Enumerable.Range(0, slots.Count + 50).Select(_ => strict.Passwords.Hash("correct horse", AccountsProduct.Stop)).ToList();

        var refusal = await Should.ThrowAsync<PlatformFailureException>(() => strict.SignIn(AccountsProduct.NewEmail()));
        refusal.Failure.ShouldBe(PlatformFailure.Overloaded);
        refusal.RetryAfter.ShouldNotBeNull().ShouldBeGreaterThan(TimeSpan.Zero);
        waiting.ShouldAllBe(hash => !hash.IsCompleted);

        taken.ForEach(slot => slot.Dispose());
        await Task.WhenAll(waiting);
        await strict.Passwords.Hash("correct horse", AccountsProduct.Stop);
    }

    [Fact]
    public async Task An_attempt_that_was_turned_away_is_not_counted()
    {
        var account = await strict.Register();
        using (var gone = new CancellationTokenSource())
        {
            await gone.CancelAsync();
            for (var i = 0; i < 10; i++)
                await Should.ThrowAsync<OperationCanceledException>(() => strict.Accounts.SignIn(account.Email, "wrong horse", AccountsProduct.Client, gone.Token));
        }

        (await strict.SignIn(account.Email)).ShouldBeOfType<SignInOutcome.SignedIn>();
    }

    [Fact]
    public async Task A_hash_that_is_waited_for_in_vain_gives_its_place_back()
    {
        using var gone = new CancellationTokenSource();
        await gone.CancelAsync();
        for (var i = 0; i < 100; i++)
            await Should.ThrowAsync<OperationCanceledException>(() => strict.Passwords.Hash("correct horse", gone.Token));
        await strict.Passwords.Hash("correct horse", AccountsProduct.Stop);
    }
}
