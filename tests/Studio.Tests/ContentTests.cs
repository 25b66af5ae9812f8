using System.Net.Http.Headers;
using System.Text;
using Colonnade.Testing;
using Shouldly;
using Xunit;

namespace Colonnade.Studio.Tests;

public sealed class ContentTests(StudioApp app) : IClassFixture<StudioApp>
{
    public static TheoryData<string, string, string, int> Corpus => new()
    {
        { "pdf", "brief.pdf", "application/pdf", 201 },
        { "jpeg and html", "photo.jpg", "image/jpeg", 201 },
        { "png", "not-a.pdf", "image/png", 201 },
        { "svg", "logo.svg", "", 415 },
        { "html", "picture.png", "", 415 },
        { "empty", "empty.pdf", "", 400 },
        { "cut off", "picture.png", "", 400 },
        { "bomb", "picture.png", "", 400 },
        { "program", "brief.pdf", "", 415 },
        { "text", "../../../etc/passwd", "text/plain", 201 },
        { "zip", "..\\\\..\\\\evil.zip", "application/zip", 201 },
    };

    [Theory]
    [MemberData(nameof(Corpus))]
    public async Task A_file_is_taken_for_what_it_is(string kind, string name, string mediaType, int status)
    {
        var order = await app.Paid();
        var answer = (await StudioApp.Upload(order.Customer.Api, order.Id, Sample(kind), "reference", name)).ShouldBe(status);
        if (status != 201)
        {
            answer.ShouldBeRefused(status);
            (await app.Database.One<long>("select count(*) from contents where order_id = @Id", order, StudioApp.Stop)).ShouldBe(0);
            return;
        }

        var content = (await order.Customer.Api.Get(answer.Header("Location")!)).ShouldBe(200);
        content.At("content.mimeType").GetString().ShouldBe(mediaType);
        content.At("content.id").GetGuid().ShouldBe(answer.At("id").GetGuid());
        content.At("content.orderId").GetGuid().ShouldBe(order.Id);
        content.At("content.type").GetString().ShouldBe("reference");
        content.At("content.name").GetString()!.ShouldNotContain("..");
        var served = (await app.Api.Get(new Uri(content.At("url").GetString()!).PathAndQuery)).ShouldBe(200);
        served.Header("Content-Type").ShouldBe(mediaType);
        served.Header("Content-Disposition")!.ShouldStartWith(mediaType.StartsWith("image/", StringComparison.Ordinal) ? "inline" : "attachment");
        served.Header("Content-Security-Policy")!.ShouldContain("sandbox");
        Encoding.Latin1.GetString(served.Bytes).ShouldNotContain("<script");
        served.Bytes.Length.ShouldBe(content.At("content.size").GetInt32());
    }

    [Fact]
    public async Task A_signed_link_needs_no_token_and_ends_after_a_quarter_of_an_hour()
    {
        var order = await app.Paid();
        var link = new Uri((await StudioApp.Upload(order.Customer.Api, order.Id, SampleFiles.Pdf)).ShouldBe(201).At("url").GetString()!).PathAndQuery;
        (await app.Api.Get(link)).ShouldBe(200).Bytes.ShouldBe(SampleFiles.Pdf);
        await app.Advance(TimeSpan.FromMinutes(15) + TimeSpan.FromSeconds(1));
        (await app.Api.Get(link)).ShouldBeRefused(403);
    }

    [Fact]
    public async Task A_small_file_may_come_as_JSON()
    {
        var order = await app.Paid();
        var file = Convert.ToBase64String(SampleFiles.Png());
        var answer = (await order.Customer.Api.Post("/api/content/upload", $$"""{"file":"{{file}}","type":"Requirement","orderId":"{{order.Id}}","fileName":"sea.png"}""")).ShouldBe(201);
        (await order.Customer.Api.Get(answer.Header("Location")!)).At("content.name").GetString().ShouldBe("sea.png");
        (await order.Customer.Api.Post("/api/content/upload", $$"""{"file":"data:image/png;base64,{{file}}","type":"image/png","orderId":"{{order.Id}}"}""")).ShouldBe(201);
        (await order.Customer.Api.Post("/api/content/upload", $$"""{"file":"no base64!","type":"x","orderId":"{{order.Id}}"}""")).ShouldBeRefused(400);
        (await order.Customer.Api.Post("/api/content/upload", $$"""{"type":"x","orderId":"{{order.Id}}"}""")).ShouldBeRefused(400);
        (await order.Customer.Api.Post("/api/content/upload", "[1]")).ShouldBeRefused(400);
        (await order.Customer.Api.Post("/api/content/upload", $$"""{"file":"{{new string('A', 2_000_000)}}","type":"x","orderId":"{{order.Id}}"}""")).ShouldBeRefused(413);
    }

