using System.Globalization;
using Shouldly;
using Xunit;

namespace Colonnade.Narhub.Tests;

public sealed class StatementTests(NarhubApp app) : IClassFixture<NarhubApp>
{
    [Fact]
    public async Task An_order_is_paid_by_the_statement_made_for_it()
    {
        var (john, admin) = (await app.Someone(), await app.Operator());
        var order = await john.Order();
        var answer = (await admin.Import(Shop.Camt(Shop.Entry(order.Total, $"Rechnung {order.Reference}", Shop.NewReference())))).ShouldBe(201);
        answer.At("statement.format").GetString().ShouldBe("camt.053");
        answer.At("statement.new_lines").GetInt32().ShouldBe(1);
        answer.At("statement.matched_lines").GetInt32().ShouldBe(1);
        answer.At("known_lines").GetInt32().ShouldBe(0);
        (await john.Api.Get($"/api/orders/{order.Id}")).At("order.status").GetString().ShouldBe("processing");

        var statement = (await admin.Api.Get(answer.Header("Location")!)).ShouldBe(200);
        statement.At("lines[0].state").GetString().ShouldBe("assigned");
        statement.At("lines[0].payer_name").GetString().ShouldBe("Acme Inc");
        var payment = (await admin.Api.Get($"/api/admin/orders/{order.Id}/payments")).At("payments[0]");
        payment.GetProperty("bank_line_id").GetGuid().ShouldBe(statement.At("lines[0].id").GetGuid());
        payment.GetProperty("received_on").GetString().ShouldBe("2026-03-02");
    }

    [Theory]
    [InlineData("{0}")]
    [InlineData("order {1} thank you")]
    [InlineData("ORDER{2}")]
    [InlineData("{3}")]
    [InlineData("Ihre Bestellung vom 2.3., {4}")]
    public async Task The_reference_is_found_however_it_was_typed(string text)
    {
        var (john, admin) = (await app.Someone(), await app.Operator());
        var order = await john.Order();
        var bare = order.Reference.Replace("-", "", StringComparison.Ordinal);
        text = string.Format(CultureInfo.InvariantCulture, text, order.CreditorReference, order.Reference.ToLowerInvariant(), bare,
            string.Join(' ', order.CreditorReference.Chunk(4).Select(group => new string(group))), string.Join(" - ", bare.Select(letter => letter.ToString())));
        (await admin.Import(Shop.Camt(Shop.Entry(order.Total, text)))).ShouldBe(201);
        (await admin.StatusOf(order.Id)).ShouldBe("processing");
    }

    [Fact]
    public async Task Importing_twice_has_no_effect_twice()
    {
        var (john, admin) = (await app.Someone(), await app.Operator());
        var order = await john.Order();
        var statement = Shop.Camt(Shop.Entry(1_000, order.Reference, Shop.NewReference()), Shop.Entry(1_000, "alike " + order.Reference), Shop.Entry(1_000, "alike " + order.Reference));
        (await admin.Import(statement)).ShouldBe(201).At("statement.new_lines").GetInt32().ShouldBe(3);
        var again = (await admin.Import(statement)).ShouldBe(201);
        again.At("statement.new_lines").GetInt32().ShouldBe(0);
        again.At("known_lines").GetInt32().ShouldBe(3);
        // Two bookings that are alike in everything are two bookings all the same.
        (await admin.Api.Get($"/api/admin/orders/{order.Id}")).At("order.paid_amount").GetInt64().ShouldBe(3_000);
    }

