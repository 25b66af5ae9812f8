using System.Text;
using Microsoft.AspNetCore.Http;

namespace Colonnade.Platform.Idempotency;

/// <summary>An answer as it goes over the wire a second time: status, body, and the headers that belong to the body.</summary>
internal sealed record StoredAnswer(int Status, string? ContentType, string? Location, string? ETag, byte[] Body)
{
    private const byte Version = 1;

    public static StoredAnswer Of(HttpResponse response, byte[] body) => new(
        response.StatusCode, response.ContentType, OrNull(response.Headers.Location), OrNull(response.Headers.ETag), body);

    public async Task Write(HttpResponse response)
    {
        response.StatusCode = Status;
        response.Headers.ContentType = ContentType;
        response.Headers.Location = Location;
        response.Headers.ETag = ETag;
        if (Body.Length == 0)
            return;
        response.ContentLength = Body.Length;
        await response.Body.WriteAsync(Body, response.HttpContext.RequestAborted);
    }

    public byte[] ToBytes()
    {
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes, Encoding.UTF8);
        writer.Write(Version);
        writer.Write((short)Status);
        foreach (var header in (string?[])[ContentType, Location, ETag])
        {
            writer.Write(header is not null);
            writer.Write(header ?? "");
        }

        writer.Write(Body.Length);
        writer.Write(Body);
        writer.Flush();
        return bytes.ToArray();
    }

    public static StoredAnswer FromBytes(byte[] bytes)
    {
        using var reader = new BinaryReader(new MemoryStream(bytes), Encoding.UTF8);
        if (reader.ReadByte() != Version)
            throw new InvalidDataException("The stored answer has an unknown form.");
        return new StoredAnswer(reader.ReadInt16(), Header(), Header(), Header(), reader.ReadBytes(reader.ReadInt32()));

        string? Header()
        {
            var isSet = reader.ReadBoolean();
            var value = reader.ReadString();
            return isSet ? value : null;
        }
    }

    private static string? OrNull(string? header) => string.IsNullOrEmpty(header) ? null : header;
}
