using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Npgsql;

namespace Colonnade.Control;

/// <summary>FigureForge's gallery and a job's status read, with signed links, and a generation asked for: the rows that Colonnade writes, in one batch and one transaction.</summary>
internal static class FigureForge
{
    private const string Image = "i.id, i.file_id, i.prompt, i.filters::text, i.model, i.seed, i.width, i.height, i.tags, i.is_public, i.favorite_count, i.created_at";
    private static readonly byte[] Key = RandomNumberGenerator.GetBytes(32);

    public static void MapFigureForge(this IEndpointRouteBuilder app, NpgsqlDataSource database)
    {
        app.MapGet("/figureforge/gallery", http => Gallery(http, database));
        app.MapGet("/figureforge/job/{id:guid}", http => Job(http, database));
        app.MapPost("/figureforge/generate", http => Generate(http, database));
    }

    private static async Task Gallery(HttpContext http, NpgsqlDataSource database)
    {
        await using var command = database.CreateCommand(
            $"""
            with newest as (
                select i.* from figureforge.images i join figureforge.files f on f.id = i.file_id
                where i.is_public and i.moderation = 'clean' and i.deleted_at is null and f.image_state = 'ready'
                order by i.published_at desc, i.id desc limit 60
            )
            select {Image}, (select count(*)::int from newest) from newest i order by i.published_at desc, i.id desc limit 20
            """);
        await using var reader = await command.ExecuteReaderAsync();
        using var answer = new Answer();
        var json = answer.Json;
        var count = 0;
        json.WriteStartObject();
        json.WriteStartArray("results");
        while (await reader.ReadAsync())
        {
            count = reader.GetInt32(12);
            json.WriteStartObject();
            json.WriteString("id", "img_" + reader.GetGuid(0).ToString("N"));
            Links(json, reader.GetGuid(1), reader.GetInt32(6));
            json.WriteString("prompt", reader.GetString(2));
            json.WritePropertyName("filters");
            json.WriteRawValue(reader.GetString(3), skipInputValidation: true);
            json.WriteString("model", reader.GetString(4));
            json.WriteNumber("seed", reader.GetInt64(5));
            json.WriteNumber("width", reader.GetInt32(6));
            json.WriteNumber("height", reader.GetInt32(7));
            json.WriteTexts("tags", reader, 8);
            json.WriteBoolean("is_public", reader.GetBoolean(9));
            json.WriteBoolean("is_favorite", false);
            json.WriteNumber("favorite_count", reader.GetInt32(10));
            json.WriteTime("created_at", reader, 11);
            json.WriteBoolean("is_mine", false);
            json.WriteNull("rating");
            json.WriteNull("moderation");
            json.WriteNull("job_id");
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteNumber("count", count);
        json.WriteString("next", "/api/images/gallery/?limit=20&offset=20");
        json.WriteNull("previous");
        json.WriteEndObject();
        await answer.Send(http);
    }

    private static async Task Job(HttpContext http, NpgsqlDataSource database)
    {
        await using var command = database.CreateCommand(
            $"""
            select {Image}, g.state, g.credits, g.batch_size, g.attempt, g.created_at, g.started_at, g.finished_at, f.image_state
            from figureforge.generations g left join figureforge.images i on i.generation_id = g.id and i.deleted_at is null left join figureforge.files f on f.id = i.file_id
            where g.id = $1 order by i.ordinal
            """);
        var id = Guid.Parse((string)http.Request.RouteValues["id"]!);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = id });
        await using var reader = await command.ExecuteReaderAsync();
        if (!await reader.ReadAsync())
        {
            http.Response.StatusCode = 404;
            return;
        }

