using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using Colonnade.Platform.Accounts;
using Colonnade.Platform.Database;
using Colonnade.Platform.Web;
using Colonnade.Testing;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace Colonnade.Fragrances.Tests.Abuse;

/// <summary>Who may do what, as data: every route, every kind of caller, the status. A route without a row fails.</summary>
public sealed class AuthorizationTests(AbuseApp app, NeighbourApp neighbour) : IClassFixture<AbuseApp>, IClassFixture<NeighbourApp>
{
    private static readonly string[] Actors = ["anonymous", "garbage", "foreign", "signed-out", "deleted", "banned", "other", "owner"];

    private const string Matrix =
        """
        method route                                             anonymous garbage foreign signed-out deleted banned other owner
        GET    /                                                       200     200     200        200     200    200   200   200
        GET    /health/live                                            200     200     200        200     200    200   200   200
        HEAD   /health/live                                            200     200     200        200     200    200   200   200
        GET    /health/ready                                           200     200     200        200     200    200   200   200
        HEAD   /health/ready                                           200     200     200        200     200    200   200   200
        GET    /openapi.json                                           200     200     200        200     200    200   200   200
        GET    /.well-known/jwks.json                                  200     200     200        200     200    200   200   200
        GET    /verify-email                                           200     200     200        200     200    200   200   200
        POST   /verify-email                                           400     400     400        400     400    400   400   400
        GET    /reset-password                                         200     200     200        200     200    200   200   200
        POST   /reset-password                                         400     400     400        400     400    400   400   400
        POST   /api/auth/register                                      201     201     201        201     201    201   201   201
        POST   /api/auth/login                                         200     200     200        200     200    200   200   200
        POST   /api/auth/refresh                                       200     200     200        200     200    200   200   200
        POST   /api/auth/refresh-token                                 200     200     200        200     200    200   200   200
        POST   /api/auth/verify-email                                  400     400     400        400     400    400   400   400
        POST   /api/auth/resend-verification                           200     200     200        200     200    200   200   200
        POST   /api/auth/reset-password                                200     200     200        200     200    200   200   200
        POST   /api/auth/reset-password/confirm                        400     400     400        400     400    400   400   400
        GET    /api/user/profile                                       401     401     401        401     401    401   200   200
        PUT    /api/user/profile                                       401     401     401        401     401    401   200   200
        GET    /api/fragrances                                         401     401     401        401     401    401   200   200
        GET    /api/fragrances/suggest                                 401     401     401        401     401    401   200   200
        GET    /api/fragrances/{id}                                    401     401     401        401     401    401   200   200
        GET    /api/fragrances/{id}/similar                            401     401     401        401     401    401   200   200
        GET    /api/brands                                             401     401     401        401     401    401   200   200
        GET    /api/user/collection                                    401     401     401        401     401    401   200   200
        POST   /api/user/collection                                    401     401     401        401     401    401   201   201
        GET    /api/user/collection/stats                              401     401     401        401     401    401   200   200
        GET    /api/user/collection/export                             401     401     401        401     401    401   200   200
        POST   /api/user/collection/import                             401     401     401        401     401    401   201   201
        GET    /api/user/collection/imports/{importId}                 401     401     401        401     401    401   404   200
        PUT    /api/user/collection/imports/{importId}/rows/{row}      401     401     401        401     401    401   404   200
        POST   /api/user/collection/imports/{importId}/commit          401     401     401        401     401    401   404   200
        GET    /api/user/collection/{id}                               401     401     401        401     401    401   404   200
        PUT    /api/user/collection/{id}                               401     401     401        401     401    401   404   200
        GET    /api/user/collection/{id}/wears                         401     401     401        401     401    401   404   200
        POST   /api/user/collection/{id}/wears                         401     401     401        401     401    401   404   201
        DELETE /api/user/collection/{id}/wears/{wearId}                401     401     401        401     401    401   404   200
        DELETE /api/user/collection/{id}                               401     401     401        401     401    401   404   200
        GET    /api/users/{id}/collection                              401     401     401        401     401    401   404   404
        POST   /api/auth/logout                                        401     401     401        401     401    401   200   200
        """;