    [Fact]
    public async Task A_form_that_does_not_hold_together_is_refused()
    {
        var order = await app.Paid();
        var api = order.Customer.Api;
        (await StudioApp.Upload(api, order.Id, SampleFiles.Pdf, "not a slug!")).ShouldBeRefused(400);
        (await StudioApp.Upload(api, order.Id, SampleFiles.Pdf, "")).ShouldBeRefused(400);
        (await StudioApp.Upload(api, Guid.CreateVersion7(), SampleFiles.Pdf)).ShouldBeRefused(404);
        using var noFile = new MultipartFormDataContent { { new StringContent("requirement"), "type" }, { new StringContent(order.Id.ToString()), "orderId" } };
        (await api.Send("POST", "/api/content/upload", noFile)).ShouldBeRefused(400);
        using var broken = new StringContent("--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\nhalf");
        broken.Headers.ContentType = MediaTypeHeaderValue.Parse("multipart/form-data; boundary=b");
        (await api.Send("POST", "/api/content/upload", broken)).ShouldBeRefused(400);
        using var plain = new StringContent("hello");
        (await api.Send("POST", "/api/content/upload", plain)).ShouldBeRefused(415);
        Directory.EnumerateFiles(Path.Combine(app.FilesDirectory, "incoming")).ShouldBeEmpty();
    }

    [Fact]
    public async Task Ten_mebibytes_are_taken_and_a_byte_more_is_not()
    {
        var order = await app.Paid();
        byte[] pdf = [.. SampleFiles.Pdf, .. new byte[10 * 1024 * 1024 - SampleFiles.Pdf.Length]];
        var taken = (await StudioApp.Upload(order.Customer.Api, order.Id, pdf)).ShouldBe(201);
        var content = (await order.Customer.Api.Get(taken.Header("Location")!)).ShouldBe(200);
        content.At("content.size").GetInt64().ShouldBe(10 * 1024 * 1024);
        (await app.Api.Get(new Uri(content.At("url").GetString()!).PathAndQuery)).ShouldBe(200).Bytes.AsSpan().SequenceEqual(pdf).ShouldBeTrue();
        (await StudioApp.Upload(order.Customer.Api, order.Id, [.. pdf, 0])).ShouldBeRefused(413).At("error.details.mostBytes").GetInt64().ShouldBe(10 * 1024 * 1024);
        Directory.EnumerateFiles(Path.Combine(app.FilesDirectory, "incoming")).ShouldBeEmpty();
    }

    [Fact]
    public async Task Files_are_for_those_the_order_concerns()
    {
        var order = await app.Paid();
        var (customer, provider, stranger) = (order.Customer.Api, order.Offer.Provider.Api, (await app.Someone()).Api);
        var brief = "/api/content/" + (await StudioApp.Upload(customer, order.Id, SampleFiles.Pdf)).ShouldBe(201).At("id").GetString();
        (await StudioApp.Upload(stranger, order.Id, SampleFiles.Pdf)).ShouldBeRefused(404);
        (await provider.Get(brief)).ShouldBe(200);
        (await stranger.Get(brief)).ShouldBeRefused(404);
        (await app.Api.Get(brief)).ShouldBeRefused(401);
        (await (await app.Someone("admin")).Api.Get(brief)).ShouldBe(200);
        (await customer.Get("/api/content/7")).ShouldBeRefused(404);

        // What is to be delivered is shown when it is.
        var work = "/api/content/" + (await StudioApp.Upload(provider, order.Id, SampleFiles.Png(), "deliverable")).ShouldBe(201).At("id").GetString();
        (await provider.Get(work)).ShouldBe(200);
        (await customer.Get(work)).ShouldBeRefused(404);
        (await provider.Post($"/api/orders/{order.Id}/deliver")).ShouldBe(200);
        (await customer.Get(work)).ShouldBe(200).At("content.delivery").GetInt32().ShouldBe(1);

        await app.RunJobs();
        var thumbnail = (await customer.Get(work)).At("content.thumbnails[0].url").GetString()!;
        (await app.Api.Get(new Uri(thumbnail).PathAndQuery)).ShouldBe(200).Header("Content-Type").ShouldBe("image/webp");

        (await customer.Post($"/api/orders/{order.Id}/dispute", """{"reason":"x"}""")).ShouldBe(200);
        (await (await app.Someone("admin")).Api.Post($"/api/orders/{order.Id}/resolve", """{"outcome":"refunded"}""")).ShouldBe(200);
        (await StudioApp.Upload(customer, order.Id, SampleFiles.Pdf)).ShouldBeRefused(409, "CONFLICT");
    }

