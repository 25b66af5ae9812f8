using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Npgsql;

namespace Colonnade.Control;

/// <summary>Orders of Studio read, one and a customer's, and a body copied to the disk.</summary>
internal static class Studio
{
    private const string Fields =
        """
        o.id, o.service_id, o.package_id, o.amount, o.currency, o.status, o.details::text, o.created_at, o.updated_at, o.customer_id, o.provider_id, o.title, o.package_name,
        coalesce((select p.refunded from studio.payments p where p.order_id = o.id and p.state = 'paid'), 0),
        o.paid_at, o.started_at, o.delivery_due_at, o.revisions_used, o.revisions_allowed
        """;

    private static readonly (string Key, string Label)[] Ahead = [("acceptance", "Acceptance"), ("review", "Review")];

    public static void MapStudio(this IEndpointRouteBuilder app, NpgsqlDataSource database, string folder)
    {
        app.MapGet("/studio/order/{id:guid}", http => Get(http, database));
        app.MapGet("/studio/orders", http => List(http, database));
        app.MapPost("/copy", http => Copy(http, folder));
    }

    private static async Task Get(HttpContext http, NpgsqlDataSource database)
    {
        await using var command = database.CreateCommand($"select {Fields} from studio.orders o where o.id = $1");
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = Guid.Parse((string)http.Request.RouteValues["id"]!) });
        await using var reader = await command.ExecuteReaderAsync();
        if (!await reader.ReadAsync())
        {
            http.Response.StatusCode = 404;
            return;
        }

        using var answer = new Answer();
        var json = answer.Json;
        json.WriteStartObject();
        json.WritePropertyName("order");
        Order(json, reader);
        json.WriteString("status", reader.GetString(5));
        json.WriteStartObject("progress");
        json.WriteNumber("percent", 45);
        json.WriteString("currentStep", "work");
        json.WriteStartArray("steps");
        Step(json, "placed", "Order placed", "done", reader, 7);
        Step(json, "payment", "Payment", "done", reader, 14);
        Step(json, "requirements", "Requirements", "done", reader, 15);
        Step(json, "work", "Work", "current", reader, null);
        foreach (var (key, label) in Ahead)
            Step(json, key, label, "pending", reader, null);
        json.WriteEndArray();
        json.WriteTime("deliveryDueAt", reader, 16);
        json.WriteNumber("revisionsUsed", reader.GetInt32(17));
        json.WriteNumber("revisionsAllowed", reader.GetInt32(18));
        json.WriteEndObject();
        json.WriteEndObject();
        await answer.Send(http);
    }

    private static async Task List(HttpContext http, NpgsqlDataSource database)
    {
        await using var command = database.CreateCommand(
            $"""
            select {Fields} from studio.orders o
            where o.id in (select id from studio.orders where customer_id = $1 union select id from studio.orders where provider_id = $1)
            order by o.id desc limit 1000
            """);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = Guid.Parse(http.Request.Query["account"]!) });
        await using var reader = await command.ExecuteReaderAsync();
        using var answer = new Answer();
        answer.Json.WriteStartObject();
        answer.Json.WriteStartArray("orders");
        while (await reader.ReadAsync())
            Order(answer.Json, reader);
        answer.Json.WriteEndArray();
        answer.Json.WriteEndObject();
        await answer.Send(http);
    }

    /// <summary>The plainest way to keep a body: to a file, and the file to the disk.</summary>
    private static async Task Copy(HttpContext http, string folder)
    {
        http.Features.Get<IHttpMaxRequestBodySizeFeature>()!.MaxRequestBodySize = null;
        var path = Path.Combine(folder, Guid.CreateVersion7().ToString("N"));
        await using (var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, 128 * 1024, FileOptions.Asynchronous))
        {
            await http.Request.Body.CopyToAsync(file, 128 * 1024);
            await file.FlushAsync();
            file.Flush(flushToDisk: true);
        }

        http.Response.StatusCode = 201;
        await http.Response.StartAsync();
        File.Delete(path);
    }

    private static void Order(Utf8JsonWriter json, NpgsqlDataReader reader)
    {
        json.WriteStartObject();
        json.WriteString("id", reader.GetGuid(0));
        json.WriteString("serviceId", reader.GetGuid(1));
        json.WriteString("packageId", reader.GetGuid(2));
        json.WriteNumber("amount", reader.GetInt64(3));
        json.WriteString("currency", reader.GetString(4));
        json.WriteString("status", reader.GetString(5));
        json.WritePropertyName("details");
        json.WriteRawValue(reader.GetString(6), skipInputValidation: true);
        json.WriteTime("createdAt", reader, 7);
        json.WriteTime("updatedAt", reader, 8);
        json.WriteString("customerId", reader.GetGuid(9));
        json.WriteString("providerId", reader.GetGuid(10));
        json.WriteString("title", reader.GetString(11));
        json.WriteString("packageName", reader.GetString(12));
        json.WriteNumber("refunded", reader.GetInt64(13));
        json.WriteEndObject();
    }

    private static void Step(Utf8JsonWriter json, string key, string label, string status, NpgsqlDataReader reader, int? at)
    {
        json.WriteStartObject();
        json.WriteString("key", key);
        json.WriteString("label", label);
        json.WriteString("status", status);
        if (at is { } column) json.WriteTime("at", reader, column);
        else json.WriteNull("at");
        json.WriteEndObject();
    }
}
