using System.Buffers;
using System.Text.Json;
using Colonnade.Fragrances.Catalogue;
using Colonnade.Fragrances.Search;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Colonnade.Fragrances;

/// <summary>
/// One page of a search as it goes out. What is the same for everybody lies ready in the index as <see cref="StoredJson"/>; copying it is
/// what makes a page cheap.
/// </summary>
internal sealed class FragrancePage(SearchIndex index, SearchResult found, HashSet<int> collected, FragranceListTail tail) : IResult
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var json = httpContext.RequestServices.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions;
        var response = httpContext.Response;
        response.ContentType = "application/json; charset=utf-8";
        // In one piece with its length: each write of its own to Kestrel's buffer costs a lock.
        var body = new ArrayBufferWriter<byte>(24 * 1024);
        body.Write("{\"fragrances\":["u8);
        for (var i = 0; i < found.Ordinals.Count; i++)
        {
            if (i > 0)
                body.Write(","u8);
            Write(body, found.Ordinals[i], json);
        }

        body.Write("],"u8);
        body.Write(JsonSerializer.SerializeToUtf8Bytes(tail, json).AsSpan(1));
        response.ContentLength = body.WrittenCount;
        await response.BodyWriter.WriteAsync(body.WrittenMemory, httpContext.RequestAborted);
    }

    private void Write(ArrayBufferWriter<byte> body, int ordinal, JsonSerializerOptions json)
    {
        var begin = body.WrittenCount;
        StoredJson.Write(index.Json(ordinal), body);
        var common = body.WrittenSpan[begin..];
        body.Write(collected.Contains(index.Id(ordinal)) ? ",\"isInUserCollection\":true"u8 : ",\"isInUserCollection\":false"u8);
        if (found.Matches is { } matches)
        {
            body.Write(",\"highlight\":"u8);
            body.Write(JsonSerializer.SerializeToUtf8Bytes(Highlight(matches, common, index.Name(ordinal), index.BrandName(ordinal)), json));
        }

        body.Write("}"u8);
    }

    private static Highlights Highlight(MatchedWords matches, ReadOnlySpan<byte> common, string name, string brand)
    {
        var description = Description(common);
        var highlighter = new Highlighter(matches, name, brand, description);
        return new Highlights(highlighter.Mark(name), highlighter.Mark(brand), highlighter.Crop(description));
    }

    private static string Description(ReadOnlySpan<byte> common)
    {
        // The stored members lack their closing brace: not final.
        var reader = new Utf8JsonReader(common, isFinalBlock: false, default);
        while (reader.Read())
        {
            if (reader.CurrentDepth == 1 && reader.TokenType == JsonTokenType.PropertyName && reader.ValueTextEquals("description"u8))
                return reader.Read() ? reader.GetString()! : "";
        }

        return "";
    }
}
