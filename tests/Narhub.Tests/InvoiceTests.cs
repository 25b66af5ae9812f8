using Colonnade.Platform.Documents;
using Colonnade.Testing;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace Colonnade.Narhub.Tests;

[Collection(Printing.OneAfterTheOther)]
public sealed class InvoiceTests(NarhubApp app) : IClassFixture<NarhubApp>
{
    [Fact]
    public async Task A_paid_order_has_an_invoice_with_net_tax_and_gross()
    {
        var (john, admin) = (await app.Someone(), await app.Operator());
        var order = await john.Order(11_900);
        (await john.Api.Get($"/api/orders/{order.Id}/invoice")).ShouldBe(404);
        await admin.Pay(order.Id);
        var whole = (await john.Api.Get($"/api/orders/{order.Id}")).At("order");
        var invoice = whole.GetProperty("invoices")[0];
        invoice.GetProperty("kind").GetString().ShouldBe("invoice");
        invoice.GetProperty("number").GetString()!.ShouldMatch("^INV-2026-[0-9]{6}$");
        invoice.GetProperty("net_amount").GetInt64().ShouldBe(10_000);
        invoice.GetProperty("tax_amount").GetInt64().ShouldBe(1_900);
        invoice.GetProperty("gross_amount").GetInt64().ShouldBe(11_900);
        var item = whole.GetProperty("items")[0];
        item.GetProperty("tax_rate").GetDecimal().ShouldBe(19m);
        item.GetProperty("net_amount").GetInt64().ShouldBe(10_000);

        var pdf = (await john.Api.Get($"/api/orders/{order.Id}/invoice")).ShouldBe(200);
        pdf.Header("Content-Type").ShouldBe("application/pdf");
        pdf.Header("Content-Disposition")!.ShouldContain(invoice.GetProperty("number").GetString()! + ".pdf");
        pdf.Bytes.AsSpan(0, 5).ToArray().ShouldBe("%PDF-"u8.ToArray());
        var again = (await admin.Api.Get($"/api/admin/invoices/{invoice.GetProperty("number").GetString()}")).ShouldBe(200);
        again.Bytes.ShouldBe(pdf.Bytes);
    }

    [Fact]
    public async Task Who_prints_at_once_gets_the_same_bytes()
    {
        var (john, admin) = (await app.Someone(), await app.Operator());
        var order = await john.Order(11_900);
        await admin.Pay(order.Id);
        var prints = await NarhubApp.AtOnce(3, turn => turn == 0 ? admin.Api.Get($"/api/admin/orders/{order.Id}/invoice") : john.Api.Get($"/api/orders/{order.Id}/invoice"));
        prints.ShouldAllBe(print => print.Status == 200);
        prints.Select(print => Convert.ToHexString(print.Bytes)).Distinct(StringComparer.Ordinal).ShouldHaveSingleItem();
        (await app.Database.One<int>("select count(*)::int from invoice_prints p join invoices i on i.id = p.invoice_id where i.order_id = @Id", new { order.Id }, TestContext.Current.CancellationToken)).ShouldBe(1);
    }

    [Fact]
    public async Task Everything_the_law_wants_is_on_it()
    {
        var (john, admin) = (await app.Someone(), await app.Operator());
        var order = await john.Order(11_900, """
            "billing_name":"Zoë <b>Bold</b>","billing_company":"Acme & Söhne","billing_address":"Straße 1, 10115 Berlin","billing_country":"Germany","purchase_order_number":"PO-77"
            """);
        await admin.Pay(order.Id);
        var text = await Text(john, order.Id);
        var number = (await john.Api.Get($"/api/orders/{order.Id}")).At("order.invoices[0].number").GetString()!;
        foreach (var part in new[] { number, "2 March 2026", "Narhub Sample GmbH", "DE123456788", "Acme & Söhne", "Zoë <b>Bold</b>", "Straße 1", "PO-77", "Thing", "19 %", "100.00 EUR", "19.00 EUR", "119.00 EUR", order.Reference, "Paid by bank transfer" })
            text.ShouldContain(part);
        text.ShouldNotContain("Reverse charge");
    }