    [Fact]
    public async Task The_same_statement_imported_by_many_at_once_counts_once()
    {
        var (john, admin) = (await app.Someone(), await app.Operator());
        var orders = new List<Placed>();
        for (var i = 0; i < 5; i++)
            orders.Add(await john.Order(1_000));
        var entries = orders.SelectMany(order => Enumerable.Range(0, 4).Select(_ => Shop.Entry(100, order.Reference, Shop.NewReference()))).ToArray();
        var answers = await NarhubApp.AtOnce(8, turn => admin.Import(Shop.Camt(turn % 2 == 0 ? entries : [.. entries.Reverse()])));
        answers.ShouldAllBe(answer => answer.Status == 201);
        answers.Sum(answer => answer.At("statement.new_lines").GetInt32()).ShouldBe(20);
        foreach (var order in orders)
        {
            var whole = await admin.Api.Get($"/api/admin/orders/{order.Id}");
            whole.At("order.paid_amount").GetInt64().ShouldBe(400);
            whole.At("payments").GetArrayLength().ShouldBe(4);
        }
    }

    [Fact]
    public async Task Whatever_the_order_and_however_often_statements_come_the_end_is_the_same()
    {
        var (john, admin) = (await app.Someone(), await app.Operator());
        var dice = new Random(11);
        for (var round = 0; round < 5; round++)
        {
            var order = await john.Order(1_000);
            var statements = Enumerable.Range(1, 4).Select(part => part switch { 3 => 400, 4 => 50, _ => 300 }).Select(cents => Shop.Camt(Shop.Entry(cents, order.Reference, Shop.NewReference()))).ToArray();
            var deliveries = statements.Concat(statements).Concat(statements).ToArray();
            dice.Shuffle(deliveries);
            foreach (var statement in deliveries)
                (await admin.Import(statement)).ShouldBe(201);
            var end = (await admin.Api.Get($"/api/admin/orders/{order.Id}")).ShouldBe(200);
            end.At("order.status").GetString().ShouldBe("processing");
            end.At("order.paid_amount").GetInt64().ShouldBe(1_050);
            end.At("order.credit").GetInt64().ShouldBe(50);
            end.At("payments").GetArrayLength().ShouldBe(4);
            end.At("order.invoices").GetArrayLength().ShouldBe(1);
        }
    }

    [Fact]
    public async Task A_batch_is_taken_apart_and_a_debit_is_nobodys_payment()
    {
        var (john, admin) = (await app.Someone(), await app.Operator());
        var (one, two) = (await john.Order(1_000), await john.Order(2_500));
        var batch = $"""
            <Ntry><NtryRef>1</NtryRef><Amt Ccy="EUR">35.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><DtTm>2026-03-02T10:00:00+01:00</DtTm></BookgDt>
            <AcctSvcrRef>{Shop.NewReference()}</AcctSvcrRef>
            <NtryDtls><Btch><NbOfTxs>2</NbOfTxs></Btch>
              <TxDtls><Amt Ccy="EUR">10.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><RltdPties><Dbtr><Pty><Nm>One</Nm></Pty></Dbtr></RltdPties><RmtInf><Strd><CdtrRefInf><Ref>{one.CreditorReference}</Ref></CdtrRefInf></Strd></RmtInf></TxDtls>
              <TxDtls><Amt Ccy="EUR">25.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><RltdPties><Dbtr><Pty><Nm>Two</Nm></Pty></Dbtr></RltdPties><RmtInf><Ustrd>{two.Reference[..6]}</Ustrd><Ustrd>{two.Reference[6..]}</Ustrd></RmtInf></TxDtls>
            </NtryDtls></Ntry>
            <Ntry><Amt Ccy="EUR">9.00</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>2026-03-02</Dt></BookgDt><AddtlNtryInf>fees {one.Reference}</AddtlNtryInf></Ntry>
            <Ntry><Amt Ccy="EUR">9.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>PDNG</Cd></Sts><BookgDt><Dt>2026-03-02</Dt></BookgDt><AddtlNtryInf>{one.Reference}</AddtlNtryInf></Ntry>
            """;
        var answer = (await admin.Import(Shop.Camt(batch).Replace("camt.053.001.02", "camt.053.001.08", StringComparison.Ordinal))).ShouldBe(201);
        answer.At("statement.lines").GetInt32().ShouldBe(3);
        answer.At("statement.matched_lines").GetInt32().ShouldBe(2);
        (await admin.StatusOf(one.Id)).ShouldBe("processing");
        (await admin.StatusOf(two.Id)).ShouldBe("processing");
    }

