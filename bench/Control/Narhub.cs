using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Npgsql;

namespace Colonnade.Control;

/// <summary>Whose cookie it is and their profile, in one statement; a product into a cart: the rows that Colonnade writes, in one batch and one transaction.</summary>
internal static class Narhub
{
    private const string CookieName = "next-auth.session-token";

    public static void MapNarhub(this IEndpointRouteBuilder app, NpgsqlDataSource database)
    {
        app.MapGet("/profile", http => Profile(http, database));
        app.MapPost("/cart/{user:guid}", http => Add(http, database));
    }

    private static async Task Profile(HttpContext http, NpgsqlDataSource database)
    {
        await using var command = database.CreateCommand(
            """
            select a.id, a.email, u.name, u.company, a.role, a.email_verified_at is not null, u.created_at, greatest(u.updated_at, a.updated_at)
            from narhub.session_cookies c
            join narhub.sessions s on s.id = c.session_id
            join narhub.accounts a on a.id = s.account_id
            join narhub.users u on u.id = a.id
            where c.hash = $1 and s.revoked_at is null and s.idle_expires_at > clock_timestamp() and a.deleted_at is null and a.banned_at is null
            """);
        command.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = SHA256.HashData(Encoding.ASCII.GetBytes(http.Request.Cookies[CookieName]!)) });
        await using var reader = await command.ExecuteReaderAsync();
        if (!await reader.ReadAsync())
        {
            http.Response.StatusCode = 401;
            return;
        }

        using var answer = new Answer();
        var json = answer.Json;
        json.WriteStartObject();
        json.WriteStartObject("user");
        json.WriteString("id", reader.GetGuid(0));
        json.WriteString("email", reader.GetString(1));
        json.WriteString("name", reader.GetString(2));
        json.WriteString("company", reader.GetString(3));
        json.WriteString("role", reader.GetString(4));
        json.WriteBoolean("email_verified", reader.GetBoolean(5));
        json.WriteTime("created_at", reader, 6);
        json.WriteTime("updated_at", reader, 7);
        json.WriteEndObject();
        json.WriteEndObject();
        await answer.Send(http);
    }

    private static async Task Add(HttpContext http, NpgsqlDataSource database)
    {
        using var asked = await JsonDocument.ParseAsync(http.Request.Body);
        var item = asked.RootElement;
        var user = Guid.Parse((string)http.Request.RouteValues["user"]!);
        await using var connection = await database.OpenConnectionAsync();
        await using var batch = new NpgsqlBatch(connection)
        {
            // Without a transaction of its own a batch is one.
            BatchCommands =
            {
                Command("insert into narhub.carts (user_id) values ($1) on conflict (user_id) do update set updated_at = clock_timestamp()", user),
                Command(
                    """
                    insert into narhub.cart_items as i (id, user_id, product_id, slug, name, icon, price_min, price_max, quantity)
                    values ($1, $2, $3, $4, $5, $6, $7, $8, 1)
                    on conflict (user_id, product_id) do update set quantity = i.quantity + 1, slug = excluded.slug, name = excluded.name,
                        icon = excluded.icon, price_min = excluded.price_min, price_max = excluded.price_max, updated_at = clock_timestamp()
                    """,
                    Guid.CreateVersion7(), user, Text(item, "productId"), Text(item, "slug"), Text(item, "name"), Text(item, "icon"),
                    item.GetProperty("priceMin").GetInt64(), item.GetProperty("priceMax").GetInt64()),
            },
        };
        await batch.ExecuteNonQueryAsync();
        using var answer = new Answer();
        answer.Json.WriteStartObject();
        answer.Json.WriteString("message", "Producto agregado al carrito");
        answer.Json.WriteEndObject();
        await answer.Send(http);
    }

    private static NpgsqlBatchCommand Command(string sql, params ReadOnlySpan<object> values)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var value in values) command.Parameters.Add(new NpgsqlParameter { Value = value });
        return command;
    }

    private static string Text(JsonElement item, string name) => item.GetProperty(name).GetString()!;
}
