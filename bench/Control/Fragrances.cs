using System.Text.Json;
using Npgsql;

namespace Colonnade.Control;

/// <summary>
/// The reads of Fragrances as plainly as they can be written: the page with <c>count(*)</c>, the ranked
/// <c>tsvector</c> search, one fragrance, one collection. The table <c>control_search</c> is made by the bench.
/// </summary>
internal static class Fragrances
{
    private const string Fields =
        """
        f.id, f.name, b.id, b.name, f.description, f.launch_year, f.concentration, f.gender, f.top_notes, f.middle_notes,
        f.base_notes, f.fragrance_family, f.price_range, f.popularity_score, f.image_url
        """;

    private const string Joined = "from fragrances.fragrances f join fragrances.brands b on b.id = f.brand_id";

    public static void MapFragrances(this IEndpointRouteBuilder app)
    {
        app.MapGet("/page", (HttpContext http, NpgsqlDataSource database, Guid account, int limit, int offset) => Page(
            http, database,
            $"select {Fields}, exists (select from fragrances.collection_items c where c.fragrance_id = f.id and c.account_id = $1) {Joined} order by f.popularity_score desc nulls last, f.id limit $2 offset $3",
            "select count(*) from fragrances.fragrances where $1 = $1", limit, offset, account, limit, offset));

        app.MapGet("/search", (HttpContext http, NpgsqlDataSource database, Guid account, string q, int limit) => Page(
            http, database,
            $"""
            select {Fields}, exists (select from fragrances.collection_items c where c.fragrance_id = f.id and c.account_id = $1)
            {Joined} join fragrances.control_search s on s.id = f.id
            where s.words @@ plainto_tsquery('simple', $2)
            order by ts_rank(s.words, plainto_tsquery('simple', $2)) desc, f.popularity_score desc nulls last, f.id limit $3
            """,
            "select count(*) from fragrances.control_search where words @@ plainto_tsquery('simple', $2) and $1 = $1 and $3 = $3", limit, 0, account, q, limit));

        app.MapGet("/fragrance/{id:int}", Fragrance);
        app.MapGet("/collection", Collection);
    }

    private static async Task Page(HttpContext http, NpgsqlDataSource database, string rows, string count, int limit, int offset, params object[] values)
    {
        await using var connection = await database.OpenConnectionAsync();
        await using var batch = new NpgsqlBatch(connection);
        foreach (var sql in (string[])[rows, count])
        {
            var command = new NpgsqlBatchCommand(sql);
            foreach (var value in sql == rows ? values : values[..(sql.Contains("$3", StringComparison.Ordinal) ? 3 : 1)])
                command.Parameters.Add(new NpgsqlParameter { Value = value });
            batch.BatchCommands.Add(command);
        }

        await using var reader = await batch.ExecuteReaderAsync();
        using var body = new MemoryStream();
        using var json = new Utf8JsonWriter(body);
        json.WriteStartObject();
        json.WriteStartArray("fragrances");
        while (await reader.ReadAsync())
        {
            json.WriteStartObject();
            Common(json, reader);
            json.WriteBoolean("isInUserCollection", reader.GetBoolean(15));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        await reader.NextResultAsync();
        await reader.ReadAsync();
        var total = reader.GetInt64(0);
        json.WriteStartObject("pagination");
        json.WriteNumber("total", total);
        json.WriteNumber("limit", limit);
        json.WriteNumber("offset", offset);
        json.WriteBoolean("hasMore", offset + limit < total);
        json.WriteEndObject();
        json.WriteNumber("searchTime", 0);
        json.WriteEndObject();
        await Send(http, json, body);
    }

    private static async Task Fragrance(HttpContext http, NpgsqlDataSource database, int id, Guid account)
    {
        await using var command = database.CreateCommand(
            $"""
            select {Fields}, b.description, b.country, b.founded_year, f.bottle_image_url, f.is_discontinued, f.created_at, f.updated_at,
                   c.rating, c.personal_notes, c.is_owned, c.is_wishlist
            {Joined} left join fragrances.collection_items c on c.fragrance_id = f.id and c.account_id = $1
            where f.id = $2
            """);
        command.Parameters.Add(new NpgsqlParameter { Value = account });
        command.Parameters.Add(new NpgsqlParameter { Value = id });
        await using var reader = await command.ExecuteReaderAsync();
        if (!await reader.ReadAsync())
        {
            http.Response.StatusCode = 404;
            return;
        }

        using var body = new MemoryStream();
        using var json = new Utf8JsonWriter(body);
        json.WriteStartObject();
        Common(json, reader, brand =>
        {
            brand.WriteString("description", reader.GetString(15));
            brand.WriteString("country", reader.GetString(16));
            Number(brand, "foundedYear", reader, 17);
        });
        json.WriteString("bottleImageUrl", reader.GetString(18));
        json.WriteBoolean("isDiscontinued", reader.GetBoolean(19));
        json.WriteString("createdAt", reader.GetDateTime(20));
        json.WriteString("updatedAt", reader.GetDateTime(21));
        if (!reader.IsDBNull(24))
        {
            json.WriteStartObject("userCollection");
            Number(json, "rating", reader, 22);
            json.WriteString("personalNotes", reader.GetString(23));
            json.WriteBoolean("isOwned", reader.GetBoolean(24));
            json.WriteBoolean("isWishlist", reader.GetBoolean(25));
            json.WriteEndObject();
        }

        json.WriteEndObject();
        await Send(http, json, body);
    }

    private static void Common(Utf8JsonWriter json, NpgsqlDataReader reader, Action<Utf8JsonWriter>? brand = null)
    {
        json.WriteNumber("id", reader.GetInt32(0));
        json.WriteString("name", reader.GetString(1));
        json.WriteStartObject("brand");
        json.WriteNumber("id", reader.GetInt32(2));
        json.WriteString("name", reader.GetString(3));
        brand?.Invoke(json);
        json.WriteEndObject();
        json.WriteString("description", reader.GetString(4));
        Number(json, "launchYear", reader, 5);
        json.WriteString("concentration", reader.GetString(6));
        json.WriteString("gender", reader.GetString(7));
        Texts(json, "topNotes", reader, 8);
        Texts(json, "middleNotes", reader, 9);
        Texts(json, "baseNotes", reader, 10);
        json.WriteString("fragranceFamily", reader.GetString(11));
        json.WriteString("priceRange", reader.GetString(12));
        if (reader.IsDBNull(13))
            json.WriteNull("popularityScore");
        else
            json.WriteNumber("popularityScore", reader.GetFloat(13));
        json.WriteString("imageUrl", reader.GetString(14));
    }

    private static void Number(Utf8JsonWriter json, string name, NpgsqlDataReader reader, int column)
    {
        if (reader.IsDBNull(column))
            json.WriteNull(name);
        else
            json.WriteNumber(name, Convert.ToInt32(reader.GetValue(column), System.Globalization.CultureInfo.InvariantCulture));
    }

    private static void Texts(Utf8JsonWriter json, string name, NpgsqlDataReader reader, int column)
    {
        json.WriteStartArray(name);
        foreach (var text in reader.GetFieldValue<string[]>(column))
            json.WriteStringValue(text);
        json.WriteEndArray();
    }

    private static async Task Send(HttpContext http, Utf8JsonWriter json, MemoryStream body)
    {
        await json.FlushAsync();
        http.Response.ContentType = "application/json; charset=utf-8";
        http.Response.ContentLength = body.Length;
        await http.Response.Body.WriteAsync(body.GetBuffer().AsMemory(0, (int)body.Length));
    }
}
