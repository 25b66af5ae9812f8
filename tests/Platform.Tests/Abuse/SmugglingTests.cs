using Colonnade.Testing;
using Shouldly;
using Xunit;

namespace Colonnade.Platform.Tests.Abuse;

/// <summary>
/// Requests that two servers could read differently: nobody gets a second answer out of them, and no hidden request runs.
/// </summary>
public sealed class SmugglingTests(WireApp app) : IClassFixture<WireApp>
{
    private const string Post = "POST /echo HTTP/1.1\nHost: localhost\nContent-Type: application/json\n";
    private const string Get = "GET /health/live HTTP/1.1\nHost: localhost\n";
    private const string Chunks = "e\n{\"text\":\"abc\"}\n0\n\n";
    private const string Body = "{\"text\":\"abc\"}";

    /// <summary>Follows each of the requests below on its line. In all of these texts \n stands for CRLF, ↵ for LF alone, ␍ for CR alone, ␀ for NUL.</summary>
    private const string HiddenRequest = "GET /hidden HTTP/1.1\nHost: localhost\n\n";

    public static TheoryData<string, string> Ambiguous => new()
    {
        { "chunked and a length", Post + "Transfer-Encoding: chunked\nContent-Length: 4\n\n" + Chunks },
        { "a length and chunked", Post + "Content-Length: 4\nTransfer-Encoding: chunked\n\n" + Chunks },
        { "an unknown coding", Post + "Transfer-Encoding: xchunked\n\n" + Chunks },
        { "an unknown coding last", Post + "Transfer-Encoding: chunked, x\n\n" + Chunks },
        { "identity last", Post + "Transfer-Encoding: chunked, identity\n\n" + Chunks },
        { "identity alone, with a length", Post + "Transfer-Encoding: identity\nContent-Length: 4\n\n" + Chunks },
        { "two codings in two lines", Post + "Transfer-Encoding: chunked\nTransfer-Encoding: identity\n\n" + Chunks },
        { "a blank before the colon", Post + "Transfer-Encoding : chunked\nContent-Length: 4\n\n" + Chunks },
        { "a coding in quotes", Post + "Transfer-Encoding: \"chunked\"\nContent-Length: 4\n\n" + Chunks },
        { "a vertical tab in the coding", Post + "Transfer-Encoding: \vchunked\nContent-Length: 4\n\n" + Chunks },
        { "two lengths", Post + "Content-Length: 14\nContent-Length: 4\n\n" + Body },
        { "the same length twice", Post + "Content-Length: 14\nContent-Length: 14\n\n" + Body },
        { "two lengths in one line", Post + "Content-Length: 14, 4\n\n" + Body },
        { "the same length twice in one line", Post + "Content-Length: 14, 14\n\n" + Body },
        { "a negative length", Post + "Content-Length: -1\n\n" + Body },
        { "a hexadecimal length", Post + "Content-Length: 0xe\n\n" + Body },
        { "a length beyond 64 bits", Post + "Content-Length: 18446744073709551630\n\n" + Body },
        { "a length with a blank inside", Post + "Content-Length: 1 4\n\n" + Body },
        { "an empty length", Post + "Content-Length: \n\n" + Body },
        { "a folded length", Post + "Content-Length: 1\n 4\n\n" + Body },
        { "a folded coding", Post + "Transfer-Encoding:\n chunked\n\n" + Chunks },
        { "a first header that begins with a blank", "GET /health/live HTTP/1.1\n Host: localhost\n\n" },
        { "a bare CR in a value", Get + "X: a␍GET /hidden HTTP/1.1␍Host: localhost\n\n" },
        { "a bare CR before a header", Post + "␍Transfer-Encoding: chunked\nContent-Length: 4\n\n" + Chunks },
        { "a NUL in a value", Get + "X: a␀b\n\n" },
        { "a NUL in a name", Get + "X␀: a\n\n" },
        { "a blank in a name", Get + "X Y: a\n\n" },
        { "no name", Get + ": a\n\n" },
        { "no colon", Get + "nothing\n\n" },
        { "absolute form for another host", "GET http://evil.example/health/live HTTP/1.1\nHost: localhost\n\n" },
        { "two hosts", Get + "Host: evil.example\n\n" },
        { "no host", "GET /health/live HTTP/1.1\n\n" },
        { "a host with a path", "GET /health/live HTTP/1.1\nHost: localhost/x\n\n" },
        { "a host with a user", "GET /health/live HTTP/1.1\nHost: a@localhost\n\n" },
        { "a host with a blank", "GET /health/live HTTP/1.1\nHost: local host\n\n" },
        { "chunked in HTTP/1.0", "POST /echo HTTP/1.0\nContent-Type: application/json\nConnection: keep-alive\nTransfer-Encoding: chunked\n\n" + Chunks },
        { "HTTP/0.9", "GET /health/live\n" },
        { "HTTP/1.2", "GET /health/live HTTP/1.2\nHost: localhost\n\n" },
        { "HTTP/2 without asking", "PRI * HTTP/2.0\n\nSM\n\n" },
        { "a version in small letters", "GET /health/live http/1.1\nHost: localhost\n\n" },
        { "two blanks", "GET  /health/live HTTP/1.1\nHost: localhost\n\n" },
        { "a tab", "GET\t/health/live HTTP/1.1\nHost: localhost\n\n" },
        { "no path", "GET HTTP/1.1\nHost: localhost\n\n" },
        { "a NUL in the path", "GET /%00 HTTP/1.1\nHost: localhost\n\n" },
        { "a chunk size with a sign", Post + "Transfer-Encoding: chunked\n\n+e\n{\"text\":\"abc\"}\n0\n\n" },
        { "a chunk size as 0x", Post + "Transfer-Encoding: chunked\n\n0xe\n{\"text\":\"abc\"}\n0\n\n" },
        { "a chunk size beyond 64 bits", Post + "Transfer-Encoding: chunked\n\n1000000000000000e\n{\"text\":\"abc\"}\n0\n\n" },
        { "a negative chunk size", Post + "Transfer-Encoding: chunked\n\n-e\n{\"text\":\"abc\"}\n0\n\n" },
        { "a blank before a chunk size", Post + "Transfer-Encoding: chunked\n\n e\n{\"text\":\"abc\"}\n0\n\n" },
        { "a bare LF after a chunk size", Post + "Transfer-Encoding: chunked\n\ne↵{\"text\":\"abc\"}\n0\n\n" },
        { "a bare LF in a chunk extension", Post + "Transfer-Encoding: chunked\n\ne;x↵{\"text\":\"abc\"}\n0\n\n" },
        { "a bare CR in a chunk extension", Post + "Transfer-Encoding: chunked\n\ne;x␍y\n{\"text\":\"abc\"}\n0\n\n" },
        { "a chunk without its end", Post + "Transfer-Encoding: chunked\n\ne\n{\"text\":\"abc\"}0\n\n" },
        { "a chunk longer than it says", Post + "Transfer-Encoding: chunked\n\n2\n{\"text\":\"abc\"}\n0\n\n" },
        { "bare LFs everywhere", "GET /health/live HTTP/1.1↵Host: localhost↵↵" },
        { "a bare LF before a header", Post + "X: a↵Content-Length: 14\nTransfer-Encoding: chunked\n\n" + Chunks },
    };

