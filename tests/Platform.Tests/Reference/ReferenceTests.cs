using System.Text.Json;
using Shouldly;
using Xunit;

namespace Colonnade.Platform.Tests.Reference;

public sealed class ReferenceTests(ReferenceApp app) : IClassFixture<ReferenceApp>
{
    [Fact]
    public async Task An_operation_is_named_after_its_file_and_handler_and_says_who_may_call_and_how_often()
    {
        var list = await Operation("/books", "get");
        list.GetProperty("operationId").GetString().ShouldBe("library.list");
        list.GetProperty("summary").GetString().ShouldBe("List books");
        list.GetProperty("description").GetString().ShouldBe("For whoever is signed in.\n\nLimit `reads`: 20 requests a minute for each caller.");
        list.GetProperty("security").GetRawText().ShouldContain("badge");
        (await Operation("/books/{id}", "get")).GetProperty("security")[0].EnumerateObject().ShouldBeEmpty();
        (await Document()).GetProperty("components").GetProperty("securitySchemes").GetProperty("badge").GetProperty("in").GetString().ShouldBe("cookie");
    }

    [Fact]
    public async Task What_metadata_implies_is_refused_in_the_dialect()
    {
        Statuses(await Operation("/books", "get")).ShouldBe(["200", "400", "401", "429", "500", "503"]);
        Statuses(await Operation("/books", "post")).ShouldBe(["201", "400", "401", "403", "409", "413", "415", "422", "429", "500", "503"]);
        Statuses(await Operation("/books/{id}", "get")).ShouldBe(["200", "304", "400", "404", "429", "500", "503"]);
        Statuses(await Operation("/books/cover.png", "get")).ShouldBe(["200", "400", "500", "503"]);

        var conflict = (await Operation("/books", "post")).GetProperty("responses").GetProperty("409");
        var examples = conflict.GetProperty("content").GetProperty("application/json").GetProperty("examples");
        examples.GetProperty("SHELF_FULL").GetProperty("value").GetRawText().ShouldContain("The shelf is full");
        examples.GetProperty("KEY_RUNNING").GetProperty("value").GetProperty("message").GetString().ShouldBe("Still running");
        var invalid = (await Operation("/books", "post")).GetProperty("responses").GetProperty("400");
        invalid.GetRawText().ShouldContain("A book has a title", customMessage: "the body {} is refused with its own rules");
        var limited = (await Document()).GetProperty("components").GetProperty("responses").GetProperty("RateLimited");
        limited.GetProperty("headers").EnumerateObject().Select(header => header.Name).ShouldContain("X-RateLimit-Remaining", StringComparer.Ordinal);
        limited.GetProperty("headers").TryGetProperty("Retry-After", out _).ShouldBeTrue();
    }

    [Fact]
    public async Task Parameters_are_those_that_the_reader_reads()
    {
        var parameters = (await Operation("/books", "get")).GetProperty("parameters").EnumerateArray().ToDictionary(of => of.GetProperty("name").GetString()!, of => of.GetProperty("schema"), StringComparer.Ordinal);
        parameters.Keys.ShouldBe(["shelf", "limit", "kind"]);
        parameters["shelf"].GetProperty("maximum").GetInt32().ShouldBe(9);
        parameters["limit"].GetProperty("default").GetInt32().ShouldBe(20);
        parameters["kind"].GetProperty("enum").EnumerateArray().Select(choice => choice.GetString()).ShouldBe(["novel", "atlas"]);
        (await Operation("/books", "post")).GetProperty("parameters").GetRawText().ShouldContain("IdempotencyKey");
        (await Operation("/books/{id}", "get")).GetProperty("parameters")[0].GetProperty("schema").GetProperty("format").GetString().ShouldBe("uuid");
    }

    [Fact]
    public async Task A_parameter_that_is_read_and_not_stated_is_a_failure_under_test()
    {
        (await app.Api.Get("/books/careless")).ShouldBe(500);
        string.Join('\n', app.Log.All).ShouldContain("reads the parameter hidden and does not state it");
    }

    [Fact]
    public async Task Bodies_have_their_lengths_and_what_is_not_used_is_not_there()
    {
        var document = await Document();
        var title = document.GetProperty("components").GetProperty("schemas").GetProperty("NewBook").GetProperty("properties").GetProperty("title");
        title.GetProperty("maxLength").GetInt32().ShouldBe(40);
        document.GetProperty("paths").TryGetProperty("/books/undescribed", out _).ShouldBeFalse();
        document.GetProperty("components").GetProperty("headers").TryGetProperty("Location", out _).ShouldBeTrue();
        document.GetProperty("components").GetProperty("parameters").TryGetProperty("IfMatch", out _).ShouldBeFalse("no route checks a version");
        (await Operation("/books/cover.png", "get")).GetProperty("responses").GetProperty("200").GetProperty("content").EnumerateObject().Select(type => type.Name).ShouldBe(["image/png"]);
    }

    [Fact]
    public async Task The_document_is_the_same_each_time() =>
        (await app.Api.Get("/openapi.json")).Text.ShouldBe((await ReferenceApp.Of(await app.StartNode()).Get("/openapi.json")).Text);

    private static List<string> Statuses(JsonElement operation) => [.. operation.GetProperty("responses").EnumerateObject().Select(response => response.Name).Order(StringComparer.Ordinal)];

    private async Task<JsonElement> Operation(string path, string method) => (await Document()).GetProperty("paths").GetProperty(path).GetProperty(method);

    private async Task<JsonElement> Document() => (await app.Api.Get("/openapi.json")).ShouldBe(200).Json;
}