    [Fact]
    public async Task One_transfer_pays_several_orders_when_it_is_exactly_what_they_cost()
    {
        var (john, admin) = (await app.Someone(), await app.Operator());
        var (one, two, three) = (await john.Order(1_000), await john.Order(2_500), await john.Order(700));
        (await admin.Import(Shop.Camt(Shop.Entry(3_500, $"{one.Reference} {two.Reference}")))).ShouldBe(201).At("statement.matched_lines").GetInt32().ShouldBe(1);
        (await admin.StatusOf(one.Id)).ShouldBe("processing");
        (await admin.StatusOf(two.Id)).ShouldBe("processing");

        var unsure = (await admin.Import(Shop.Camt(Shop.Entry(900, $"{one.Reference} {three.Reference}")))).ShouldBe(201);
        unsure.At("statement.open_lines").GetInt32().ShouldBe(1);
        (await admin.Api.Get(unsure.Header("Location")!)).At("lines[0].reason").GetString().ShouldBe("several_orders");
        (await admin.StatusOf(three.Id)).ShouldBe("pending");
    }

    [Fact]
    public async Task What_cannot_be_matched_waits_for_an_operator_with_the_reason_and_who_it_might_be()
    {
        var (john, admin) = (await app.Someone(), await app.Operator());
        var order = await john.Order(123_457);
        var cancelled = await john.Order(800);
        (await john.Api.Post($"/api/orders/{cancelled.Id}/cancel")).ShouldBe(200);
        var dollars = await john.Order(900, currency: "USD");
        var imported = (await admin.Import(Shop.Camt(
            Shop.Entry(123_457, "no reference at all"),
            Shop.Entry(500, "NH-222222-22M NH-ABC123-XYZ"),
            Shop.Entry(800, cancelled.Reference),
            Shop.Entry(900, dollars.Reference)))).ShouldBe(201);
        imported.At("statement.open_lines").GetInt32().ShouldBe(4);
        var lines = (await admin.Api.Get(imported.Header("Location")!)).At("lines").EnumerateArray().ToDictionary(line => line.GetProperty("amount").GetInt64());
        lines[123_457].GetProperty("reason").GetString().ShouldBe("no_reference");
        lines[800].GetProperty("reason").GetString().ShouldBe("not_accepted");
        lines[900].GetProperty("reason").GetString().ShouldBe("not_accepted");

        var open = (await admin.Api.Get("/api/admin/payments/unmatched?limit=200")).ShouldBe(200).At("lines").EnumerateArray()
            .Single(line => line.GetProperty("id").GetGuid() == lines[123_457].GetProperty("id").GetGuid());
        open.GetProperty("suggestions")[0].GetProperty("payment_reference").GetString().ShouldBe(order.Reference);

        var assigned = (await admin.Api.Post($"/api/admin/payments/unmatched/{open.GetProperty("id").GetGuid()}/assign", $$"""{"order_id":"{{order.Id}}"}""")).ShouldBe(200);
        assigned.At("order.status").GetString().ShouldBe("processing");
        assigned.At("line.remaining_amount").GetInt64().ShouldBe(0);
        (await admin.Api.Post($"/api/admin/payments/unmatched/{open.GetProperty("id").GetGuid()}/assign", $$"""{"order_id":"{{order.Id}}"}""")).ShouldBeRefused(409, "CONFLICT");

        var dismissed = (await admin.Api.Post($"/api/admin/payments/unmatched/{lines[500].GetProperty("id").GetGuid()}/dismiss", """{"reason":"private money"}""")).ShouldBe(200);
        dismissed.At("line.state").GetString().ShouldBe("dismissed");
        (await admin.Api.Get("/api/admin/payments/unmatched?limit=200")).At("lines").EnumerateArray().Select(line => line.GetProperty("id").GetGuid())
            .ShouldNotContain(lines[500].GetProperty("id").GetGuid());
    }