    /// <summary>What a route wants in its body; <c>#</c> is different each time.</summary>
    private static readonly Dictionary<string, string> Bodies = new(StringComparer.Ordinal)
    {
        ["POST /verify-email"] = "token=none",
        ["POST /reset-password"] = "token=none&password=correct-horse-6",
        ["POST /api/auth/register"] = """{"email":"#@example.com","password":"correct-horse-5","fullName":"Jo"}""",
        ["POST /api/auth/login"] = """{"email":"$email","password":"correct-horse-5"}""",
        ["POST /api/auth/refresh"] = """{"refreshToken":"$refresh"}""",
        ["POST /api/auth/refresh-token"] = """{"refreshToken":"$refresh"}""",
        ["POST /api/auth/verify-email"] = """{"token":"none"}""",
        ["POST /api/auth/resend-verification"] = """{"email":"$email"}""",
        ["POST /api/auth/reset-password"] = """{"email":"$email"}""",
        ["POST /api/auth/reset-password/confirm"] = """{"token":"none","password":"correct-horse-6"}""",
        ["PUT /api/user/profile"] = """{"fullName":"Joanna"}""",
        ["POST /api/user/collection"] = """{"fragranceId":3}""",
        ["POST /api/user/collection/import"] = """[{"name":"Eros","brand":"Versace"}]""",
        ["PUT /api/user/collection/imports/{importId}/rows/{row}"] = """{"skip":true}""",
        ["POST /api/user/collection/imports/{importId}/commit"] = """{"onConflict":"skip"}""",
        ["PUT /api/user/collection/{id}"] = """{"rating":4}""",
        ["POST /api/user/collection/{id}/wears"] = """{"date":"2026-03-02"}""",
    };

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static IReadOnlyList<Row> Rows { get; } =
        [.. Matrix.Split('\n').Skip(1).Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            .Select(cells => new Row(cells[0], cells[1], [.. cells[2..].Select(cell => int.Parse(cell, CultureInfo.InvariantCulture))]))];

    [Fact]
    public void Every_route_has_its_row()
    {
        Matrix.Split('\n')[0].Split(' ', StringSplitOptions.RemoveEmptyEntries)[2..].ShouldBe(Actors);
        Rows.ShouldAllBe(row => row.Statuses.Length == Actors.Length);
        var mapped = app.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().SelectMany(endpoint =>
            (endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["*"]).Select(method => $"{method} /{endpoint.RoutePattern.RawText!.Trim('/')}")).ToList();
        mapped.Count.ShouldBeGreaterThan(35);
        mapped.ShouldBe(Rows.Select(row => row.Name), ignoreOrder: true);
    }

