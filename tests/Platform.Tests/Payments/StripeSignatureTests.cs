using System.Text;
using Colonnade.Platform.Payments;
using Colonnade.Testing;
using Shouldly;
using Xunit;

namespace Colonnade.Platform.Tests.Payments;

public sealed class StripeSignatureTests
{
    private const string Secret = "whsec_one";
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 9, 30, 0, TimeSpan.Zero);
    private static readonly byte[] Body = Encoding.UTF8.GetBytes("""{"id":"evt_1","type":"payment_intent.succeeded"}""");
    private static readonly string Good = StripeSignatures.HeaderOf(Body, Now, Secret);
    private static readonly string V1 = Good[Good.IndexOf("v1=", StringComparison.Ordinal)..];

    [Fact]
    public void What_was_signed_is_accepted_and_nothing_else()
    {
        var signatures = With(Secret);
        signatures.Verify(Body, Good).ShouldBeTrue();
        signatures.Verify(Encoding.UTF8.GetBytes("""{"id": "evt_1","type":"payment_intent.succeeded"}"""), Good).ShouldBeFalse("the same JSON in other bytes");
        signatures.Verify([], Good).ShouldBeFalse();
        With("whsec_two").Verify(Body, Good).ShouldBeFalse();
        With().Verify(Body, Good).ShouldBeFalse("without a secret nothing is let in");
        With().CanVerify.ShouldBeFalse();
        signatures.Verify(Body, null).ShouldBeFalse();
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(299, true)]
    [InlineData(300, true)]
    [InlineData(301, false)]
    [InlineData(-299, true)]
    [InlineData(-301, false)]
    public void A_signature_is_good_for_five_minutes_either_way(int age, bool isGood) =>
        With(Secret).Verify(Body, StripeSignatures.HeaderOf(Body, Now.AddSeconds(-age), Secret)).ShouldBe(isGood);

    [Fact]
    public void Either_side_may_change_its_secret_first()
    {
        var both = StripeSignatures.HeaderOf(Body, Now, "whsec_new", "whsec_old");
        both.Split("v1=").Length.ShouldBe(3);
        With("whsec_old").Verify(Body, both).ShouldBeTrue();
        With("whsec_new").Verify(Body, both).ShouldBeTrue();
        With("whsec_new whsec_old").Verify(Body, StripeSignatures.HeaderOf(Body, Now, "whsec_old")).ShouldBeTrue();
        With("whsec_new, whsec_old").Verify(Body, StripeSignatures.HeaderOf(Body, Now, "whsec_new")).ShouldBeTrue();
        With("whsec_new").Verify(Body, StripeSignatures.HeaderOf(Body, Now, "whsec_old")).ShouldBeFalse();
    }

    public static TheoryData<string> Malformed()
    {
        var time = Now.ToUnixTimeSeconds();
        return
        [
            "", " ", ",", "=", "t", "t=", "v1=", $"t={time}", V1, $"t=,{V1}", $"t=x,{V1}", $"t=-{time},{V1}", $"t=+{time},{V1}", $"t={time}.0,{V1}",
            $"t={time},t={time},{V1}", $"t=99999999999999999999,{V1}", $"t={time},v0={V1[3..]}", $"t={time},V1={V1[3..]}", $"t={time},v1={V1[3..^1]}", $"t={time},v1={V1[3..]}0",
            $"t={time},v1=zz{V1[5..]}", $"t={time};{V1}", $"t={time} {V1}", $"T={time},{V1}", $"t={time - 1},{V1}", $"t=0{time},{V1}", $"t={time},v1={new string('0', 64)}",
            $"t={time}," + string.Join(',', Enumerable.Repeat("v1=" + new string('0', 64), 80)) + "," + V1,
        ];
    }

    [Theory]
    [MemberData(nameof(Malformed))]
    public void A_malformed_header_signs_nothing(string header) => With(Secret).Verify(Body, header).ShouldBeFalse();

    [Theory]
    [InlineData("v0=0011,{0}")]
    [InlineData("v1=0011,{0}")]
    [InlineData("{0},v1=zz")]
    [InlineData("{0},note=a=b")]
    public void What_else_stands_in_the_header_does_no_harm(string form) =>
        With(Secret).Verify(Body, string.Format(System.Globalization.CultureInfo.InvariantCulture, form, Good)).ShouldBeTrue();

    private static StripeSignatures With(string secrets = "") => new(
        new StripeSettings { BaseUrl = "https://api.stripe.com", SecretKey = "sk_test_1", WebhookSecrets = secrets.Split([' ', ','], StringSplitOptions.RemoveEmptyEntries) },
        new VirtualClock(Now));
}