    [Fact]
    public async Task A_line_is_never_spent_twice_whoever_spends_it_at_once()
    {
        var (john, admin) = (await app.Someone(), await app.Operator());
        var orders = new List<Placed>();
        for (var i = 0; i < 10; i++)
            orders.Add(await john.Order(1_000));
        var imported = (await admin.Import(Shop.Camt(Shop.Entry(3_000, "for something " + Guid.CreateVersion7().ToString("N", CultureInfo.InvariantCulture).Replace('a', 'x'))))).ShouldBe(201);
        var line = (await admin.Api.Get(imported.Header("Location")!)).At("lines[0].id").GetGuid();
        var answers = await Task.WhenAll(orders.Select(order => admin.Api.Post($"/api/admin/payments/unmatched/{line}/assign", $$"""{"order_id":"{{order.Id}}","amount":1000}""")));
        answers.Count(answer => answer.Status == 200).ShouldBe(3);
        answers.Count(answer => answer.Status == 409).ShouldBe(7);
        (await app.Database.One<long>("select coalesce(sum(amount), 0) from payments where bank_line_id = @line", new { line }, TestContext.Current.CancellationToken)).ShouldBe(3_000);
    }

    [Fact]
    public async Task A_reversal_is_left_to_an_operator_and_takes_back_what_was_paid()
    {
        var (john, admin) = (await app.Someone(), await app.Operator());
        var order = await john.Order(1_000);
        (await admin.Import(Shop.Camt(Shop.Entry(400, order.Reference)))).ShouldBe(201);
        var reversal = Shop.Entry(400, order.Reference, more: "<RvslInd>true</RvslInd>").Replace("<CdtDbtInd>CRDT", "<CdtDbtInd>DBIT", StringComparison.Ordinal);
        var imported = (await admin.Import(Shop.Camt(reversal))).ShouldBe(201);
        var line = (await admin.Api.Get(imported.Header("Location")!)).At("lines[0]");
        line.GetProperty("reason").GetString().ShouldBe("reversal");
        line.GetProperty("amount").GetInt64().ShouldBe(-400);
        (await admin.Api.Get($"/api/admin/orders/{order.Id}")).At("order.paid_amount").GetInt64().ShouldBe(400);
        (await admin.Api.Post($"/api/admin/payments/unmatched/{line.GetProperty("id").GetGuid()}/assign", $$"""{"order_id":"{{order.Id}}"}""")).ShouldBe(200)
            .At("order.paid_amount").GetInt64().ShouldBe(0);
    }

    [Fact]
    public async Task A_statement_as_csv_does_the_same()
    {
        var (john, admin) = (await app.Someone(), await app.Operator());
        var (one, two) = (await john.Order(123_456), await john.Order(4_000_000));
        var csv = $"""
            Buchungstag;Betrag;Währung;Name Zahlungsbeteiligter;IBAN Zahlungsbeteiligter;Verwendungszweck
            02.03.2026;1.234,56;EUR;Müller;DE02 1203 0000 0000 2020 51;"Bestellung; {one.Reference}"
            02.03.2026;-5,00;EUR;Bank;;Gebühren
            02.03.2026;40.000,00;EUR;Acme;;{two.CreditorReference}
            """;
        var answer = (await admin.Import(csv, "text/csv")).ShouldBe(201);
        answer.At("statement.lines").GetInt32().ShouldBe(3);
        answer.At("statement.matched_lines").GetInt32().ShouldBe(2);
        (await admin.StatusOf(one.Id)).ShouldBe("processing");
        (await admin.StatusOf(two.Id)).ShouldBe("processing");
        (await admin.Import(csv, "text/csv")).ShouldBe(201).At("statement.new_lines").GetInt32().ShouldBe(0);
        (await admin.Api.Get("/api/admin/statements")).ShouldBe(200).At("statements[1].format").GetString().ShouldBe("csv");
    }