        using var answer = new Answer();
        var json = answer.Json;
        json.WriteStartObject();
        json.WriteString("job_id", "job_" + id.ToString("N"));
        json.WriteString("status", reader.GetString(12));
        json.WriteString("model", reader.GetString(4));
        json.WriteString("prompt", reader.GetString(2));
        json.WritePropertyName("filters");
        json.WriteRawValue(reader.GetString(3), skipInputValidation: true);
        json.WriteNumber("seed", reader.GetInt64(5));
        json.WriteNumber("batch_size", reader.GetInt32(14));
        json.WriteNumber("credits", reader.GetInt32(13));
        json.WriteNumber("progress", 1);
        json.WriteNull("queue_position");
        json.WriteNull("eta_seconds");
        json.WriteNumber("attempt", reader.GetInt32(15));
        json.WriteBoolean("stalled", false);
        json.WriteBoolean("cancel_requested", false);
        json.WriteNull("retried_from");
        json.WriteNull("remixed_from");
        json.WriteTime("created_at", reader, 16);
        json.WriteTime("started_at", reader, 17);
        json.WriteTime("finished_at", reader, 18);
        json.WriteNull("deadline_at");
        json.WriteNull("error");
        json.WriteStartArray("images");
        json.WriteStartObject();
        json.WriteString("id", "img_" + reader.GetGuid(0).ToString("N"));
        Links(json, reader.GetGuid(1), reader.GetInt32(6), hasThumbnails: reader.GetString(19) == "ready");
        json.WriteNumber("width", reader.GetInt32(6));
        json.WriteNumber("height", reader.GetInt32(7));
        json.WriteNumber("seed", reader.GetInt64(5));
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
        await answer.Send(http);
    }

    private static async Task Generate(HttpContext http, NpgsqlDataSource database)
    {
        using var asked = await JsonDocument.ParseAsync(http.Request.Body);
        var wish = asked.RootElement;
        var (id, account, seed) = (Guid.CreateVersion7(), Guid.Parse(http.Request.Query["account"]!), wish.GetProperty("seed").GetInt64());
        await using var connection = await database.OpenConnectionAsync();
        await using var batch = new NpgsqlBatch(connection)
        {
            // Without a transaction of its own a batch is one.
            BatchCommands =
            {
                Command("update figureforge.artists set pack_credits = pack_credits - 1 where account_id = $1 and pack_credits > 0", [account]),
                Command(
                    """
                    insert into figureforge.generations (id, account_id, state, model, prompt, filters, seed, batch_size, credits)
                    values ($1, $2, 'queued', $3, $4, $5::jsonb, $6, 1, 1) returning created_at
                    """, [id, account, wish.GetProperty("model").GetString()!, wish.GetProperty("prompt").GetString()!, wish.GetProperty("filters").GetRawText(), seed]),
                Command("insert into figureforge.credit_reservations (generation_id, account_id, monthly, pack, period_start) select $1, $2, 0, 1, period_start from figureforge.artists where account_id = $2", [id, account]),
                Command("insert into figureforge.credit_ledger (account_id, kind, monthly, pack, generation_id) values ($1, 'reserve', 0, -1, $2)", [account, id]),
                Command("insert into figureforge.renders (generation_id, ordinal, seed) values ($1, 0, $2)", [id, seed]),
            },
        };
        using var answer = new Answer();
        await using (var reader = await batch.ExecuteReaderAsync())
        {
            await reader.ReadAsync();
            var json = answer.Json;
            json.WriteStartObject();
            json.WriteString("job_id", "job_" + id.ToString("N"));
            json.WriteString("status", "queued");
            json.WriteString("model", "mannequin");
            json.WriteNumber("credits", 1);
            json.WriteNumber("seed", seed);
            json.WriteTime("created_at", reader, 0);
            json.WriteNull("error");
            json.WriteEndObject();
        }

        http.Response.StatusCode = 202;
        await answer.Send(http);
    }

    private static void Links(Utf8JsonWriter json, Guid file, int width, bool hasThumbnails = true)
    {
        var expires = TimeProvider.System.GetUtcNow().AddMinutes(15).ToUnixTimeSeconds();
        var whole = Link(file, expires, 0);
        var (large, small) = hasThumbnails ? (Link(file, expires, 512), Link(file, expires, 256)) : (whole, whole);
        json.WriteString("url", whole);
        json.WriteString("thumbnail_url", large);
        json.WriteString("thumbnail_small_url", small);
        json.WriteString("srcset", $"{small} 192w, {large} 384w, {whole} {width}w");
    }

    private static string Link(Guid file, long expires, int size)
    {
        var signature = Base64Url.EncodeToString(HMACSHA256.HashData(Key, Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{file:N}|{size}|inline|{expires}"))));
        return string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:3003/files/{file}?expires={expires}&disposition=inline{(size == 0 ? "" : $"&size={size}")}&signature={signature}");
    }

    private static NpgsqlBatchCommand Command(string sql, object[] values)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var value in values) command.Parameters.Add(new NpgsqlParameter { Value = value });
        return command;
    }
}