    [Fact]
    public async Task An_upload_that_is_repeated_with_its_key_is_one_file()
    {
        var order = await app.Paid();
        var api = order.Customer.Api.With("Idempotency-Key", "brief");
        var answers = await StudioApp.AtOnce(6, _ => StudioApp.Upload(api, order.Id, SampleFiles.Pdf));
        answers.ShouldAllBe(answer => answer.Status == 201);
        answers.Select(answer => answer.Text).Distinct(StringComparer.Ordinal).Count().ShouldBe(1);
        answers.Count(answer => answer.Header("Idempotent-Replayed") == "true").ShouldBe(5);
        var (id, owner) = (answers[0].At("id").GetGuid(), order.Customer.Id);
        (await app.Database.List<Guid>("select id from files where owner_id = @owner", new { owner }, StudioApp.Stop)).ShouldBe([id]);
        // What came again was taken and found to be there: its bytes are gone.
        var known = await app.Database.List<Guid>("select id from files", null, StudioApp.Stop);
        Directory.EnumerateFiles(app.FilesDirectory, "*", SearchOption.AllDirectories).ShouldAllBe(file => known.Contains(Guid.ParseExact(Path.GetFileName(file).Substring(0, 32), "N")));
        (await app.Database.One<long>("select count(*) from contents where order_id = @Id", order, StudioApp.Stop)).ShouldBe(1);
        (await StudioApp.Upload(api, order.Id, SampleFiles.Png())).ShouldBeRefused(422, "IDEMPOTENCY_MISMATCH");
    }

    [Fact]
    public async Task Whoever_has_no_room_left_is_told_so_and_nothing_is_kept()
    {
        var order = await app.Paid();
        await app.Database.Execute("insert into file_quotas (owner_id, bytes, files) values (@Id, 2147483648 - 100, 5)", order.Customer, StudioApp.Stop);
        (await StudioApp.Upload(order.Customer.Api, order.Id, [.. SampleFiles.Pdf, .. new byte[100]])).ShouldBeRefused(409, "QUOTA_EXCEEDED");
        (await app.Database.One<long>("select count(*) from contents where order_id = @Id", order, StudioApp.Stop)).ShouldBe(0);
        (await StudioApp.Upload(order.Customer.Api, order.Id, "short"u8.ToArray())).ShouldBe(201);
        (await StudioApp.Upload(order.Offer.Provider.Api, order.Id, [.. SampleFiles.Pdf, .. new byte[100]])).ShouldBe(201);
    }

    private static byte[] Sample(string kind) => kind switch
    {
        "pdf" => SampleFiles.Pdf,
        "jpeg and html" => SampleFiles.JpegOfAPlace,
        "png" => SampleFiles.Png(),
        "svg" => SampleFiles.Svg,
        "html" => SampleFiles.HtmlPage,
        "empty" => [],
        "cut off" => SampleFiles.Png()[..^16],
        "bomb" => SampleFiles.PngOf(50_000, 50_000),
        "program" => [0x7f, .. "ELF"u8, 2, 1, 1, 0],
        "text" => "Draw a lighthouse"u8.ToArray(),
        "zip" => [.. "PK\u0003\u0004"u8, .. new byte[26], .. "../../evil"u8],
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };
}
