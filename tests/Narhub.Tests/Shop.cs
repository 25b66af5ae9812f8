using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using Colonnade.Testing;

namespace Colonnade.Narhub.Tests;

/// <summary>What tests of orders and payments do again and again.</summary>
internal static class Shop
{
    /// <summary>An order of one thing that the catalogue does not have.</summary>
    public static async Task<Placed> Order(this Person person, long total = 4_000_000, string? more = null, string currency = "EUR")
    {
        var answer = (await person.Api.Post("/api/orders",
            $$"""
            {"items":[{"product_slug":"thing","product_name":"Thing","price_min":{{total}},"price_max":{{total}},"final_price":{{total}}}],
            "total_amount":{{total}},"currency":"{{currency}}","payment_method":"{{(currency == "EUR" ? "SEPA" : "SWIFT")}}"{{(more is null ? "" : "," + more)}}}
            """)).ShouldBe(201);
        return new Placed(answer.At("order.id").GetGuid(), answer.At("order.payment_reference").GetString()!, answer.At("order.payment_instructions.creditor_reference").GetString()!, total);
    }

    public static async Task<Answer> Pay(this Person admin, Guid order, long? amount = null) =>
        (await admin.Api.Post($"/api/admin/orders/{order}/payments", amount is null ? "{}" : $$"""{"amount":{{amount}}}""")).ShouldBe(201);

    public static async Task<string> StatusOf(this Person admin, Guid order) => (await admin.Api.Get($"/api/admin/orders/{order}")).ShouldBe(200).At("order.status").GetString()!;

    public static async Task<Answer> Import(this Person admin, string statement, string type = "application/xml", string query = "")
    {
        using var body = new StringContent(statement, Encoding.UTF8, new MediaTypeHeaderValue(type));
        return await admin.Api.Send("POST", "/api/admin/statements" + query, body);
    }

    /// <summary>A statement of one account in CAMT.053.001.02.</summary>
    public static string Camt(params string[] entries) =>
        $"""
        <?xml version="1.0" encoding="UTF-8"?>
        <Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02">
          <BkToCstmrStmt>
            <GrpHdr><MsgId>M-{Guid.CreateVersion7():N}</MsgId><CreDtTm>2026-03-02T18:00:00</CreDtTm></GrpHdr>
            <Stmt>
              <Id>S-1</Id><CreDtTm>2026-03-02T18:00:00</CreDtTm>
              <Acct><Id><IBAN>DE89370400440532013000</IBAN></Id><Ccy>EUR</Ccy></Acct>
              <Bal><Tp><CdOrPrtry><Cd>OPBD</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">0.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-03-02</Dt></Dt></Bal>
              {string.Join('\n', entries)}
            </Stmt>
          </BkToCstmrStmt>
        </Document>
        """;

    /// <summary>One credit transfer, booked alone.</summary>
    public static string Entry(long cents, string text, string? reference = null, string currency = "EUR", string more = "") =>
        $"""
        <Ntry>
          <Amt Ccy="{currency}">{(cents / 100m).ToString("0.00", CultureInfo.InvariantCulture)}</Amt><CdtDbtInd>CRDT</CdtDbtInd>{more}<Sts>BOOK</Sts>
          <BookgDt><Dt>2026-03-02</Dt></BookgDt><ValDt><Dt>2026-03-02</Dt></ValDt>
          {(reference is null ? "" : $"<AcctSvcrRef>{reference}</AcctSvcrRef>")}
          <BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>RCDT</Cd><SubFmlyCd>ESCT</SubFmlyCd></Fmly></Domn></BkTxCd>
          <NtryDtls><TxDtls>
            <Refs><EndToEndId>NOTPROVIDED</EndToEndId></Refs>
            <RltdPties><Dbtr><Nm>Acme Inc</Nm></Dbtr><DbtrAcct><Id><IBAN>DE02120300000000202051</IBAN></Id></DbtrAcct></RltdPties>
            <RmtInf><Ustrd>{text}</Ustrd></RmtInf>
          </TxDtls></NtryDtls>
        </Ntry>
        """;

    public static string NewReference() => "B" + Guid.CreateVersion7().ToString("N", CultureInfo.InvariantCulture);
}

internal sealed record Placed(Guid Id, string Reference, string CreditorReference, long Total);

/// <summary>Tests that print PDFs take turns: each keeps a core busy, and a place to print is not waited for without end.</summary>
internal static class Printing
{
    public const string OneAfterTheOther = "printing";
}
