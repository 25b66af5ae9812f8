using Shouldly;
using Xunit;

namespace Colonnade.Narhub.Tests;

[Collection(Printing.OneAfterTheOther)]
public sealed class OrderPrivacyTests(NarhubApp app) : IClassFixture<NarhubApp>
{
    private static readonly string Proof = $$"""{"currentPassword":"{{NarhubApp.Password}}"}""";

    [Fact]
    public async Task Orders_documents_and_quotes_are_in_the_export()
    {
        var (john, jane, admin) = (await app.Someone(), await app.Someone(), await app.Operator());
        var order = await john.Order(more: "\"notes\":\"mine\"");
        await jane.Order(more: "\"notes\":\"of somebody else\"");
        await admin.Pay(order.Id);
        (await john.Api.Post("/api/quotes", $$"""{"items":[{{OrderTests.Item()}}]}""")).ShouldBe(201);
        var export = (await john.Api.Get("/api/user/export")).ShouldBe(200);
        export.At("orders").GetArrayLength().ShouldBe(1);
        export.At("orders[0].notes").GetString().ShouldBe("mine");
        export.At("orders[0].items[0].product_name").GetString().ShouldBe("Thing");
        export.At("invoices[0].order_id").GetGuid().ShouldBe(order.Id);
        export.At("quotes").GetArrayLength().ShouldBe(1);
        export.Text.ShouldNotContain("of somebody else");
    }

    [Fact]
    public async Task Erasure_keeps_what_bookkeeping_needs_and_forgets_the_rest()
    {
        var (john, admin) = (await app.Someone(), await app.Operator());
        const string Person = "\"billing_name\":\"Johannes Unverwechselbar\",\"billing_address\":\"Only Street 1\",\"notes\":\"call me\",\"purchase_order_number\":\"PO-1\"";
        var (paid, unpaid) = (await john.Order(11_900, Person), await john.Order(500, Person));
        await admin.Pay(paid.Id);
        var quote = (await john.Api.Post("/api/quotes", $$"""{"items":[{{OrderTests.Item()}}],"notes":"for Johannes Unverwechselbar"}""")).ShouldBe(201).At("quote.id").GetGuid();
        var number = (await john.Api.Get($"/api/orders/{paid.Id}")).At("order.invoices[0].number").GetString();
        (await john.Api.Send("DELETE", "/api/user", Proof)).ShouldBe(200);

        var kept = (await admin.Api.Get($"/api/admin/orders/{paid.Id}")).ShouldBe(200);
        kept.At("order.total_amount").GetInt64().ShouldBe(11_900);
        kept.At("order.status").GetString().ShouldBe("processing");
        kept.At("customer.is_erased").GetBoolean().ShouldBeTrue();
        kept.Text.ShouldNotContain("Unverwechselbar");
        kept.Text.ShouldNotContain("Only Street");
        kept.Text.ShouldNotContain(john.Email);
        (await admin.Api.Get($"/api/admin/invoices/{number}")).ShouldBe(200).Header("Content-Type").ShouldBe("application/pdf");
        (await admin.StatusOf(unpaid.Id)).ShouldBe("cancelled");
        (await admin.Api.Get($"/api/admin/quotes/{quote}")).At("quote.status").GetString().ShouldBe("withdrawn");
        (await admin.Api.Get($"/api/admin/quotes/{quote}")).Text.ShouldNotContain("Unverwechselbar");
        await app.RunJobs();
        (await app.Mails(john.Email)).ShouldNotContain(mail => mail.Subject.Contains("cancelled", StringComparison.Ordinal), "nobody is written to who asked to be forgotten");
    }
}
