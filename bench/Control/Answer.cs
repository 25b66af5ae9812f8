using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Npgsql;

namespace Colonnade.Control;

/// <summary>A JSON body, written while the rows are read and sent with its length.</summary>
internal sealed class Answer : IDisposable
{
    private readonly ArrayBufferWriter<byte> _body = new(16 * 1024);

    public Answer() => Json = new Utf8JsonWriter(_body, new JsonWriterOptions
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    });

    public Utf8JsonWriter Json { get; }

    public async Task Send(HttpContext http)
    {
        Json.Flush();
        http.Response.ContentType = "application/json; charset=utf-8";
        http.Response.ContentLength = _body.WrittenCount;
        await http.Response.BodyWriter.WriteAsync(_body.WrittenMemory);
    }

    public void Dispose() => Json.Dispose();
}

/// <summary>A column as a member of the object being written; NULL as null.</summary>
internal static class Columns
{
    public static void WriteInteger(this Utf8JsonWriter json, string name, NpgsqlDataReader reader, int column)
    {
        if (reader.IsDBNull(column)) json.WriteNull(name);
        else json.WriteNumber(name, reader.GetInt32(column));
    }

    public static void WriteReal(this Utf8JsonWriter json, string name, NpgsqlDataReader reader, int column)
    {
        if (reader.IsDBNull(column)) json.WriteNull(name);
        else json.WriteNumber(name, reader.GetFloat(column));
    }

    public static void WriteDouble(this Utf8JsonWriter json, string name, NpgsqlDataReader reader, int column)
    {
        if (reader.IsDBNull(column)) json.WriteNull(name);
        else json.WriteNumber(name, reader.GetDouble(column));
    }

    public static void WriteDay(this Utf8JsonWriter json, string name, NpgsqlDataReader reader, int column)
    {
        Span<char> day = stackalloc char[10];
        if (reader.IsDBNull(column))
        {
            json.WriteNull(name);
        }
        else
        {
            reader.GetFieldValue<DateOnly>(column).TryFormat(day, out _, "yyyy-MM-dd", CultureInfo.InvariantCulture);
            json.WriteString(name, day);
        }
    }

    public static void WriteTime(this Utf8JsonWriter json, string name, NpgsqlDataReader reader, int column)
    {
        Span<char> time = stackalloc char[24];
        reader.GetDateTime(column).TryFormat(time, out _, "yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
        json.WriteString(name, time);
    }

    public static void WriteTexts(this Utf8JsonWriter json, string name, NpgsqlDataReader reader, int column)
    {
        json.WriteStartArray(name);
        foreach (var text in reader.GetFieldValue<string[]>(column)) json.WriteStringValue(text);
        json.WriteEndArray();
    }
}