    /// <summary>RFC 9112, 6.1: where both stand, or the client is an old one, the coding may be believed if the line is closed after the answer.</summary>
    private static bool MayBeAnswered(string what) => what is "chunked and a length" or "a length and chunked" or "chunked in HTTP/1.0";

    [Theory]
    [MemberData(nameof(Ambiguous))]
    public async Task What_two_servers_could_read_differently_is_refused_and_the_line_closed(string what, string request)
    {
        Hidden.One.Ran = false;
        var answers = await Exchange(request + HiddenRequest);
        answers.Statuses.Count.ShouldBeLessThanOrEqualTo(1, $"{what}: {answers.Text}");
        answers.Closed.ShouldBeTrue($"{what}: {answers.Text}");
        Hidden.One.Ran.ShouldBeFalse(what);
        if (answers.Statuses is [var status] && !MayBeAnswered(what))
            status.ShouldBeInRange(400, 505, $"{what}: {answers.Text}");
    }

    /// <summary>Refused before the body is read, or read to its end: what is in a body is never a request.</summary>
    [Theory]
    [InlineData("GET /health/live HTTP/1.1\nHost: localhost\n", 200)]
    [InlineData("POST /closed HTTP/1.1\nHost: localhost\nContent-Type: application/json\n", 401)]
    [InlineData("POST /echo HTTP/1.1\nHost: localhost\nContent-Type: text/plain\n", 415)]
    [InlineData("POST /echo HTTP/1.1\nHost: localhost\nContent-Type: application/json\nContent-Encoding: gzip\n", 415)]
    [InlineData("POST /echo HTTP/1.1\nHost: localhost\nContent-Type: application/json\n", 400)]
    [InlineData("DELETE /echo HTTP/1.1\nHost: localhost\n", 405)]
    [InlineData("POST /nowhere HTTP/1.1\nHost: localhost\n", 404)]
    [InlineData("POST /echo HTTP/1.1\nHost: localhost\nContent-Type: application/json\nExpect: 100-continue\n", 400)]
    public async Task A_request_inside_a_body_never_runs(string head, int status)
    {
        Hidden.One.Ran = false;
        var length = HiddenRequest.Length + HiddenRequest.Count(letter => letter == '\n');
        string[] bodies =
        [
            $"Content-Length: {length}\n\n{HiddenRequest}",
            $"Transfer-Encoding: chunked\n\n{length:x}\n{HiddenRequest}\n0\n\n",
            $"Transfer-Encoding: chunked\n\n{length:x};name=\"value\"\n{HiddenRequest}\n0\nX-Trailer: 1\nContent-Length: 0\n\n",
        ];
        foreach (var answers in await Task.WhenAll(bodies.Select(body => Exchange(head + body))))
            answers.Statuses.Where(each => each != 100).ShouldBe([status], answers.Text);
        Hidden.One.Ran.ShouldBeFalse(head);
    }

