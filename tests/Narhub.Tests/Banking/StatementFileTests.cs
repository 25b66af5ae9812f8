using System.Text;
using Colonnade.Narhub.Banking;
using Shouldly;
using Xunit;

namespace Colonnade.Narhub.Tests.Banking;

public sealed class StatementFileTests
{
    [Theory]
    [InlineData("02")]
    [InlineData("04")]
    [InlineData("08")]
    [InlineData("13")]
    public async Task Every_version_is_read(string version)
    {
        var lines = await Camt(Shop.Camt(Shop.Entry(123, "text", "R1")).Replace("001.02", "001." + version, StringComparison.Ordinal));
        var line = lines.ShouldHaveSingleItem();
        line.Account.ShouldBe("DE89370400440532013000");
        line.Amount.ShouldBe(123);
        line.Currency.ShouldBe("EUR");
        line.BookedOn.ShouldBe(new DateOnly(2026, 3, 2));
        line.PayerName.ShouldBe("Acme Inc");
        line.PayerAccount.ShouldBe("DE02120300000000202051");
        line.Remittance.ShouldBe("text");
        line.BankReference.ShouldBe("R1");
    }

    [Fact]
    public async Task A_batch_whose_parts_do_not_add_up_is_one_line_with_all_its_texts()
    {
        var lines = await Camt(Shop.Camt(
            """
            <Ntry><Amt Ccy="EUR">35.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>2026-03-02</Dt></BookgDt><NtryDtls>
              <TxDtls><AmtDtls><TxAmt><Amt Ccy="EUR">10.00</Amt></TxAmt></AmtDtls><RmtInf><Ustrd>one</Ustrd></RmtInf></TxDtls>
              <TxDtls><RmtInf><Ustrd>two</Ustrd></RmtInf></TxDtls>
            </NtryDtls></Ntry>
            """));
        var line = lines.ShouldHaveSingleItem();
        line.Amount.ShouldBe(3_500);
        line.Remittance.ShouldBe("one\ntwo");
    }

    [Fact]
    public async Task Currencies_have_the_decimals_they_have()
    {
        (await Camt(Shop.Camt("""<Ntry><Amt Ccy="JPY">4000</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>2026-03-02</Dt></BookgDt></Ntry>"""))).ShouldHaveSingleItem().Amount.ShouldBe(4_000);
        (await Camt(Shop.Camt("""<Ntry><Amt Ccy="KWD">4.125</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>2026-03-02</Dt></BookgDt></Ntry>"""))).ShouldHaveSingleItem().Amount.ShouldBe(4_125);
        (await Camt(Shop.Camt("""<Ntry><Amt Ccy="EUR">4.10000</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>2026-03-02</Dt></BookgDt></Ntry>"""))).ShouldHaveSingleItem().Amount.ShouldBe(410);
        Amounts.Print(4_000, "JPY").ShouldBe("4,000 JPY");
        Amounts.Print(-123_456, "EUR").ShouldBe("-1,234.56 EUR");
        Amounts.Plain(4_125, "KWD").ShouldBe("4.125");
    }

