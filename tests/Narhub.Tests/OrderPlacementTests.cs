using System.Text.Json;
using Colonnade.Narhub.Banking;
using Colonnade.Testing;
using Shouldly;
using Xunit;

namespace Colonnade.Narhub.Tests;

public sealed class OrderPlacementTests(NarhubApp app) : IClassFixture<NarhubApp>
{
    [Fact]
    public async Task A_hundred_orders_with_one_key_are_one()
    {
        var john = await app.Someone();
        await Fill(john);
        var key = Guid.CreateVersion7().ToString();
        var answers = await NarhubApp.AtOnce(100, _ => john.Api.With("Idempotency-Key", key).Post("/api/orders", OrderTests.Documented));
        // A hundred at once may also find all connections taken for too long: that too says to come again.
        answers.Select(answer => answer.Status).Distinct().Except([201, 409, 503]).ShouldBeEmpty();
        answers.ShouldContain(answer => answer.Status == 201);
        answers.Where(answer => answer.Status == 201).Select(answer => answer.At("order.id").GetGuid()).Distinct().ShouldHaveSingleItem();
        (await john.Api.Get("/api/orders")).At("orders").GetArrayLength().ShouldBe(1);
        var again = (await john.Api.With("Idempotency-Key", key).Post("/api/orders", OrderTests.Documented)).ShouldBe(201);
        again.Header("Idempotent-Replayed").ShouldBe("true");
        (await john.Api.With("Idempotency-Key", key).Post("/api/orders", OrderTests.Documented.Replace("John", "Jane", StringComparison.Ordinal))).ShouldBeRefused(422, "IDEMPOTENCY_KEY_REUSED");
    }

    [Fact]
    public async Task Orders_without_a_key_are_all_placed_and_no_two_have_one_reference()
    {
        var john = await app.Someone();
        var answers = await NarhubApp.AtOnce(60, _ => john.Api.Post("/api/orders", OrderTests.Documented));
        answers.ShouldAllBe(answer => answer.Status == 201);
        answers.Select(answer => answer.At("order.payment_reference").GetString()!).ShouldBeUnique(StringComparer.Ordinal);
    }

    [Fact]
    public async Task A_reference_that_is_taken_is_drawn_again()
    {
        var john = await app.Someone();
        // Every reference but a few is taken: only drawing again gets through.
        await app.Database.Execute(
            """
            create function take_most() returns trigger language plpgsql as $$
            begin
                if new.reference !~ '^NH-[A-M]' then return null; end if;
                return new;
            end $$;
            """, null, TestContext.Current.CancellationToken);
        await app.Database.Execute("create trigger take_most before insert on payment_references for each row execute function take_most()", null, TestContext.Current.CancellationToken);
        try
        {
            var answers = await NarhubApp.AtOnce(20, _ => john.Api.Post("/api/orders", OrderTests.Documented));
            answers.ShouldAllBe(answer => answer.Status == 201);
            answers.Select(answer => answer.At("order.payment_reference").GetString()![3]).ShouldAllBe(letter => letter <= 'M');
        }
        finally
        {
            await app.Database.Execute("drop trigger take_most on payment_references", null, TestContext.Current.CancellationToken);
        }
    }

    [Theory]
    [InlineData("order_items")]
    [InlineData("order_changes")]
    [InlineData("cart_items")]
    [InlineData("jobs")]
    [InlineData("webhook_events")]
    public async Task A_fault_anywhere_leaves_nothing_behind(string table)
    {
        var (john, admin) = (await app.Someone(), await app.Operator());
        (await admin.Api.Post("/api/admin/webhooks", """{"url":"https://hooks.example.com/","event_types":["order.created"]}""")).ShouldBe(201);
        await Fill(john);
        var jobs = await Count("jobs");
        await app.Database.Execute("create or replace function fail() returns trigger language plpgsql as $$ begin raise exception 'a fault'; end $$", null, TestContext.Current.CancellationToken);
        await app.Database.Execute($"create trigger fail before insert or delete on {table} for each statement execute function fail()", null, TestContext.Current.CancellationToken);
        (await john.Api.Post("/api/orders", OrderTests.Documented)).ShouldBeRefused(500, "INTERNAL_ERROR");
        await app.Database.Execute($"drop trigger fail on {table}", null, TestContext.Current.CancellationToken);
        (await john.Api.Get("/api/orders")).At("orders").GetArrayLength().ShouldBe(0);
        (await john.Api.Get("/api/cart")).At("items").GetArrayLength().ShouldBe(1);
        (await Count("jobs")).ShouldBe(jobs);
        (await app.Database.One<long>("select count(*) from payment_references r where not exists (select from orders o where o.id = r.order_id)", null, TestContext.Current.CancellationToken)).ShouldBe(0);
        (await john.Api.Post("/api/orders", OrderTests.Documented)).ShouldBe(201);
    }