    [Theory]
    [InlineData("")]
    [InlineData("not xml")]
    [InlineData("<Document/>")]
    [InlineData("<Document xmlns='urn:iso:std:iso:20022:tech:xsd:pain.001.001.03'/>")]
    [InlineData("<Document xmlns='urn:iso:std:iso:20022:tech:xsd:camt.053.001.01'/>")]
    [InlineData("<Document xmlns='urn:iso:std:iso:20022:tech:xsd:camt.053.001.02'/>")]
    [InlineData("<Document xmlns='urn:iso:std:iso:20022:tech:xsd:camt.053.001.02'><BkToCstmrStmt><Stmt><Id>1</Id>")]
    [InlineData("<!DOCTYPE Document [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><Document xmlns='urn:iso:std:iso:20022:tech:xsd:camt.053.001.02'>&x;</Document>")]
    [InlineData("<!DOCTYPE lolz [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;'><!ENTITY c '&b;&b;&b;&b;&b;&b;&b;&b;'>]><Document xmlns='urn:iso:std:iso:20022:tech:xsd:camt.053.001.02'>&c;</Document>")]
    [InlineData("<Document xmlns='urn:iso:std:iso:20022:tech:xsd:camt.053.001.02'>&#0;</Document>")]
    public async Task Naughty_xml_is_refused_and_nothing_of_it_kept(string xml)
    {
        var admin = await app.Operator();
        (await admin.Import(xml)).ShouldBeRefused(400, "VALIDATION_ERROR").Text.ShouldNotContain("root:");
    }

    [Theory]
    [InlineData("<Amt Ccy=\"EUR\">1.00</Amt>", "<Amt>1.00</Amt>")]
    [InlineData(">1.00<", ">-1.00<")]
    [InlineData(">1.00<", ">1,00<")]
    [InlineData(">1.00<", ">1.001<")]
    [InlineData(">1.00<", ">99999999999999999999.00<")]
    [InlineData("CRDT", "SOON")]
    [InlineData("<BookgDt><Dt>2026-03-02</Dt></BookgDt>", "<BookgDt><Dt>2026-02-30</Dt></BookgDt>")]
    [InlineData("DE89370400440532013000", "DE00370400440532013000")]
    public async Task A_statement_with_one_wrong_entry_is_refused_as_a_whole(string right, string wrong)
    {
        var (john, admin) = (await app.Someone(), await app.Operator());
        var order = await john.Order(100);
        var statement = Shop.Camt(Shop.Entry(100, order.Reference, Shop.NewReference()), Shop.Entry(100, order.Reference).Replace(right, wrong, StringComparison.Ordinal));
        if (right.StartsWith("DE", StringComparison.Ordinal))
            statement = statement.Replace(right, wrong, StringComparison.Ordinal);
        (await admin.Import(statement)).ShouldBeRefused(400, "VALIDATION_ERROR");
        (await admin.StatusOf(order.Id)).ShouldBe("pending");
    }

    [Fact]
    public async Task A_huge_statement_is_refused_before_it_is_read()
    {
        var admin = await app.Operator();
        // Asked first, so that the refusal comes while nothing has been sent.
        var answer = await (admin with { Api = admin.Api.With("Expect", "100-continue") }).Import(new string(' ', 17 * 1024 * 1024));
        answer.ShouldBeRefused(413, "PAYLOAD_TOO_LARGE");
        (await admin.Import("{}", "application/json")).ShouldBeRefused(415, "UNSUPPORTED_MEDIA_TYPE");
    }