    [Theory]
    [InlineData("FR12345678901", true)]
    [InlineData("el 123456789", true)]
    [InlineData("DE123456789", false)]
    [InlineData("FR1", false)]
    [InlineData("US123456789", false)]
    public async Task A_customer_with_a_vat_number_of_another_member_state_owes_the_tax_there(string vat, bool reverse)
    {
        var (john, admin) = (await app.Someone(), await app.Operator());
        var order = await john.Order(11_900, $"\"billing_vat\":\"{vat}\"");
        await admin.Pay(order.Id);
        var whole = (await john.Api.Get($"/api/orders/{order.Id}")).At("order");
        whole.GetProperty("tax_treatment").GetString().ShouldBe(reverse ? "reverse_charge" : "domestic");
        whole.GetProperty("billing_vat").GetString().ShouldBe(vat);
        whole.GetProperty("total_amount").GetInt64().ShouldBe(11_900);
        whole.GetProperty("invoices")[0].GetProperty("tax_amount").GetInt64().ShouldBe(reverse ? 0 : 1_900);
        if (reverse)
            (await Text(john, order.Id)).ShouldContain("Reverse charge");
    }

    [Fact]
    public async Task A_refund_takes_the_invoice_back_with_a_credit_note()
    {
        var (john, admin) = (await app.Someone(), await app.Operator());
        var order = await john.Order(11_900);
        await admin.Pay(order.Id);
        (await john.Api.Get($"/api/orders/{order.Id}/credit-note")).ShouldBe(404);
        (await admin.Api.Patch($"/api/admin/orders/{order.Id}/status", """{"status":"refunded"}""")).ShouldBe(200);
        var invoices = (await john.Api.Get($"/api/orders/{order.Id}")).At("order.invoices");
        invoices.GetArrayLength().ShouldBe(2);
        var note = invoices.EnumerateArray().Single(document => document.GetProperty("kind").GetString() == "credit_note");
        note.GetProperty("number").GetString()!.ShouldStartWith("CN-2026-");
        note.GetProperty("gross_amount").GetInt64().ShouldBe(-11_900);
        note.GetProperty("corrects").GetGuid().ShouldBe(invoices.EnumerateArray().Single(document => document.GetProperty("kind").GetString() == "invoice").GetProperty("id").GetGuid());
        (await john.Api.Get($"/api/orders/{order.Id}/credit-note")).ShouldBe(200).Header("Content-Type").ShouldBe("application/pdf");
        (await admin.Api.Get($"/api/admin/orders/{order.Id}/credit-note")).ShouldBe(200);
    }