    [Fact]
    public async Task A_coding_beside_chunked_is_a_415()
    {
        // Where the body ends is clear, so what follows is a request of its own.
        (await Exchange(Post + "Transfer-Encoding: gzip, chunked\n\n" + Chunks + HiddenRequest)).Statuses.ShouldBe([415, 200]);
        (await Exchange(Post + "Transfer-Encoding: Chunked\n\n" + Chunks + HiddenRequest)).Statuses.ShouldBe([200, 200]);
    }

    [Fact]
    public async Task Two_honest_requests_on_one_line_get_two_answers()
    {
        Hidden.One.Ran = false;
        var answers = await Exchange(Post + "Content-Length: 14\n\n" + Body + HiddenRequest);
        answers.Statuses.ShouldBe([200, 200]);
        answers.Closed.ShouldBeFalse();
        Hidden.One.Ran.ShouldBeTrue("otherwise nothing here proves anything");
    }

    [Fact]
    public async Task Headers_and_request_lines_have_their_measure()
    {
        (await Exchange($"GET /health/live?{new string('x', 9_000)} HTTP/1.1\nHost: localhost\n\n")).Statuses.ShouldBe([414]);
        (await Exchange(Get + $"X: {new string('x', 17_000)}\n\n")).Statuses.ShouldBe([431]);
        (await Exchange(Get + string.Concat(Enumerable.Range(0, 101).Select(number => $"X-{number}: 1\n")) + "\n")).Statuses.ShouldBe([431]);
    }

    private Task<RawAnswers> Exchange(string written) => RawHttp.Exchange(app.App.Urls.First(), written
        .Replace("\n", "\r\n", StringComparison.Ordinal).Replace('↵', '\n').Replace('␍', '\r').Replace('␀', '\0'));
}
