using Colonnade.Platform.Accounts;
using Shouldly;
using Xunit;

namespace Colonnade.Platform.Tests.Accounts;

public sealed class EmailAddressTests
{
    [Theory]
    [InlineData("ada@example.com", "Ada@Example.COM")]
    [InlineData("ada@example.com", "  ada@example.com\t")]
    [InlineData("ada@bücher.example", "ada@xn--bcher-kva.example")]
    [InlineData("ada@BÜCHER.example", "ada@bu\u0308cher.example")]
    [InlineData("zo\u00eb@example.com", "ZOE\u0308@example.com")]
    public void Two_spellings_of_one_address_have_one_key(string one, string other)
    {
        AccountsProduct.Address(one).Key.ShouldBe(AccountsProduct.Address(other).Key);
    }

    [Theory]
    [InlineData("ada@example.com", "ada+shop@example.com")]
    [InlineData("a.da@example.com", "ada@example.com")]
    [InlineData("ada@example.com", "ada@example.org")]
    [InlineData("ada@example.com", "\u0430da@example.com")]
    [InlineData("ada@paypal.com", "ada@p\u0430ypal.com")]
    [InlineData("strasse@example.com", "straße@example.com")]
    public void Two_addresses_have_two_keys(string one, string other)
    {
        AccountsProduct.Address(one).Key.ShouldNotBe(AccountsProduct.Address(other).Key, StringComparer.Ordinal);
    }

    [Fact]
    public void What_was_typed_is_kept()
    {
        AccountsProduct.Address(" Ada.Lovelace@Example.COM ").Text.ShouldBe("Ada.Lovelace@Example.COM");
    }

    [Theory]
    [InlineData("ada.o'neil+x_y-z@mail.example.co.uk")]
    [InlineData("1@2.example")]
    [InlineData("用户@例子.广告")]
    public void Unusual_addresses_are_accepted(string text) => EmailAddress.TryParse(text, out _).ShouldBeTrue();

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData("ada")]
    [InlineData("ada@")]
    [InlineData("@example.com")]
    [InlineData("ada@localhost")]
    [InlineData("ada@example.com.")]
    [InlineData("ada@.example.com")]
    [InlineData("ada@example..com")]
    [InlineData("ada@-example.com")]
    [InlineData("ada@192.168.0.1")]
    [InlineData("ada@[192.168.0.1]")]
    [InlineData("ada@exam ple.com")]
    [InlineData("ada@exam_ple.com")]
    [InlineData("a da@example.com")]
    [InlineData("ada@@example.com")]
    [InlineData("ada@mallory@example.com")]
    [InlineData(".ada@example.com")]
    [InlineData("ada.@example.com")]
    [InlineData("a..da@example.com")]
    [InlineData("\"ada\"@example.com")]
    [InlineData("ada\r\nBcc: eve@example.com@example.com")]
    [InlineData("ada\u0000@example.com")]
    [InlineData("ada\u200b@example.com")]
    [InlineData("ada\ud800@example.com")]
    [InlineData("Ada <ada@example.com>")]
    public void What_mail_cannot_go_to_is_refused(string? text) => EmailAddress.TryParse(text, out _).ShouldBeFalse();

    [Fact]
    public void Lengths_end_at_64_and_254()
    {
        EmailAddress.TryParse(new string('a', 64) + "@example.com", out _).ShouldBeTrue();
        EmailAddress.TryParse(new string('a', 65) + "@example.com", out _).ShouldBeFalse();
        EmailAddress.TryParse(LongOf(254), out _).ShouldBeTrue();
        EmailAddress.TryParse(LongOf(255), out _).ShouldBeFalse();

        static string LongOf(int length)
        {
            var labels = string.Concat(Enumerable.Repeat(new string('d', 50) + ".", 4));
            return new string('a', length - labels.Length - 4) + "@" + labels + "com";
        }
    }
}
