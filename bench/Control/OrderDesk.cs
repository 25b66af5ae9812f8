using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Npgsql;

namespace Colonnade.Control;

/// <summary>One order of OrderDesk read, and one placed: the rows that Colonnade writes, in one batch and one transaction.</summary>
internal static class OrderDesk
{
    public static void MapOrderDesk(this IEndpointRouteBuilder app, NpgsqlDataSource database)
    {
        app.MapGet("/order/{id:guid}", http => Get(http, database));
        app.MapPost("/order", http => Create(http, database));
    }

    private static async Task Get(HttpContext http, NpgsqlDataSource database)
    {
        await using var command = database.CreateCommand(
            "select id, title, price, link, status, created_at, updated_at from orderdesk.orders where id = $1 and deleted_at is null");
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = Guid.Parse((string)http.Request.RouteValues["id"]!) });
        await using var reader = await command.ExecuteReaderAsync();
        if (!await reader.ReadAsync())
        {
            http.Response.StatusCode = 404;
            return;
        }

        using var answer = new Answer();
        answer.Json.WriteStartObject();
        answer.Json.WriteBoolean("success", true);
        Data(answer.Json, reader);
        answer.Json.WriteEndObject();
        await answer.Send(http);
    }

    private static async Task Create(HttpContext http, NpgsqlDataSource database)
    {
        using var asked = await JsonDocument.ParseAsync(http.Request.Body);
        var order = asked.RootElement;
        var id = Guid.CreateVersion7();
        await using var connection = await database.OpenConnectionAsync();
        await using var batch = new NpgsqlBatch(connection)
        {
            // Without a transaction of its own a batch is one.
            BatchCommands =
            {
                Command(
                    """
                    insert into orderdesk.orders (id, title, price, link, status) values ($1, $2, $3, $4, $5)
                    returning id, title, price, link, status, created_at, updated_at
                    """, [id, Text(order, "title"), Text(order, "price"), Text(order, "link"), Text(order, "status")]),
                Command("insert into orderdesk.order_changes (order_id, version, event, actor_id, by_service) values ($1, 1, 'created', $1, true)", [id]),
            },
        };
        using var answer = new Answer();
        await using (var reader = await batch.ExecuteReaderAsync())
        {
            await reader.ReadAsync();
            answer.Json.WriteStartObject();
            answer.Json.WriteBoolean("success", true);
            Data(answer.Json, reader);
            answer.Json.WriteString("message", "Order created successfully");
            answer.Json.WriteEndObject();
        }

        http.Response.StatusCode = 201;
        await answer.Send(http);
    }

    private static void Data(Utf8JsonWriter json, NpgsqlDataReader reader)
    {
        json.WriteStartObject("data");
        json.WriteString("orderId", reader.GetGuid(0));
        json.WriteString("title", reader.GetString(1));
        json.WriteString("price", reader.GetString(2));
        json.WriteString("link", reader.GetString(3));
        json.WriteString("status", reader.GetString(4));
        json.WriteTime("createdAt", reader, 5);
        json.WriteTime("updatedAt", reader, 6);
        json.WriteEndObject();
    }

    private static NpgsqlBatchCommand Command(string sql, object[] values)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var value in values) command.Parameters.Add(new NpgsqlParameter { Value = value });
        return command;
    }

    private static string Text(JsonElement order, string name) => order.GetProperty(name).GetString()!;
}
