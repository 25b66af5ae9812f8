using System.Text;
using Colonnade.Narhub.Banking;
using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using Xunit;

namespace Colonnade.Narhub.Tests.Banking;

public sealed class ReferenceTests
{
    [Theory]
    // Examples of ISO 11649 as banks print them.
    [InlineData("RF18539007547034", true)]
    [InlineData("RF18 5390 0754 7034", true)]
    [InlineData("rf18539007547034", true)]
    [InlineData("RF471234567890", true)]
    [InlineData("RF18539007547035", false)]
    [InlineData("RF81539007547034", false)]
    [InlineData("RF18", false)]
    [InlineData("RF1853900754703453900754703", false)]
    [InlineData("XX18539007547034", false)]
    public void A_creditor_reference_is_known_by_its_check_digits(string text, bool valid) => CreditorReference.IsValid(text).ShouldBe(valid);

    [Fact]
    public void The_documents_own_reference_as_a_creditor_reference()
    {
        var reference = CreditorReference.Of("NH-ABC123-XYZ");
        reference.ShouldEndWith("NHABC123XYZ");
        reference.Length.ShouldBe(15);
        CreditorReference.IsValid(reference).ShouldBeTrue();
        Should.Throw<ArgumentException>(() => CreditorReference.Of("ÄÖÜ"));
        Should.Throw<ArgumentException>(() => CreditorReference.Of(new string('A', 22)));
    }

    [Fact]
    public void Drawn_references_have_the_documents_shape_and_nothing_to_be_mixed_up()
    {
        var drawn = Enumerable.Range(0, 2_000).Select(_ => OrderReference.Draw()).ToList();
        foreach (var reference in drawn)
            reference.ShouldMatch("^NH-[A-HJ-NP-Z2-9]{6}-[A-HJ-NP-Z2-9]{3}$");
        drawn.ShouldBeUnique(StringComparer.Ordinal);
        drawn.ShouldAllBe(reference => CreditorReference.IsValid(CreditorReference.Of(reference)));
    }

    [Fact]
    public void One_wrong_letter_or_two_swapped_never_name_another_order()
    {
        const string Alphabet = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
        var reference = OrderReference.Draw();
        for (var at = 3; at < reference.Length; at++)
        {
            if (reference[at] == '-')
                continue;
            foreach (var letter in Alphabet.Where(letter => letter != reference[at]))
                OrderReference.FindAll(reference[..at] + letter + reference[(at + 1)..]).ShouldBeEmpty();
        }

        var bare = reference.Replace("-", "", StringComparison.Ordinal).ToCharArray();
        for (var at = 2; at < bare.Length - 1; at++)
        {
            if (bare[at] == bare[at + 1])
                continue;
            var swapped = (char[])bare.Clone();
            (swapped[at], swapped[at + 1]) = (swapped[at + 1], swapped[at]);
            // Luhn's one blind spot: the first and the last letter of the alphabet beside each other.
            if ((bare[at], bare[at + 1]) is not (('A', '9') or ('9', 'A')))
                OrderReference.FindAll(new string(swapped)).ShouldBeEmpty();
        }
    }