    [Fact]
    public async Task Every_caller_is_answered_as_the_matrix_says()
    {
        var flaws = new List<string>();
        var owner = await app.Someone();
        var belonging = await Belonging.Make(owner.Api);
        var callers = await Callers(owner);
        // In this order: what removes something stands behind what needs it.
        foreach (var row in Rows)
        {
            if (row.IsOfOne)
                flaws.AddRange(await TellsNobody(row, owner, belonging, callers["other"]));
            foreach (var (actor, status) in Actors.Zip(row.Statuses))
            {
                var answer = await Call(row, callers[actor], owner, belonging);
                if (answer.Status != status)
                    flaws.Add($"{row.Name} as {actor}: {answer.Status} instead of {status}: {answer.Text}");
                if (status == 401 && (answer.At("error.code").GetString() != "AUTHENTICATION_REQUIRED" || answer.Header("WWW-Authenticate")?.StartsWith("Bearer", StringComparison.Ordinal) != true))
                    flaws.Add($"{row.Name} as {actor}: {answer.Header("WWW-Authenticate")} {answer.Text}");
            }
        }

        flaws.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_is_shown_to_everybody_is_shown_to_customers_until_it_is_closed_or_its_owner_gone()
    {
        var (owner, other) = (await app.Someone(), await app.Someone());
        await Belonging.Make(owner.Api);
        var path = $"/api/users/{owner.Id}/collection";
        (await owner.Api.Put("/api/user/profile", """{"privacySettings":{"collectionPublic":true}}""")).ShouldBe(200);
        (await other.Api.Get(path)).ShouldBe(200);
        (await app.Api.Get(path)).ShouldBeRefused(401);
        await InWork((accounts, work) => accounts.Ban(work, owner.Id, ClientFacts.None, Stop));
        (await other.Api.Get(path)).ShouldBeRefused(404);
        await InWork((accounts, work) => accounts.Unban(work, owner.Id, ClientFacts.None, Stop));
        (await other.Api.Get(path)).ShouldBe(200);
        await InWork((accounts, work) => accounts.Delete(work, owner.Id, ClientFacts.None, Stop));
        (await other.Api.Get(path)).ShouldBeRefused(404);
    }

    /// <summary>Somebody else's is refused like what does not exist.</summary>
    private async Task<IEnumerable<string>> TellsNobody(Row row, Person owner, Belonging belonging, Api other)
    {
        var theirs = await Call(row, other, owner, belonging);
        var nobodys = await Call(row, other, owner, belonging with { Item = int.MaxValue, Wear = int.MaxValue, Import = Guid.CreateVersion7() });
        return theirs.Status == 404 && nobodys.Status == 404 && theirs.At("error").GetRawText() == nobodys.At("error").GetRawText()
            ? []
            : [$"{row.Name}: {theirs.Text} but {nobodys.Text}"];
    }

    private async Task<Dictionary<string, Api>> Callers(Person owner)
    {
        var (signedOut, deleted, banned) = (await app.Someone(), await app.Someone(), await app.Someone());
        foreach (var person in new[] { signedOut, deleted, banned })
            (await person.Api.Get("/api/user/profile")).ShouldBe(200);
        (await signedOut.Api.Post("/api/auth/logout")).ShouldBe(200);
        await InWork((accounts, work) => accounts.Delete(work, deleted.Id, ClientFacts.None, Stop));
        await InWork((accounts, work) => accounts.Ban(work, banned.Id, ClientFacts.None, Stop));
        return new Dictionary<string, Api>(StringComparer.Ordinal)
        {
            ["anonymous"] = app.Api,
            ["garbage"] = app.Api.WithBearer("eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0."),
            ["foreign"] = app.Api.WithBearer(await neighbour.Token()),
            ["signed-out"] = signedOut.Api,
            ["deleted"] = deleted.Api,
            ["banned"] = banned.Api,
            ["other"] = (await app.Someone()).Api,
            ["owner"] = owner.Api,
        };
    }

    private async Task<Answer> Call(Row row, Api caller, Person owner, Belonging belonging)
    {
        var path = row.Route.StartsWith("/api/fragrances/", StringComparison.Ordinal)
            ? row.Route.Replace("{id}", "1", StringComparison.Ordinal)
            : row.Route.Replace("/users/{id}", $"/users/{owner.Id}", StringComparison.Ordinal)
                .Replace("{id}", $"{belonging.Item}", StringComparison.Ordinal)
                .Replace("{wearId}", $"{belonging.Wear}", StringComparison.Ordinal)
                .Replace("{importId}", $"{belonging.Import}", StringComparison.Ordinal)
                .Replace("{row}", "1", StringComparison.Ordinal);
        if (!Bodies.TryGetValue(row.Name, out var body))
            return await caller.Send(row.Method, path);
        body = body.Replace("#", $"{Guid.CreateVersion7():N}", StringComparison.Ordinal)
            .Replace("$email", owner.Email, StringComparison.Ordinal)
            .Replace("$refresh", body.Contains("$refresh", StringComparison.Ordinal) ? (await app.SignIn(owner.Email)).RefreshToken : "", StringComparison.Ordinal);
        return await caller.Send(row.Method, path, new StringContent(
            body, Encoding.UTF8, new MediaTypeHeaderValue(body[0] is '{' or '[' ? "application/json" : "application/x-www-form-urlencoded")));
    }

    private async Task InWork(Func<ProductAccounts, Work, Task<bool>> change)
    {
        await using var work = await app.Database.Begin(Stop);
        (await change(app.Services.GetRequiredService<ProductAccounts>(), work)).ShouldBeTrue();
        await work.Commit(Stop);
    }

    private sealed record Row(string Method, string Route, int[] Statuses)
    {
        public string Name => $"{Method} {Route}";

        /// <summary>Whether it names something that belongs to one person.</summary>
        public bool IsOfOne => Route.Contains("/user/collection/", StringComparison.Ordinal) && Route.Contains('{', StringComparison.Ordinal);
    }
}