    [Theory]
    [InlineData("")]
    [InlineData("a;b;c")]
    [InlineData("date,remittance\n2026-03-02,x")]
    [InlineData("date,amount\n2026-03-02,1.234")]
    [InlineData("date,amount\n2026-03-02,abc")]
    [InlineData("date,amount\nyesterday,1.00")]
    [InlineData("date,amount,currency\n2026-03-02,1.00,Euro")]
    [InlineData("date,amount\n2026-03-02,\"1.00")]
    public async Task A_csv_that_is_not_certain_is_refused(string csv)
    {
        var admin = await app.Operator();
        (await admin.Import(csv, "text/csv")).ShouldBeRefused(400, "VALIDATION_ERROR");
    }

    [Fact]
    public async Task One_line_that_cannot_be_written_holds_up_no_other()
    {
        var (john, admin) = (await app.Someone(), await app.Operator());
        var (bad, good) = (await john.Order(1_000), await john.Order(2_000));
        await app.Database.Execute(
            $"""
            create function fail_one() returns trigger language plpgsql as $$
            begin
                if new.order_id = '{bad.Id}' then raise exception 'a fault'; end if;
                return new;
            end $$;
            """, null, TestContext.Current.CancellationToken);
        await app.Database.Execute("create trigger fail_one before insert on payments for each row execute function fail_one()", null, TestContext.Current.CancellationToken);
        var imported = (await admin.Import(Shop.Camt(Shop.Entry(1_000, bad.Reference), Shop.Entry(2_000, good.Reference)))).ShouldBe(201);
        await app.Database.Execute("drop trigger fail_one on payments", null, TestContext.Current.CancellationToken);
        imported.At("statement.matched_lines").GetInt32().ShouldBe(1);
        imported.At("statement.open_lines").GetInt32().ShouldBe(1);
        (await admin.StatusOf(good.Id)).ShouldBe("processing");
        var line = (await admin.Api.Get(imported.Header("Location")!)).At("lines").EnumerateArray().Single(line => line.GetProperty("reason").GetString() == "failed");
        (await admin.Api.Post($"/api/admin/payments/unmatched/{line.GetProperty("id").GetGuid()}/assign", $$"""{"order_id":"{{bad.Id}}"}""")).ShouldBe(200);
        (await admin.StatusOf(bad.Id)).ShouldBe("processing");
    }

    [Fact]
    public async Task Of_a_long_statement_a_job_does_the_rest()
    {
        var (john, admin) = (await app.Someone(), await app.Operator());
        var order = await john.Order(100_000);
        var imported = (await admin.Import(Shop.Camt([.. Enumerable.Range(0, 600).Select(_ => Shop.Entry(1, "nothing"))])
            .Replace("</Stmt>", Shop.Entry(100_000, order.Reference).Replace("2026-03-02", "2026-03-03", StringComparison.Ordinal) + "</Stmt>", StringComparison.Ordinal))).ShouldBe(201);
        imported.At("statement.waiting_lines").GetInt32().ShouldBeGreaterThan(0);
        await app.RunJobs();
        (await admin.Api.Get(imported.Header("Location")!)).At("statement.waiting_lines").GetInt32().ShouldBe(0);
        (await admin.StatusOf(order.Id)).ShouldBe("processing");
    }

    [Fact]
    public async Task An_import_that_was_interrupted_is_finished_by_a_job()
    {
        var (john, admin) = (await app.Someone(), await app.Operator());
        var order = await john.Order(1_000);
        (await admin.Import(Shop.Camt(Shop.Entry(1_000, "later")))).ShouldBe(201);
        // As if the process had died after it kept the line.
        (await app.Database.Execute("update bank_lines set state = 'new', reason = null, remittance = @Reference where remittance = 'later'", new { order.Reference }, TestContext.Current.CancellationToken)).ShouldBe(1);
        await app.RunJobs();
        (await admin.StatusOf(order.Id)).ShouldBe("processing");
    }
}