    [Fact]
    public void A_reference_is_found_in_any_text_around_it()
    {
        var texts = ArbMap.Default.ArbFor<NonNull<string>>();
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(300), Prop.ForAll(texts, texts, (before, after) =>
        {
            var reference = OrderReference.Draw();
            return OrderReference.FindAll($"{before.Get} {reference.ToLowerInvariant().Replace("-", " ", StringComparison.Ordinal)} {after.Get}").Contains(reference, StringComparer.Ordinal);
        }));
    }

    [Fact]
    public void Several_references_are_found_each_once()
    {
        var (one, two) = (OrderReference.Draw(), OrderReference.Draw());
        OrderReference.FindAll($"{one}, {CreditorReference.Of(two)} and {one} once more").ShouldBe([one, two]);
        OrderReference.FindAll("").ShouldBeEmpty();
        OrderReference.FindAll("NH").ShouldBeEmpty();
        OrderReference.FindAll(new string('N', 100_000) + "H").ShouldBeEmpty();
    }

    [Theory]
    [InlineData("DE89 3704 0044 0532 0130 00", "DE89370400440532013000")]
    [InlineData("gb82west12345698765432", "GB82WEST12345698765432")]
    [InlineData("EE382200221020145685", "EE382200221020145685")]
    [InlineData("NO9386011117947", "NO9386011117947")]
    [InlineData("DE88370400440532013000", null)]
    [InlineData("DE8937040044053201300", null)]
    [InlineData("8937040044053201300000", null)]
    [InlineData("DE89370400440532013000ÄÖ", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void An_iban(string? text, string? iban) => (Iban.Parse(text)?.Text).ShouldBe(iban);

    [Theory]
    [InlineData("DE89 3704 0044 0532 0130 01")]
    [InlineData("DE98370400440532013000")]
    [InlineData("XX")]
    public void No_iban(string text) => Iban.Parse(text).ShouldBeNull();

    [Theory]
    [InlineData("DE123456789", "DE123456789")]
    [InlineData("de 123.456-789", "DE123456789")]
    [InlineData("ATU12345678", "ATU12345678")]
    [InlineData("EL123456789", "EL123456789")]
    [InlineData("NL123456789B01", "NL123456789B01")]
    [InlineData("FRXX123456789", "FRXX123456789")]
    [InlineData("ESX1234567X", "ESX1234567X")]
    [InlineData("IE1234567WA", "IE1234567WA")]
    [InlineData("XI123456789", "XI123456789")]
    [InlineData("GR123456789", null)]
    [InlineData("GB123456789", null)]
    [InlineData("DE12345678", null)]
    [InlineData("AT12345678", null)]
    [InlineData("DE1234567８9", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void A_vat_number_has_the_form_of_its_country(string? text, string? id) => (VatId.Parse(text)?.Text).ShouldBe(id);

    [Theory]
    [InlineData("FR12345678901", "DE", true)]
    [InlineData("DE123456789", "DE", false)]
    [InlineData("EL123456789", "GR", false)]
    [InlineData("EL123456789", "DE", true)]
    [InlineData("XI123456789", "DE", false)]
    [InlineData("DE123456789", "CH", false)]
    public void The_customer_owes_the_tax_in_another_member_state(string id, string seller, bool reverse) => VatId.Parse(id)!.IsReverseCharge(seller).ShouldBe(reverse);

    [Fact]
    public void The_payload_of_a_transfer()
    {
        var payload = new EpcPayload("Müller GmbH", Iban.Parse("DE89370400440532013000")!, "COBADEFFXXX", 123_456, "RF18539007547034").Write()!;
        payload.ShouldBe("BCD\n002\n1\nSCT\nCOBADEFFXXX\nMüller GmbH\nDE89370400440532013000\nEUR1234.56\n\nRF18539007547034");
        (Usual with { Bic = null }).Write()!.ShouldContain("SCT\n\nNarhub");
        (Usual with { Cents = 1 }).Write()!.ShouldContain("EUR0.01");
        (Usual with { Cents = 99_999_999_999 }).Write()!.ShouldContain("EUR999999999.99");
    }

    public static TheoryData<EpcPayload> Outside => new(
        Usual with { Cents = 0 },
        Usual with { Cents = -1 },
        Usual with { Cents = 100_000_000_000 },
        Usual with { Beneficiary = "" },
        Usual with { Beneficiary = new string('x', 71) },
        Usual with { Beneficiary = "two\nlines" },
        Usual with { Bic = "COBADEFFXX" },
        Usual with { Purpose = "GDDSX" },
        Usual with { Reference = new string('1', 36) },
        Usual with { Reference = "RF18539007547034", Text = "and text" },
        Usual with { Reference = null, Text = new string('x', 141) },
        Usual with { Information = new string('x', 71) },
        // Every part within its limit, and all together more than 331 bytes.
        Usual with { Beneficiary = new string('ü', 70), Reference = null, Text = new string('ü', 100) });

    [Theory]
    [MemberData(nameof(Outside))]
    public void Outside_the_standards_limits_there_is_no_code(EpcPayload payload) => payload.Write().ShouldBeNull();

    [Fact]
    public void The_largest_payload_fits_and_can_be_drawn()
    {
        var payload = (Usual with { Beneficiary = new string('x', 70), Reference = null, Text = new string('y', 140), Information = new string('z', 45), Purpose = "GDDS" }).Write()!;
        Encoding.UTF8.GetByteCount(payload).ShouldBeInRange(310, 331);
        QrImage.Png(payload).AsSpan(0, 4).ToArray().ShouldBe([0x89, (byte)'P', (byte)'N', (byte)'G']);
    }

    private static EpcPayload Usual => new("Narhub", Iban.Parse("DE89370400440532013000")!, "COBADEFFXXX", 100);
}
