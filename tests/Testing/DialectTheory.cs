using System.Net.Http.Headers;
using System.Text;
using Shouldly;
using Xunit;

namespace Colonnade.Testing;

/// <summary>
/// What every product must refuse in its own words. A product's test class derives from this, says where to knock, and
/// proves its envelope.
/// </summary>
public abstract class DialectTheory(ProductFixture app)
{
    /// <summary>A POST route that anyone may call and that reads JSON.</summary>
    protected abstract string OpenPost { get; }

    /// <summary>A GET route that needs a credential and reads the table that <see cref="Table"/> names.</summary>
    protected abstract string ClosedGet { get; }

    /// <summary>The product's table behind <see cref="ClosedGet"/>.</summary>
    protected abstract string Table { get; }

    /// <summary>A client with a good credential.</summary>
    protected abstract Task<Api> SignedIn();

    /// <summary>Asserts the product's envelope around this refusal.</summary>
    protected abstract void ShouldBeInTheDialect(Answer answer, int status);

    [Fact]
    public async Task An_unknown_route() => ShouldBeInTheDialect(await app.Api.Get("/api/no/such/route"), 404);

    [Fact]
    public async Task An_unknown_route_asked_for_by_a_browser() => ShouldBeInTheDialect(await app.Api.With("Accept", "text/html").Get("/nothing"), 404);

    [Fact]
    public async Task A_wrong_method()
    {
        var answer = await app.Api.Delete(OpenPost);
        ShouldBeInTheDialect(answer, 405);
        answer.Header("Allow")!.ShouldContain("POST");
    }

    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("")]
    [InlineData("{\"email\":\"\\u0000\"}")]
    [InlineData("{\"email\":\"\\udc00\"}")]
    public async Task A_body_that_cannot_be_read(string body) => ShouldBeInTheDialect(await app.Api.Post(OpenPost, body), 400);

    [Fact]
    public async Task A_wrong_media_type()
    {
        using var text = new StringContent("{}", Encoding.UTF8, new MediaTypeHeaderValue("text/plain"));
        ShouldBeInTheDialect(await app.Api.Send("POST", OpenPost, text), 415);
    }

    [Fact]
    public async Task A_body_too_large() =>
        ShouldBeInTheDialect(await app.Api.Post(OpenPost, "{\"email\":\"" + new string('x', 200_000) + "\"}"), 413);

    [Fact]
    public async Task No_credential() => ShouldBeInTheDialect(await app.Api.Get(ClosedGet), 401);

    [Theory]
    [InlineData("Bearer")]
    [InlineData("Bearer x.y.z")]
    [InlineData("Basic dXNlcjpwYXNz")]
    public async Task A_credential_that_is_none(string value) => ShouldBeInTheDialect(await app.Api.With("Authorization", value).Get(ClosedGet), 401);

    [Fact]
    public async Task An_unexpected_failure()
    {
        var api = await SignedIn();
        await app.Database.Execute($"alter table {Table} rename to mislaid", null, TestContext.Current.CancellationToken);
        try
        {
            var answer = await api.Get(ClosedGet);
            ShouldBeInTheDialect(answer, 500);
            answer.Text.ShouldContain(answer.Header("X-Request-Id")!);
            answer.Text.ShouldNotContain(Table);
            answer.Text.ShouldNotContain("Npgsql");
        }
        finally
        {
            await app.Database.Execute($"alter table mislaid rename to {Table}", null, TestContext.Current.CancellationToken);
        }
    }

    [Fact]
    public async Task A_database_that_ends_the_statement()
    {
        var api = await SignedIn();
        await using var blocker = await app.Database.Begin(TestContext.Current.CancellationToken);
        await blocker.Execute($"lock table {Table} in access exclusive mode", null, TestContext.Current.CancellationToken);
        // The lock time-out of 2 s is PostgreSQL's own and cannot be moved by a clock of ours.
        var answer = await api.Get(ClosedGet);
        ShouldBeInTheDialect(answer, 503);
        answer.Header("Retry-After").ShouldNotBeNull();
    }
}
