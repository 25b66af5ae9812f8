using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Npgsql;

namespace Colonnade.Control;

/// <summary>
/// The reads of Fragrances as plainly as they can be written: a page with <c>count(*)</c>, a ranked <c>tsvector</c> search,
/// one fragrance, a collection. The table <c>control.search</c> is made by the bench.
/// </summary>
internal static class Fragrances
{
    private const string Fields =
        """
        f.id, f.name, b.id, b.name, f.description, f.launch_year, f.concentration, f.gender, f.top_notes, f.middle_notes,
        f.base_notes, f.fragrance_family, f.price_range, f.popularity_score, f.image_url
        """;

    private const string Collected = "exists (select from fragrances.collection_items c where c.fragrance_id = f.id and c.account_id = $1)";

    private const string Joined = "from fragrances.fragrances f join fragrances.brands b on b.id = f.brand_id";

    public static void MapFragrances(this IEndpointRouteBuilder app, NpgsqlDataSource database)
    {
        app.MapGet("/page", http => Page(
            http, database,
            $"select {Fields}, {Collected} {Joined} order by f.popularity_score desc nulls last, f.id limit $2 offset $3",
            [Account(http), Number(http, "limit"), Number(http, "offset")],
            "select count(*) from fragrances.fragrances", []));

        app.MapGet("/search", http => Page(
            http, database,
            $"""
            select {Fields}, {Collected}
            {Joined} join control.search s on s.id = f.id
            where s.words @@ plainto_tsquery('simple', $2)
            order by ts_rank(s.words, plainto_tsquery('simple', $2)) desc, f.popularity_score desc nulls last, f.id limit $3
            """,
            [Account(http), Text(http, "q"), Number(http, "limit")],
            "select count(*) from control.search where words @@ plainto_tsquery('simple', $1)", [Text(http, "q")]));

        app.MapGet("/fragrance/{id:int}", http => Fragrance(http, database));
        app.MapGet("/collection", http => Collection(http, database));
    }

