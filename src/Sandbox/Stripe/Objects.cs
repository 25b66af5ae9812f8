using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Colonnade.Platform.Database;

namespace Colonnade.Sandbox.Stripe;

/// <summary>Everything remembered, by id, as the API answers it. Times inside are seconds since 1970.</summary>
internal sealed class Objects(Work work, CancellationToken stop)
{
    private const string Letters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    /// <summary>A new id: what it is, and 24 letters that nobody guesses.</summary>
    public static string NewId(string prefix, int letters = 24) => prefix + "_" + RandomNumberGenerator.GetString(Letters, letters);

    /// <summary>The object; null when there is none of that kind.</summary>
    public async Task<JsonObject?> TryFind(string kind, string id) =>
        Parse(await work.One<string>("select body::text from stripe_objects where id = @id and kind = @kind", new { id, kind }, stop));

    /// <summary>The object, of whatever kind; for <c>expand</c>.</summary>
    public async Task<JsonObject?> TryFind(string id) =>
        Parse(await work.One<string>("select body::text from stripe_objects where id = @id", new { id }, stop));

    /// <inheritdoc cref="TryFind(string, string)"/>
    /// <exception cref="StripeRefusal"><c>resource_missing</c>.</exception>
    public async Task<JsonObject> Find(string kind, string id, string? parameter = "id") => await TryFind(kind, id) ?? throw StripeRefusal.Unknown(kind, id, parameter);

    /// <summary>The object, which nobody else changes until this transaction is over.</summary>
    /// <exception cref="StripeRefusal"><c>resource_missing</c>.</exception>
    public async Task<JsonObject> Lock(string kind, string id, string? parameter = "id") =>
        Parse(await work.One<string>("select body::text from stripe_objects where id = @id and kind = @kind for update", new { id, kind }, stop))
        ?? throw StripeRefusal.Unknown(kind, id, parameter);

    public Task Add(JsonObject body) => work.Execute(
        "insert into stripe_objects (id, kind, created, body) values (@Id, @Kind, @Created, @Body::jsonb)",
        new { Id = (string)body["id"]!, Kind = (string)body["object"]!, Created = (long)body["created"]!, Body = body.ToJsonString() }, stop);

    public Task Save(JsonObject body) => work.Execute(
        "update stripe_objects set body = @Body::jsonb where id = @Id", new { Id = (string)body["id"]!, Body = body.ToJsonString() }, stop);

    public Task Remove(string id) => work.Execute("delete from stripe_objects where id = @id", new { id }, stop);

    /// <summary>All of a kind whose members are as in <paramref name="like"/>, newest first; at most a thousand.</summary>
    public async Task<List<JsonObject>> All(string kind, JsonObject like) =>
        [.. (await work.List<string>(
            "select body::text from stripe_objects where kind = @kind and body @> @Like::jsonb order by number desc limit 1000",
            new { kind, Like = like.ToJsonString() }, stop)).Select(body => Parse(body)!)];

    /// <summary>
    /// A page of a list as the API has it: <c>limit</c> (1 to 100, 10), <c>starting_after</c> or <c>ending_before</c>,
    /// <c>created</c>; newest first.
    /// </summary>
    /// <param name="kind"></param>
    /// <param name="url">The list's own path, which the answer repeats.</param>
    /// <param name="like">Members that those listed have.</param>
    /// <param name="given">Paging, and a range of times.</param>
    /// <param name="where">One more condition in SQL over <c>body</c>, of this house's making.</param>
    /// <param name="values">Texts for it, as <c>@values</c>.</param>
    public async Task<JsonObject> Page(string kind, string url, JsonObject like, Parameters given, string where = "true", IReadOnlyList<string>? values = null)
    {
        var limit = given.Number("limit", 1, 100) ?? 10;
        var (after, before) = (await NumberOf(kind, given, "starting_after"), await NumberOf(kind, given, "ending_before"));
        var created = given.Of("created");
        var rows = await work.List<string>(
            $"""
            select body::text from (
                select body, number from stripe_objects
                where kind = @kind and body @> @Like::jsonb and {where}
                  and (@after::bigint is null or number < @after) and (@before::bigint is null or number > @before)
                  and (@Exact::bigint is null or created = @Exact)
                  and (@From::bigint is null or created >= @From) and (@Above::bigint is null or created > @Above)
                  and (@To::bigint is null or created <= @To) and (@Below::bigint is null or created < @Below)
                order by case when @before::bigint is null then -number else number end
                limit @Most) found
            order by case when @before::bigint is null then -number else number end
            """,
            new
            {
                kind,
                Like = like.ToJsonString(),
                after,
                before,
                Values = values ?? [],
                Most = limit + 1,
                Exact = given.Number("created"),
                From = created?.Number("gte"),
                Above = created?.Number("gt"),
                To = created?.Number("lte"),
                Below = created?.Number("lt"),
            }, stop);
        var page = rows.Take((int)limit).Select(body => Parse(body)!);
        return ListOf(url, before is null ? page : page.Reverse(), rows.Count > limit);
    }

    public static JsonObject ListOf(string url, IEnumerable<JsonNode> data, bool hasMore = false) => new()
    {
        ["object"] = "list",
        ["data"] = new JsonArray([.. data]),
        ["has_more"] = hasMore,
        ["url"] = url,
    };

    private async Task<long?> NumberOf(string kind, Parameters given, string name)
    {
        if (given.Filled(name) is not { } id)
            return null;
        return await work.One<long?>("select number from stripe_objects where id = @id and kind = @kind", new { id, kind }, stop)
            ?? throw StripeRefusal.Unknown(kind, id, name);
    }

    private static JsonObject? Parse(string? body) => body is null ? null : JsonNode.Parse(body)!.AsObject();
}