    [Fact]
    public async Task An_operator_issues_an_invoice_before_it_is_paid_and_a_cancellation_takes_it_back()
    {
        var (john, admin) = (await app.Someone(), await app.Operator());
        var order = await john.Order(11_900);
        var issued = (await admin.Api.Post($"/api/admin/orders/{order.Id}/invoice")).ShouldBe(201);
        (await admin.Api.Get(issued.Header("Location")!)).ShouldBe(200).Header("Content-Type").ShouldBe("application/pdf");
        (await Text(john, order.Id)).ShouldContain("Please pay until");
        var again = (await admin.Api.Post($"/api/admin/orders/{order.Id}/invoice")).ShouldBe(200);
        again.At("invoice.number").GetString().ShouldBe(issued.At("invoice.number").GetString());
        (await john.Api.Post($"/api/orders/{order.Id}/cancel")).ShouldBe(200).At("order.invoices").GetArrayLength().ShouldBe(2);
        (await admin.Api.Post($"/api/admin/orders/{order.Id}/invoice")).ShouldBeRefused(409, "CONFLICT");

        var unbilled = await john.Order();
        (await john.Api.Post($"/api/orders/{unbilled.Id}/cancel")).ShouldBe(200).At("order.invoices").GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task A_proforma_has_no_number_and_uses_none_up()
    {
        var (john, admin) = (await app.Someone(), await app.Operator());
        var order = await john.Order();
        var before = await Issued("invoice");
        var pdf = (await john.Api.Get($"/api/orders/{order.Id}/proforma")).ShouldBe(200);
        var text = await TextOf(pdf.Bytes);
        text.ShouldContain("Proforma invoice");
        text.ShouldContain(order.CreditorReference);
        text.ShouldNotContain("INV-");
        (await admin.Api.Get($"/api/admin/orders/{order.Id}/proforma")).ShouldBe(200);
        (await Issued("invoice")).ShouldBe(before);
    }

    [Fact]
    public async Task Numbers_have_no_gaps_when_thirty_are_issued_at_once_and_some_are_rolled_back()
    {
        var (john, admin) = (await app.Someone(), await app.Operator());
        var orders = new List<Placed>();
        for (var i = 0; i < 30; i++)
            orders.Add(await john.Order(100 + i));
        // Every third comes to its number and then loses it: the order has no user any more that a mail could go to … after a fault.
        var failing = orders.Where((_, i) => i % 3 == 0).Select(order => order.Id).ToArray();
        await app.Database.Execute(
            $"""
            create function fail_some() returns trigger language plpgsql as $$
            begin
                if new.order_id = any ('{'{'}{string.Join(',', failing)}{'}'}'::uuid[]) then raise exception 'a fault after the number was taken'; end if;
                return new;
            end $$;
            """, null, TestContext.Current.CancellationToken);
        await app.Database.Execute("create trigger fail_some after insert on invoices for each row execute function fail_some()", null, TestContext.Current.CancellationToken);
        var answers = await Task.WhenAll(orders.Select(order => admin.Api.Post($"/api/admin/orders/{order.Id}/payments", "{}")));
        await app.Database.Execute("drop trigger fail_some on invoices", null, TestContext.Current.CancellationToken);
        answers.Count(answer => answer.Status == 500).ShouldBe(10);
        answers.Count(answer => answer.Status == 201).ShouldBe(20);
        foreach (var order in failing)
            (await admin.StatusOf(order)).ShouldBe("pending", "a payment without its invoice is none");
        await Task.WhenAll(failing.Select(order => admin.Pay(order)));

        var numbers = await app.Database.List<int>("select sequence from invoices where kind = 'invoice' and year = 2026 order by sequence", null, TestContext.Current.CancellationToken);
        numbers.ShouldBe(Enumerable.Range(1, numbers.Count));
        numbers.Count.ShouldBeGreaterThanOrEqualTo(30);
    }

    [Fact]
    public async Task What_is_issued_cannot_be_changed()
    {
        var (john, admin) = (await app.Someone(), await app.Operator());
        var order = await john.Order();
        await admin.Pay(order.Id);
        await Should.ThrowAsync<Npgsql.PostgresException>(() => app.Database.Execute("update invoices set gross_amount = 1", null, TestContext.Current.CancellationToken));
        await Should.ThrowAsync<Npgsql.PostgresException>(() => app.Database.Execute("delete from payments", null, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task The_list_of_documents()
    {
        var (john, admin) = (await app.Someone(), await app.Operator());
        var order = await john.Order();
        await admin.Pay(order.Id);
        var list = (await admin.Api.Get("/api/admin/invoices?kind=invoice&from=2026-01-01&limit=200")).ShouldBe(200);
        list.At("total").GetInt64().ShouldBe(list.At("invoices").GetArrayLength());
        list.At("invoices").EnumerateArray().Select(document => document.GetProperty("order_id").GetGuid()).ShouldContain(order.Id);
        (await admin.Api.Get("/api/admin/invoices?to=2020-01-01")).At("total").GetInt64().ShouldBe(0);
        (await admin.Api.Get("/api/admin/invoices?kind=receipt")).ShouldBeRefused(400, "VALIDATION_ERROR");
        (await admin.Api.Get("/api/admin/invoices/INV-1999-000001")).ShouldBeRefused(404, "NOT_FOUND");
    }

    [Fact]
    public async Task Without_weasyprint_a_pdf_is_refused_in_one_sentence_and_all_else_works()
    {
        var node = await app.StartNode(new Dictionary<string, string?>(StringComparer.Ordinal) { ["Documents:Weasyprint"] = "/nowhere/weasyprint" });
        node.Services.GetRequiredService<PdfPrinter>().IsInstalled.ShouldBeFalse();
        var (john, admin) = (await app.Someone(), await app.Operator());
        var order = await john.Order();
        await admin.Pay(order.Id);
        var answer = await ProductFixture.Of(node).With("Cookie", $"{NarhubApp.CookieName}={john.Token}").Get($"/api/orders/{order.Id}/invoice");
        answer.ShouldBeRefused(503, "SERVICE_UNAVAILABLE").At("message").GetString().ShouldBe("No PDF can be printed: WeasyPrint is not installed on this server");
    }

    private Task<long> Issued(string kind) => app.Database.One<long>("select coalesce(sum(last), 0) from invoice_series where kind = @kind", new { kind }, TestContext.Current.CancellationToken);

    private static async Task<string> Text(Person person, Guid order) => await TextOf((await person.Api.Get($"/api/orders/{order}/invoice")).ShouldBe(200).Bytes);

    /// <summary>What somebody reads on the paper: the text of the PDF, by a reader of PDFs that is not ours.</summary>
    private static async Task<string> TextOf(byte[] pdf) => await JavaScript.Run("pdf-text.mjs", Convert.ToBase64String(pdf), TestContext.Current.CancellationToken);
}
