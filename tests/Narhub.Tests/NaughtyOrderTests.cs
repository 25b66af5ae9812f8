using System.Text.Json;
using Colonnade.Testing;
using Shouldly;
using Xunit;

namespace Colonnade.Narhub.Tests;

[Collection(Printing.OneAfterTheOther)]
public sealed class NaughtyOrderTests(NarhubApp app) : IClassFixture<NarhubApp>
{
    [Fact]
    public async Task Whatever_text_is_ordered_it_comes_back_goes_by_mail_and_is_printed()
    {
        var (john, admin) = (await app.Someone(), await app.Operator());
        var texts = JsonDocument.Parse(await JavaScript.Run("corpora.mjs", "", TestContext.Current.CancellationToken)).RootElement.GetProperty("naughty").EnumerateArray()
            .Select(text => text.GetString()!).Concat(Enumerable.Range(1, 31).Select(control => $"a{(char)control}b")).Concat(["a\u2028b", "a\ufffeb", "\u202egnp.exe", "\U0010ffff", "]]>", "<!--"])
            .Where(text => !string.IsNullOrWhiteSpace(text) && text.Length <= 200 && !text.Contains('\0', StringComparison.Ordinal)).Distinct(StringComparer.Ordinal).ToList();
        texts.Count.ShouldBeGreaterThan(300);
        foreach (var batch in texts.Chunk(OrderWish.MostItems))
        {
            var body = JsonSerializer.Serialize(new
            {
                items = batch.Select(text => new { product_slug = text, product_name = text, product_icon = text.Length <= 64 ? text : null, price_min = 1, price_max = 1, final_price = 1 }),
                total_amount = batch.Length,
                billing_name = batch[0],
                billing_company = batch[^1],
                billing_address = string.Join('\n', batch.Take(5)),
                billing_vat = batch[0].Length <= 50 ? batch[0] : null,
                notes = string.Join('\n', batch.Take(15)),
            });
            var placed = (await john.Api.Post("/api/orders", body)).ShouldBe(201);
            var order = (await john.Api.Get(placed.Header("Location")!)).ShouldBe(200).At("order");
            order.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("product_name").GetString()).ShouldBe(batch);
            order.GetProperty("billing_company").GetString().ShouldBe(batch[^1]);
            var id = order.GetProperty("id").GetGuid();
            await admin.Pay(id);
            (await john.Api.Get($"/api/orders/{id}/invoice")).ShouldBe(200).Bytes.AsSpan(0, 5).ToArray().ShouldBe("%PDF-"u8.ToArray());
        }

        (await john.Api.Get("/api/orders?format=csv")).ShouldBe(200);
        await app.RunJobs();
        (await app.Database.List<string>("select kind || ': ' || coalesce(error, '') from jobs where state <> 'done' and kind like 'mail%'", null, TestContext.Current.CancellationToken)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Whatever_text_a_bank_passes_on_is_kept_and_shown()
    {
        var admin = await app.Operator();
        var texts = JsonDocument.Parse(await JavaScript.Run("corpora.mjs", "", TestContext.Current.CancellationToken)).RootElement.GetProperty("naughty").EnumerateArray()
            .Select(text => text.GetString()!).Where(text => text.All(System.Xml.XmlConvert.IsXmlChar) && text.Trim().Length > 0).Take(400).ToList();
        var entries = texts.Select(text => Shop.Entry(1, System.Security.SecurityElement.Escape(text), Shop.NewReference()));
        var imported = (await admin.Import(Shop.Camt([.. entries]))).ShouldBe(201);
        imported.At("statement.new_lines").GetInt32().ShouldBe(texts.Count);
        (await admin.Api.Get(imported.Header("Location")!)).ShouldBe(200).At("lines").EnumerateArray().Select(line => line.GetProperty("remittance").GetString()!)
            .ShouldBe(texts.Select(text => text.ReplaceLineEndings("\n").Trim()), ignoreOrder: true);
    }
}
