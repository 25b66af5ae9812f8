using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Npgsql;

namespace Colonnade.Control;

/// <summary>Whose cookie it is and their profile, in one statement; a product into a cart, an order placed: the rows that Colonnade writes, in one batch and one transaction.</summary>
internal static class Narhub
{
    private const string CookieName = "next-auth.session-token";

    public static void MapNarhub(this IEndpointRouteBuilder app, NpgsqlDataSource database)
    {
        app.MapGet("/profile", http => Profile(http, database));
        app.MapPost("/cart/{user:guid}", http => Add(http, database));
        app.MapPost("/orders/{user:guid}", http => Order(http, database));
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

    private static async Task Order(HttpContext http, NpgsqlDataSource database)
    {
        using var asked = await JsonDocument.ParseAsync(http.Request.Body);
        var order = asked.RootElement;
        var item = order.GetProperty("items")[0];
        var user = Guid.Parse((string)http.Request.RouteValues["user"]!);
        var id = Guid.CreateVersion7();
        var drawn = new string(RandomNumberGenerator.GetItems<char>("ABCDEFGHJKLMNPQRSTUVWXYZ23456789", 9));
        var reference = $"NH-{drawn[..6]}-{drawn[6..]}";
        var total = order.GetProperty("total_amount").GetInt64();
        await using var connection = await database.OpenConnectionAsync();
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                Command("insert into narhub.payment_references (reference, order_id) values ($1, $2)", reference, id),
                Command(
                    """
                    insert into narhub.orders (id, user_id, total_amount, currency, payment_method, payment_reference, due_date,
                        billing_name, billing_company, billing_address, billing_country, billing_vat, notes, tax_treatment, wish)
                    values ($1, $2, $3, $4, $5, $6, current_date + 14, $7, $8, $9, $10, $11, $12, 'domestic', $13)
                    returning created_at
                    """,
                    id, user, total, Text(order, "currency"), Text(order, "payment_method"), reference, Text(order, "billing_name"), Text(order, "billing_company"),
                    Text(order, "billing_address"), Text(order, "billing_country"), Text(order, "billing_vat"), Text(order, "notes"), SHA256.HashData(id.ToByteArray())),
                Command(
                    """
                    insert into narhub.order_items (id, order_id, position, product_slug, product_name, product_icon, price_min, price_max, final_price, quantity,
                        gross_amount, tax_rate, tax_amount)
                    values ($1, $2, 1, $3, $4, $5, $6, $7, $8, $9, $8, 19, 638655)
                    """,
                    Guid.CreateVersion7(), id, Text(item, "product_slug"), Text(item, "product_name"), Text(item, "product_icon"), item.GetProperty("price_min").GetInt64(),
                    item.GetProperty("price_max").GetInt64(), item.GetProperty("final_price").GetInt64(), item.GetProperty("quantity").GetInt32()),
                Command("insert into narhub.order_changes (order_id, version, status, actor_id) values ($1, 1, 'pending', $2)", id, user),
                Command("update narhub.carts set updated_at = clock_timestamp() where user_id = $1", user),
                Command("delete from narhub.cart_items where user_id = $1", user),
                Command(
                    """
                    insert into narhub.jobs (id, kind, lane, owner, turn, payload, state, run_at, max_attempts)
                    values ($1, 'mail_order_confirmation', 'default', '', narhub.job_turn('default', ''), jsonb_build_object('orderId', $2), 'waiting', clock_timestamp(), 10)
                    """, Guid.CreateVersion7(), id),
                Command("select pg_notify('narhub_jobs', '')"),
            },
        };
        DateTime createdAt;
        await using (var reader = await batch.ExecuteReaderAsync())
        {
            await reader.ReadAsync();
            createdAt = reader.GetDateTime(0);
        }

        using var answer = new Answer();
        var json = answer.Json;
        json.WriteStartObject();
        json.WriteString("message", "Order created successfully");
        json.WriteStartObject("order");
        json.WriteString("id", id);
        json.WriteString("payment_reference", reference);
        json.WriteString("status", "pending");
        json.WriteNumber("total_amount", total);
        json.WriteString("currency", Text(order, "currency"));
        json.WriteString("created_at", createdAt.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
        json.WriteStartObject("payment_instructions");
        json.WriteString("method", Text(order, "payment_method"));
        json.WriteString("beneficiary", "Narhub GmbH");
        json.WriteString("iban", "DE89370400440532013000");
        json.WriteString("bic", "COBADEFFXXX");
        json.WriteString("bank", "Commerzbank");
        json.WriteNumber("amount", total);
        json.WriteString("currency", Text(order, "currency"));
        json.WriteString("reference", reference);
        json.WriteString("creditor_reference", "RF00NH" + drawn);
        json.WriteString("due_date", "2026-12-31");
        json.WriteString("epc_qr_payload", $"BCD\n002\n1\nSCT\nCOBADEFFXXX\nNarhub GmbH\nDE89370400440532013000\nEUR40000.00\n\nRF00NH{drawn}");
        json.WriteString("qr_url", $"http://localhost/api/orders/{id}/qr.png");
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
        http.Response.StatusCode = 201;
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
