using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Colonnade.Platform.Errors;

/// <summary>
/// The path a client knows for a C# member path of the body it sent: <c>Items[0].ProductSlug</c> is
/// <c>items[0].product_slug</c> where the product's JSON, or the member's own attribute, says so.
/// </summary>
internal static class WirePath
{
    public static string Of(string members, HttpContext http)
    {
        var json = http.RequestServices.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions;
        var type = http.GetEndpoint()?.Metadata.GetMetadata<IAcceptsMetadata>()?.RequestType;
        return string.Join('.', members.Split('.').Select(member => Step(member, json, ref type)));
    }

    private static string Step(string member, JsonSerializerOptions json, ref Type? type)
    {
        var bracket = member.IndexOf('[', StringComparison.Ordinal);
        var (name, index) = bracket < 0 ? (member, "") : (member[..bracket], member[bracket..]);
        var property = type is null ? null : json.GetTypeInfo(type) is { Kind: JsonTypeInfoKind.Object } of
            ? of.Properties.FirstOrDefault(property => property.AttributeProvider is MemberInfo { Name: var declared } && declared == name)
            : null;
        type = property?.PropertyType;
        if (type is not null && index.Length > 0)
            type = json.GetTypeInfo(type).ElementType;
        return (property?.Name ?? json.PropertyNamingPolicy?.ConvertName(name) ?? name) + index;
    }
}