    [Fact]
    public async Task Orders_and_carts_that_meet_never_wait_for_each_other_crosswise()
    {
        var john = await app.Someone();
        var answers = await NarhubApp.AtOnce(40, turn => turn % 2 == 0
            ? john.Api.Post("/api/orders", OrderTests.Documented)
            : john.Api.Post("/api/cart", $$"""{"productId":"p{{turn % 6}}","slug":"p","name":"P","priceMin":1,"priceMax":2}"""));
        answers.ShouldAllBe(answer => answer.Status == 200 || answer.Status == 201);
    }

    [Fact]
    public async Task The_instructions_say_how_to_pay_by_sepa_and_the_code_says_the_same()
    {
        var john = await app.Someone();
        var placed = (await john.Api.Post("/api/orders", OrderTests.Documented)).ShouldBe(201);
        var pay = placed.At("order.payment_instructions");
        pay.EnumerateObject().Select(member => member.Name).ShouldBe(
            ["method", "beneficiary", "iban", "bic", "bank", "amount", "currency", "reference", "creditor_reference", "due_date", "epc_qr_payload", "qr_url"]);
        pay.GetProperty("amount").GetInt64().ShouldBe(4_000_000);
        pay.GetProperty("reference").GetString().ShouldBe(placed.At("order.payment_reference").GetString());
        pay.GetProperty("due_date").GetString().ShouldBe(app.Clock.GetUtcNow().AddDays(14).ToString("yyyy-MM-dd", null));
        CreditorReference.IsValid(pay.GetProperty("creditor_reference").GetString()!).ShouldBeTrue();
        Iban.Parse(pay.GetProperty("iban").GetString()).ShouldNotBeNull();
        var payload = pay.GetProperty("epc_qr_payload").GetString()!;
        payload.Split('\n').ShouldBe(
        [
            "BCD", "002", "1", "SCT", pay.GetProperty("bic").GetString()!, pay.GetProperty("beneficiary").GetString()!, pay.GetProperty("iban").GetString()!,
            "EUR40000.00", "", pay.GetProperty("creditor_reference").GetString()!,
        ]);
        (await john.Api.Get(placed.Header("Location")!)).At("order.payment_instructions").GetRawText().ShouldBe(pay.GetRawText());

        var url = new Uri(pay.GetProperty("qr_url").GetString()!);
        var png = (await john.Api.Get(url.AbsolutePath)).ShouldBe(200);
        png.Header("Content-Type").ShouldBe("image/png");
        var scanned = JsonDocument.Parse(await JavaScript.Run("qr.mjs", Convert.ToBase64String(png.Bytes), TestContext.Current.CancellationToken)).RootElement;
        scanned.GetProperty("text").GetString().ShouldBe(payload);
        scanned.GetProperty("version").GetInt32().ShouldBeLessThanOrEqualTo(13);
    }

    [Fact]
    public async Task By_swift_there_is_no_code_but_the_banks_address_and_who_bears_the_charges()
    {
        var john = await app.Someone();
        var placed = (await john.Api.Post("/api/orders", OrderTests.Documented.Replace("SEPA", "SWIFT", StringComparison.Ordinal))).ShouldBe(201);
        var pay = placed.At("order.payment_instructions");
        pay.EnumerateObject().Select(member => member.Name).ShouldBe(
            ["method", "beneficiary", "iban", "bic", "bank", "bank_address", "charge_code", "amount", "currency", "reference", "creditor_reference", "due_date"]);
        pay.GetProperty("charge_code").GetString().ShouldBe("SHA");
        (await john.Api.Get($"/api/orders/{placed.At("order.id").GetGuid()}/qr.png")).ShouldBeRefused(404, "NOT_FOUND");
    }

