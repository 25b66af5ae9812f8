using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Colonnade.Fragrances.Search;
using Colonnade.Platform.Database;
using Npgsql;

namespace Colonnade.Fragrances.Catalogue;

/// <summary>Reads the whole catalogue from PostgreSQL, row by row, into the form it is searched and answered in.</summary>
internal static class CatalogueReader
{
    private const int LongestSeconds = 120;
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    public static async Task<CatalogueState> Read(ProductDatabase database, CancellationToken stop)
    {
        await using var connection = await database.Source.OpenConnectionAsync(stop);
        // One snapshot for both, and as long as it takes.
        await using var transaction = await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, stop);
        await using (var patience = new NpgsqlCommand("set local statement_timeout = 0; set local idle_in_transaction_session_timeout = 0", connection, transaction))
            await patience.ExecuteNonQueryAsync(stop);
        var brands = await ReadBrands(connection, transaction, stop);
        var index = await ReadFragrances(connection, transaction, stop);
        return new CatalogueState(index, brands);
    }

    private static async Task<SearchIndex> ReadFragrances(NpgsqlConnection connection, NpgsqlTransaction transaction, CancellationToken stop)
    {
        await using var command = new NpgsqlCommand(
            """
            select f.id, f.name, f.brand_id, b.name, f.description, f.launch_year, f.concentration, f.gender,
                f.top_notes, f.middle_notes, f.base_notes, f.fragrance_family, f.price_range, f.popularity_score, f.image_url,
                f.accords, f.perfumers
            from fragrances f join brands b on b.id = f.brand_id
            """, connection, transaction);
        command.CommandTimeout = LongestSeconds;
        await using var rows = await command.ExecuteReaderAsync(stop);

        var builder = new SearchIndexBuilder();
        var json = new ArrayBufferWriter<byte>(4096);
        var stored = new ArrayBufferWriter<byte>(4096);
        while (await rows.ReadAsync(stop))
        {
            var entry = Entry(rows);
            json.ResetWrittenCount();
            Write(json, entry, rows.GetString(14), rows.IsDBNull(13) ? null : rows.GetFloat(13));
            stored.ResetWrittenCount();
            StoredJson.Shorten(json.WrittenSpan, stored);
            builder.Add(entry with { Json = stored.WrittenMemory });
        }

        return builder.Build();
    }

    private static CatalogueEntry Entry(NpgsqlDataReader row) => new()
    {
        Id = row.GetInt32(0),
        Name = row.GetString(1),
        BrandId = row.GetInt32(2),
        BrandName = row.GetString(3),
        Description = row.GetString(4),
        LaunchYear = row.IsDBNull(5) ? null : row.GetInt32(5),
        Concentration = row.GetString(6),
        Gender = row.GetString(7),
        TopNotes = row.GetFieldValue<string[]>(8),
        MiddleNotes = row.GetFieldValue<string[]>(9),
        BaseNotes = row.GetFieldValue<string[]>(10),
        Family = row.GetString(11),
        PriceRange = row.GetString(12),
        PopularityScore = row.IsDBNull(13) ? null : row.GetFloat(13),
        Accords = row.GetFieldValue<string[]>(15),
        Perfumers = row.GetFieldValue<string[]>(16),
    };

    /// <summary>
    /// The members of a <see cref="FragranceListItem"/> that are the same for everybody, without the braces: what is the caller's own
    /// is written behind them.
    /// </summary>
    private static void Write(ArrayBufferWriter<byte> into, CatalogueEntry entry, string imageUrl, float? popularity)
    {
        using var json = new Utf8JsonWriter(into, Plain);
        json.WriteStartObject();
        json.WriteNumber("id", entry.Id);
        json.WriteString("name", entry.Name);
        json.WriteStartObject("brand");
        json.WriteNumber("id", entry.BrandId);
        json.WriteString("name", entry.BrandName);
        json.WriteEndObject();
        json.WriteString("description", entry.Description);
        Number(json, "launchYear", entry.LaunchYear);
        json.WriteString("concentration", entry.Concentration);
        json.WriteString("gender", entry.Gender);
        Texts(json, "topNotes", entry.TopNotes);
        Texts(json, "middleNotes", entry.MiddleNotes);
        Texts(json, "baseNotes", entry.BaseNotes);
        json.WriteString("fragranceFamily", entry.Family);
        json.WriteString("priceRange", entry.PriceRange);
        Number(json, "popularityScore", popularity);
        json.WriteString("imageUrl", imageUrl);
        json.Flush();
    }

    private static async Task<BrandShelf> ReadBrands(NpgsqlConnection connection, NpgsqlTransaction transaction, CancellationToken stop)
    {
        await using var command = new NpgsqlCommand(
            """
            select b.id, b.name, b.name_key, b.description, b.country, b.founded_year, b.is_active,
                (select count(*) from fragrances f where f.brand_id = b.id)::integer
            from brands b
            order by b.name collate by_name, b.id
            """, connection, transaction);
        command.CommandTimeout = LongestSeconds;
        await using var rows = await command.ExecuteReaderAsync(stop);

        var brands = new List<ShelvedBrand>();
        while (await rows.ReadAsync(stop))
        {
            var bytes = new ArrayBufferWriter<byte>(256);
            using (var json = new Utf8JsonWriter(bytes, Plain))
            {
                json.WriteStartObject();
                json.WriteNumber("id", rows.GetInt32(0));
                json.WriteString("name", rows.GetString(1));
                json.WriteString("description", rows.GetString(3));
                json.WriteString("country", rows.GetString(4));
                Number(json, "foundedYear", rows.IsDBNull(5) ? null : rows.GetInt32(5));
                json.WriteNumber("fragranceCount", rows.GetInt32(7));
                json.WriteEndObject();
            }

            brands.Add(new ShelvedBrand(rows.GetString(2), rows.GetBoolean(6), bytes.WrittenMemory));
        }

        return new BrandShelf(brands);
    }

    private static void Number(Utf8JsonWriter json, string name, int? value)
    {
        if (value is { } number)
            json.WriteNumber(name, number);
        else
            json.WriteNull(name);
    }

    private static void Number(Utf8JsonWriter json, string name, float? value)
    {
        if (value is { } number)
            json.WriteNumber(name, number);
        else
            json.WriteNull(name);
    }

    private static void Texts(Utf8JsonWriter json, string name, IReadOnlyList<string> texts)
    {
        json.WriteStartArray(name);
        foreach (var text in texts)
            json.WriteStringValue(text);
        json.WriteEndArray();
    }
}
