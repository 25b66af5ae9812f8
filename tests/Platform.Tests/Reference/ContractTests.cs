using System.Net;
using System.Text;
using Colonnade.Testing;
using Shouldly;
using Xunit;

namespace Colonnade.Platform.Tests.Reference;

/// <summary>What holds every answer of the test suite against the documents must be able to fail.</summary>
public sealed class ContractTests
{
    private const string Good = """{"id":"0195a2f0-0000-7000-8000-000000000001","title":"Ulysses","kind":"novel","pages":730,"author":null,"tags":["long"],"counts":{"a":1}}""";

    private static readonly Contract Books = Contract.Parse(
        """
        {
          "openapi": "3.1.1",
          "paths": {
            "/books/{id}": { "get": { "responses": {
              "200": {
                "headers": { "ETag": {}, "X-RateLimit-Limit": {} },
                "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Book" } }, "image/png": {} } },
              "201": { "headers": { "Location": {} } },
              "404": { "$ref": "#/components/responses/Missing" } } } },
            "/books/latest": { "get": { "responses": { "204": {} } } }
          },
          "components": {
            "responses": { "Missing": { "content": { "application/json": { "schema": { "$ref": "#/components/schemas/ErrorEnvelope" } } } } },
            "schemas": {
              "ErrorEnvelope": { "type": "object", "required": ["code"], "properties": { "code": { "type": "string" } } },
              "Author": { "type": "object", "required": ["name"], "properties": { "name": { "type": "string", "minLength": 2, "maxLength": 4 } } },
              "Book": { "type": "object", "required": ["id", "title"], "properties": {
                "id": { "type": "string", "format": "uuid" },
                "title": { "type": "string", "pattern": "^[A-Z]" },
                "kind": { "type": "string", "enum": ["novel", "atlas"] },
                "pages": { "type": "integer", "format": "int32", "minimum": 1, "maximum": 9999 },
                "author": { "oneOf": [{ "type": "null" }, { "$ref": "#/components/schemas/Author" }] },
                "tags": { "type": "array", "items": { "type": "string" }, "maxItems": 2 },
                "counts": { "type": "object", "additionalProperties": { "type": "integer" } },
                "odd": { "uniqueItems": true } } } } }
        }
        """);

    [Fact]
    public void What_is_as_documented_has_no_flaw()
    {
        Flaws("/books/1", Answer(200, Good)).ShouldBeEmpty();
        Flaws("/BOOKS/1?x=y", Answer(200, Good)).ShouldBeEmpty("routes ignore case");
        Flaws("/books/1", Answer(404, """{"code":"NO"}""")).ShouldBeEmpty();
        Flaws("/books/latest", Answer(204, "")).ShouldBeEmpty("a literal step wins over a parameter");
        Flaws("/books/1", Answer(405, """{"code":"NO"}""")).ShouldBeEmpty("no route answers it");
        Flaws("/nowhere", Answer(404, """{"code":"NO"}""")).ShouldBeEmpty();
        Flaws("/books/1", Answer(200, "png", "image/png")).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("\"title\":\"Ulysses\"", "\"title\":\"Ulysses\",\"secret\":1", "$.secret is not documented")]
    [InlineData("\"title\":\"Ulysses\",", "", "$.title is missing")]
    [InlineData("\"Ulysses\"", "null", "$.title is null")]
    [InlineData("\"Ulysses\"", "\"ulysses\"", "does not match")]
    [InlineData("\"novel\"", "\"poem\"", "none of")]
    [InlineData("730", "\"730\"", "and not integer")]
    [InlineData("730", "7.5", "and not integer")]
    [InlineData("730", "0", "breaks minimum")]
    [InlineData("730", "10000", "breaks maximum")]
    [InlineData("730", "9999999999", "the format int32")]
    [InlineData("0195a2f0-", "", "the format uuid")]
    [InlineData("\"author\":null", "\"author\":{\"name\":\"J\"}", "breaks minLength")]
    [InlineData("\"author\":null", "\"author\":{\"name\":\"Joyce\"}", "breaks maxLength")]
    [InlineData("\"author\":null", "\"author\":{\"name\":\"Jim\",\"born\":1882}", "born is not documented")]
    [InlineData("[\"long\"]", "[1]", "$.tags[0]")]
    [InlineData("[\"long\"]", "[\"a\",\"b\",\"c\"]", "breaks maxItems")]
    [InlineData("{\"a\":1}", "{\"a\":\"one\"}", "$.counts.a")]
    [InlineData("\"title\":\"Ulysses\"", "\"title\":\"Ulysses\",\"odd\":[]", "uniqueItems is not known here")]
    public void A_body_that_is_not_as_documented_is_found_out(string was, string becomes, string flaw) =>
        string.Join('\n', Flaws("/books/1", Answer(200, Good.Replace(was, becomes, StringComparison.Ordinal)))).ShouldContain(flaw);

    [Fact]
    public void Statuses_types_and_headers_that_are_not_documented_are_found_out()
    {
        Flaws("/books/1", Answer(418, "{}")).ShouldBe(["418 is not documented"]);
        Flaws("/books/1", Answer(200, "text", "text/plain")).ShouldHaveSingleItem().ShouldContain("text/plain");
        Flaws("/books/latest", Answer(204, Good)).ShouldHaveSingleItem().ShouldContain("a body");
        Flaws("/books/1", Answer(404, "")).ShouldBe(["there is no body"]);
        Flaws("/books/1", Answer(404, "{}")).ShouldHaveSingleItem().ShouldContain("$.code is missing");
        Flaws("/nowhere", Answer(404, "{}")).ShouldHaveSingleItem().ShouldContain("$.code is missing");
        Flaws("/books/1", Answer(405, "{}")).ShouldHaveSingleItem().ShouldContain("$.code is missing");
        Flaws("/books/1", Answer(201, "")).ShouldBe(["the header Location is missing"]);
        Flaws("/books/latest", Answer(204, "", etag: true)).ShouldBe(["the header ETag is not documented"]);
        Books.FlawsOf("GET", "/books/1", null, Answer(200, Good), isLimited: true).ShouldBe(["the header X-RateLimit-Limit is missing"]);
    }

    private static IReadOnlyList<string> Flaws(string target, Answer answer) => Books.FlawsOf("GET", target, null, answer, isLimited: false);

    private static Answer Answer(int status, string body, string type = "application/json", bool etag = false)
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        using var response = new HttpResponseMessage((HttpStatusCode)status) { Content = new ByteArrayContent(bytes) };
        response.Content.Headers.TryAddWithoutValidation("Content-Type", type + "; charset=utf-8");
        if (etag)
            response.Headers.TryAddWithoutValidation("ETag", "\"7\"");
        return new Answer(status, response, bytes);
    }
}