    private static async Task Page(
        HttpContext http, NpgsqlDataSource database, string rows, object[] valuesOfRows, string count, object[] valuesOfCount)
    {
        await using var connection = await database.OpenConnectionAsync();
        await using var batch = new NpgsqlBatch(connection) { BatchCommands = { Command(rows, valuesOfRows), Command(count, valuesOfCount) } };
        await using var reader = await batch.ExecuteReaderAsync();
        using var answer = new Answer();
        var json = answer.Json;
        json.WriteStartObject();
        json.WriteStartArray("fragrances");
        while (await reader.ReadAsync())
        {
            json.WriteStartObject();
            Facts(json, reader);
            json.WriteBoolean("isInUserCollection", reader.GetBoolean(15));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        await reader.NextResultAsync();
        await reader.ReadAsync();
        Pagination(json, reader.GetInt64(0), Number(http, "limit"), Number(http, "offset"));
        json.WriteNumber("searchTime", 0.12);
        json.WriteEndObject();
        await answer.Send(http);
    }

    private static async Task Fragrance(HttpContext http, NpgsqlDataSource database)
    {
        await using var command = database.CreateCommand(
            $"""
            select {Fields}, b.description, b.country, b.founded_year, f.bottle_image_url, f.is_discontinued, f.created_at, f.updated_at,
                   f.accords, f.perfumers, f.longevity, f.sillage, f.seasons,
                   c.rating, c.personal_notes, c.is_owned, c.is_wishlist
            {Joined} left join fragrances.collection_items c on c.fragrance_id = f.id and c.account_id = $1
            where f.id = $2
            """);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = Account(http) });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = int.Parse((string)http.Request.RouteValues["id"]!, CultureInfo.InvariantCulture) });
        await using var reader = await command.ExecuteReaderAsync();
        if (!await reader.ReadAsync())
        {
            http.Response.StatusCode = 404;
            return;
        }

        using var answer = new Answer();
        var json = answer.Json;
        json.WriteStartObject();
        Facts(json, reader, static (brand, row) =>
        {
            brand.WriteString("description", row.GetString(15));
            brand.WriteString("country", row.GetString(16));
            brand.WriteInteger("foundedYear", row, 17);
        });
        json.WriteString("bottleImageUrl", reader.GetString(18));
        json.WriteBoolean("isDiscontinued", reader.GetBoolean(19));
        json.WriteTime("createdAt", reader, 20);
        json.WriteTime("updatedAt", reader, 21);
        json.WriteTexts("accords", reader, 22);
        json.WriteTexts("perfumers", reader, 23);
        json.WriteString("longevity", reader.GetString(24));
        json.WriteString("sillage", reader.GetString(25));
        json.WriteTexts("seasons", reader, 26);
        if (!reader.IsDBNull(29))
        {
            json.WriteStartObject("userCollection");
            json.WriteInteger("rating", reader, 27);
            json.WriteString("personalNotes", reader.GetString(28));
            json.WriteBoolean("isOwned", reader.GetBoolean(29));
            json.WriteBoolean("isWishlist", reader.GetBoolean(30));
            json.WriteEndObject();
        }

        json.WriteEndObject();
        await answer.Send(http);
    }

    private static async Task Collection(HttpContext http, NpgsqlDataSource database)
    {
        await using var command = database.CreateCommand(
            """
            select i.id, f.id, f.name, b.id, b.name, f.image_url, f.concentration, f.gender, i.rating, i.personal_notes, i.purchase_date,
                   i.bottle_size_ml, i.remaining_ml, i.is_wishlist, i.is_owned, i.times_worn, i.occasions, i.seasons, i.added_at, i.updated_at,
                   s.total, s.owned, s.wished, s.average, s.worn
            from (select count(*) as total, count(*) filter (where is_owned) as owned, count(*) filter (where is_wishlist) as wished,
                         coalesce(round(avg(rating), 2), 0) as average,
                         coalesce((select w.name from fragrances.collection_items m join fragrances.fragrances w on w.id = m.fragrance_id
                                   where m.account_id = $1 and m.times_worn > 0
                                   order by m.times_worn desc, m.last_worn_on desc nulls last, w.name limit 1), '') as worn
                  from fragrances.collection_items where account_id = $1) s,
                 (select * from fragrances.collection_items where account_id = $1 order by added_at desc, id limit 20) i
                 join fragrances.fragrances f on f.id = i.fragrance_id
                 join fragrances.brands b on b.id = f.brand_id
            order by i.added_at desc, i.id
            """);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = Account(http) });
        await using var reader = await command.ExecuteReaderAsync();
        using var answer = new Answer();
        var json = answer.Json;
        json.WriteStartObject();
        json.WriteStartArray("collection");
        var (total, owned, wished, average, worn) = (0L, 0L, 0L, 0m, "");
        while (await reader.ReadAsync())
        {
            (total, owned, wished, average, worn) =
                (reader.GetInt64(20), reader.GetInt64(21), reader.GetInt64(22), reader.GetDecimal(23), reader.GetString(24));
            json.WriteStartObject();
            json.WriteNumber("id", reader.GetInt32(0));
            json.WriteStartObject("fragrance");
            json.WriteNumber("id", reader.GetInt32(1));
            json.WriteString("name", reader.GetString(2));
            json.WriteStartObject("brand");
            json.WriteNumber("id", reader.GetInt32(3));
            json.WriteString("name", reader.GetString(4));
            json.WriteEndObject();
            json.WriteString("imageUrl", reader.GetString(5));
            json.WriteString("concentration", reader.GetString(6));
            json.WriteString("gender", reader.GetString(7));
            json.WriteEndObject();
            json.WriteInteger("rating", reader, 8);
            json.WriteString("personalNotes", reader.GetString(9));
            json.WriteDay("purchaseDate", reader, 10);
            json.WriteDouble("bottleSizeML", reader, 11);
            json.WriteDouble("remainingML", reader, 12);
            json.WriteBoolean("isWishlist", reader.GetBoolean(13));
            json.WriteBoolean("isOwned", reader.GetBoolean(14));
            json.WriteNumber("timesWorn", reader.GetInt32(15));
            json.WriteTexts("occasions", reader, 16);
            json.WriteTexts("seasons", reader, 17);
            json.WriteTime("addedAt", reader, 18);
            json.WriteTime("updatedAt", reader, 19);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartObject("stats");
        json.WriteNumber("totalOwned", owned);
        json.WriteNumber("totalWishlist", wished);
        json.WriteNumber("averageRating", average);
        json.WriteString("mostWornFragrance", worn);
        json.WriteEndObject();
        Pagination(json, total, 20, 0);
        json.WriteEndObject();
        await answer.Send(http);
    }

    /// <summary>What every answer tells of a fragrance: the columns of <see cref="Fields"/>.</summary>
    private static void Facts(Utf8JsonWriter json, NpgsqlDataReader reader, Action<Utf8JsonWriter, NpgsqlDataReader>? moreOfBrand = null)
    {
        json.WriteNumber("id", reader.GetInt32(0));
        json.WriteString("name", reader.GetString(1));
        json.WriteStartObject("brand");
        json.WriteNumber("id", reader.GetInt32(2));
        json.WriteString("name", reader.GetString(3));
        moreOfBrand?.Invoke(json, reader);
        json.WriteEndObject();
        json.WriteString("description", reader.GetString(4));
        json.WriteInteger("launchYear", reader, 5);
        json.WriteString("concentration", reader.GetString(6));
        json.WriteString("gender", reader.GetString(7));
        json.WriteTexts("topNotes", reader, 8);
        json.WriteTexts("middleNotes", reader, 9);
        json.WriteTexts("baseNotes", reader, 10);
        json.WriteString("fragranceFamily", reader.GetString(11));
        json.WriteString("priceRange", reader.GetString(12));
        json.WriteReal("popularityScore", reader, 13);
        json.WriteString("imageUrl", reader.GetString(14));
    }

    private static void Pagination(Utf8JsonWriter json, long total, int limit, int offset)
    {
        json.WriteStartObject("pagination");
        json.WriteNumber("total", total);
        json.WriteNumber("limit", limit);
        json.WriteNumber("offset", offset);
        json.WriteBoolean("hasMore", offset + limit < total);
        json.WriteEndObject();
    }

    private static NpgsqlBatchCommand Command(string sql, object[] values)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var value in values) command.Parameters.Add(new NpgsqlParameter { Value = value });
        return command;
    }

    private static Guid Account(HttpContext http) => Guid.Parse(Text(http, "account"));

    private static int Number(HttpContext http, string name) => int.TryParse(Text(http, name), CultureInfo.InvariantCulture, out var number) ? number : 0;

    private static string Text(HttpContext http, string name) => http.Request.Query[name].ToString();
}