    [Fact]
    public async Task Many_statements_in_one_file_each_with_an_account_of_its_own()
    {
        var file = Shop.Camt(Shop.Entry(1, "a"));
        var statement = file[file.IndexOf("<Stmt>", StringComparison.Ordinal)..(file.IndexOf("</Stmt>", StringComparison.Ordinal) + 7)];
        var lines = await Camt(file.Replace("</Stmt>", "</Stmt>" + statement.Replace("<IBAN>DE89370400440532013000</IBAN>", "<Othr><Id>77</Id></Othr>", StringComparison.Ordinal), StringComparison.Ordinal));
        lines.Select(line => line.Account).ShouldBe(["DE89370400440532013000", "77"]);
        await Should.ThrowAsync<UnreadableStatementException>(() => Camt(file.Replace("<IBAN>DE89370400440532013000</IBAN>", "", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_line_is_the_same_by_the_banks_reference_or_by_everything_it_says()
    {
        var (one, two) = ((await Camt(Shop.Camt(Shop.Entry(1, "a", "R1"))))[0], (await Camt(Shop.Camt(Shop.Entry(1, "b", "R1"))))[0]);
        one.Identity(1).ShouldBe(two.Identity(1));
        var (three, four) = ((await Camt(Shop.Camt(Shop.Entry(1, "a", "NONREF"))))[0], (await Camt(Shop.Camt(Shop.Entry(1, "b", "NONREF"))))[0]);
        three.Identity(1).ShouldNotBe(four.Identity(1));
        three.Identity(1).ShouldNotBe(three.Identity(2));
    }

    [Fact]
    public async Task A_long_statement_is_read_without_keeping_it_whole()
    {
        var file = Shop.Camt([.. Enumerable.Range(0, 5_000).Select(i => Shop.Entry(i + 1, "text " + i))]);
        (await Camt(file)).Sum(line => line.Amount).ShouldBe(5_000L * 5_001 / 2);
    }

    [Theory]
    [InlineData("1.234,56", 123_456)]
    [InlineData("1,234.56", 123_456)]
    [InlineData("1234.5", 123_450)]
    [InlineData("1234,5", 123_450)]
    [InlineData("40 000", 4_000_000)]
    [InlineData("40\u00a0000,00", 4_000_000)]
    [InlineData("1.234.567", 123_456_700)]
    [InlineData("1.234.567,89", 123_456_789)]
    [InlineData("+12", 1_200)]
    [InlineData("-12,00", -1_200)]
    [InlineData("12,00-", -1_200)]
    [InlineData("−12,00", -1_200)]
    [InlineData("0.01", 1)]
    public async Task Amounts_as_banks_write_them(string text, long minor) => (await Csv($"date;amount\n2026-03-02;{text}")).ShouldHaveSingleItem().Amount.ShouldBe(minor);

    [Theory]
    [InlineData("1.234")]
    [InlineData("1,234")]
    [InlineData("12.34.56")]
    [InlineData("1.23,4.56")]
    [InlineData("1,2345.67")]
    [InlineData("1e3")]
    [InlineData("")]
    [InlineData(".5")]
    [InlineData("5.")]
    [InlineData("123456789012345678")]
    public async Task Amounts_that_are_not_certain(string text) => await Should.ThrowAsync<UnreadableStatementException>(() => Csv($"date;amount\n2026-03-02;{text}"));

    [Theory]
    [InlineData("date,amount,remittance\n2026-03-02,1.00,x")]
    [InlineData("date;amount;remittance\n02.03.2026;1,00;x")]
    [InlineData("date\tamount\tremittance\n02.03.26\t1.00\tx")]
    [InlineData("\ufeffBuchungstag;Betrag;Verwendungszweck\r\n02.03.2026;1,00;x\r\n;;\r\n")]
    [InlineData("Booking Date|Amount|Purpose\n20260302|1|x")]
    public async Task However_the_columns_are_called_and_divided(string csv)
    {
        var line = (await Csv(csv)).ShouldHaveSingleItem();
        (line.Amount, line.BookedOn, line.Remittance, line.Account, line.Currency).ShouldBe((100, new DateOnly(2026, 3, 2), "x", "DE1", "EUR"));
    }

    [Fact]
    public async Task A_file_that_is_not_utf_8_is_taken_for_latin_1()
    {
        using var file = new MemoryStream(Encoding.Latin1.GetBytes("Datum;Betrag;Währung;Verwendungszweck\n02.03.2026;1,00;USD;Grüße"));
        var line = (await BankCsv.Read(file, "DE1", "EUR", TestContext.Current.CancellationToken)).ShouldHaveSingleItem();
        line.Remittance.ShouldBe("Grüße");
        line.Currency.ShouldBe("USD");
    }

    private static async Task<IReadOnlyList<BankLine>> Camt(string xml)
    {
        using var file = new MemoryStream(Encoding.UTF8.GetBytes(xml));
        return await Camt053.Read(file, TestContext.Current.CancellationToken);
    }

    private static async Task<IReadOnlyList<BankLine>> Csv(string csv)
    {
        using var file = new MemoryStream(Encoding.UTF8.GetBytes(csv));
        return await BankCsv.Read(file, "DE1", "EUR", TestContext.Current.CancellationToken);
    }
}