    [Fact]
    public async Task An_amount_too_large_for_a_code_is_ordered_without_one()
    {
        var john = await app.Someone();
        var answer = (await john.Api.Post("/api/orders", """{"items":[{"product_slug":"x","product_name":"X","price_min":1,"price_max":100000000000,"final_price":100000000000}],"total_amount":100000000000,"payment_method":"SEPA"}""")).ShouldBe(201);
        answer.At("order.payment_instructions").TryGetProperty("epc_qr_payload", out _).ShouldBeFalse();
    }

    private static async Task Fill(Person person) =>
        (await person.Api.Post("/api/cart", """{"productId":"vigil-ai","slug":"vigil-ai","name":"VIGIL AI","priceMin":3000000,"priceMax":5000000}""")).ShouldBe(200);

    private Task<long> Count(string table) => app.Database.One<long>($"select count(*) from {table}", null, TestContext.Current.CancellationToken);
}

/// <summary>Takes the same order again within ten minutes for a repetition, reminds after seven days and cancels after thirty.</summary>
public sealed class PatientApp : NarhubApp
{
    protected override IReadOnlyDictionary<string, string?> Settings => new Dictionary<string, string?>(base.Settings, StringComparer.Ordinal)
    {
        ["Orders:DuplicateWindow"] = "00:10:00",
        ["Orders:RemindAfterDays"] = "7",
        ["Orders:CancelAfterDays"] = "30",
    };
}

public sealed class UnpaidOrderTests(PatientApp app) : IClassFixture<PatientApp>
{
    [Fact]
    public async Task Within_the_window_the_same_order_is_one_however_many_send_it_at_once()
    {
        var (john, jane) = (await app.Someone(), await app.Someone());
        var answers = await NarhubApp.AtOnce(20, _ => john.Api.Post("/api/orders", OrderTests.Documented));
        answers.ShouldAllBe(answer => answer.Status == 201);
        answers.Select(answer => answer.At("order.id").GetGuid()).Distinct().ShouldHaveSingleItem();
        (await john.Api.Post("/api/orders", OrderTests.Documented.Replace("John", "Jane", StringComparison.Ordinal))).At("order.id").GetGuid().ShouldNotBe(answers[0].At("order.id").GetGuid());
        (await jane.Api.Post("/api/orders", OrderTests.Documented)).At("order.id").GetGuid().ShouldNotBe(answers[0].At("order.id").GetGuid());
        await app.Advance(TimeSpan.FromMinutes(11));
        (await john.Api.Post("/api/orders", OrderTests.Documented)).At("order.id").GetGuid().ShouldNotBe(answers[0].At("order.id").GetGuid());
    }

    [Fact]
    public async Task Who_does_not_pay_is_reminded_once_and_then_the_order_is_cancelled()
    {
        var john = await app.Someone();
        var admin = await app.Operator();
        var (unpaid, partly) = (await john.Order(1_000), await john.Order(2_000));
        await admin.Pay(partly.Id, 500);
        await app.RunJobs();
        await app.Advance(TimeSpan.FromDays(6));
        await app.RunJobs();
        (await Mails(john, "reminder")).ShouldBe(0);
        await app.Advance(TimeSpan.FromDays(1));
        await app.RunJobs();
        (await Mails(john, "reminder")).ShouldBe(2);
        await app.Advance(TimeSpan.FromDays(1));
        await app.RunJobs();
        (await Mails(john, "reminder")).ShouldBe(2);
        await app.Advance(TimeSpan.FromDays(22));
        await app.RunJobs();
        admin = await app.Operator();
        (await admin.StatusOf(unpaid.Id)).ShouldBe("cancelled");
        (await admin.StatusOf(partly.Id)).ShouldBe("pending", "somebody has paid for it");
        (await Mails(john, "was cancelled")).ShouldBe(1);
        (await admin.Api.Get($"/api/admin/orders/{unpaid.Id}")).At("history[1].reason").GetString().ShouldBe("No payment had arrived in time.");
    }

    private async Task<int> Mails(Person person, string about) => (await app.Mails(person.Email)).Count(mail => mail.Subject.Contains(about, StringComparison.Ordinal));
}
