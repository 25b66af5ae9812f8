using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Colonnade.Testing;

/// <summary>
/// Holds JSON against the schemas of an OpenAPI 3.1 document, with the keywords that ours have. A keyword, or a format, that it does not
/// know is a flaw itself, so that nothing passes unread. An object has no member that its schema does not name.
/// </summary>
/// <param name="document">Whose <c>components</c> are referred to.</param>
internal sealed class SchemaCheck(JsonElement document)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>Everything that is wrong, each with its path from <paramref name="at"/>.</summary>
    public IEnumerable<string> Flaws(JsonElement schema, JsonElement value, string at = "$")
    {
        if (schema.TryGetProperty("$ref", out var reference))
            return Flaws(Resolve(reference.GetString()!), value, at);
        return schema.EnumerateObject().SelectMany(keyword => Flaws(schema, keyword, value, at)).Concat(Unnamed(schema, value, at));
    }

    /// <summary>What a reference within the document leads to.</summary>
    public JsonElement Resolve(string reference)
    {
        var found = document;
        foreach (var step in reference.TrimStart('#').Split('/', StringSplitOptions.RemoveEmptyEntries))
            found = found.GetProperty(step.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal));
        return found.TryGetProperty("$ref", out var further) ? Resolve(further.GetString()!) : found;
    }

    private IEnumerable<string> Flaws(JsonElement schema, JsonProperty keyword, JsonElement value, string at)
    {
        var rule = keyword.Value;
        switch (keyword.Name)
        {
            case "description" or "title" or "default" or "example" or "examples" or "deprecated":
                return [];
            case "type":
                var types = rule.ValueKind == JsonValueKind.Array ? rule.EnumerateArray().Select(type => type.GetString()!).ToList() : [rule.GetString()!];
                return When(!types.Exists(type => IsOf(type, value)), $"{at} is {Shown(value)} and not {string.Join(" or ", types)}");
            case "enum":
                return When(!rule.EnumerateArray().Any(choice => JsonElement.DeepEquals(choice, value)), $"{at} is {Shown(value)}, none of {rule.GetRawText()}");
            case "properties":
                return value.ValueKind != JsonValueKind.Object ? [] : rule.EnumerateObject()
                    .SelectMany(member => value.TryGetProperty(member.Name, out var present) ? Flaws(member.Value, present, $"{at}.{member.Name}") : []);
            case "required":
                return value.ValueKind != JsonValueKind.Object ? [] : rule.EnumerateArray().Where(name => !value.TryGetProperty(name.GetString()!, out _))
                    .Select(name => $"{at}.{name.GetString()} is missing");
            case "additionalProperties":
                return value.ValueKind != JsonValueKind.Object || rule.ValueKind != JsonValueKind.Object ? [] : value.EnumerateObject()
                    .Where(member => !IsNamed(schema, member.Name)).SelectMany(member => Flaws(rule, member.Value, $"{at}.{member.Name}"));
            case "items":
                return value.ValueKind != JsonValueKind.Array ? [] : value.EnumerateArray().SelectMany((item, index) => Flaws(rule, item, $"{at}[{index}]"));
            case "anyOf" or "oneOf":
                var tried = rule.EnumerateArray().Select(choice => Flaws(choice, value, at).ToList()).ToList();
                var fitting = tried.Count(flaws => flaws.Count == 0);
                return When(fitting == 0 || (keyword.Name == "oneOf" && fitting > 1),
                    $"{at} fits {fitting} of {keyword.Name}: {string.Join("; ", tried.SelectMany(flaws => flaws).Take(5))}");
            case "format":
                return value.ValueKind is JsonValueKind.String or JsonValueKind.Number && !(value.ValueKind == JsonValueKind.Number && IsOfText(rule.GetString()!)) ? When(!HasFormat(rule.GetString()!, value), $"{at} is {Shown(value)} and not of the format {rule.GetString()}") : [];
            case "pattern":
                return value.ValueKind == JsonValueKind.String
                    ? When(!Regex.IsMatch(value.GetString()!, rule.GetString()!, RegexOptions.ECMAScript, Patience), $"{at} is {Shown(value)} and does not match {rule.GetString()}") : [];
            case "minLength" or "maxLength":
                return value.ValueKind == JsonValueKind.String ? When(IsBeyond(keyword.Name, Encoding.UTF32.GetByteCount(value.GetString()!) / 4, rule), $"{at} breaks {keyword.Name} {rule}") : [];
            case "minItems" or "maxItems":
                return value.ValueKind == JsonValueKind.Array ? When(IsBeyond(keyword.Name, value.GetArrayLength(), rule), $"{at} breaks {keyword.Name} {rule}") : [];
            case "minimum" or "maximum" or "exclusiveMinimum":
                return value.ValueKind == JsonValueKind.Number ? When(IsBeyond(keyword.Name, value.GetDouble(), rule), $"{at} breaks {keyword.Name} {rule}") : [];
            default:
                return [$"{at}: the keyword {keyword.Name} is not known here"];
        }
    }

    private IEnumerable<string> Unnamed(JsonElement schema, JsonElement value, string at) =>
        value.ValueKind != JsonValueKind.Object || schema.TryGetProperty("additionalProperties", out _) || !(schema.TryGetProperty("properties", out _) || SaysObject(schema))
            ? []
            : value.EnumerateObject().Where(member => !IsNamed(schema, member.Name)).Select(member => $"{at}.{member.Name} is not documented");

    private static bool SaysObject(JsonElement schema) => schema.TryGetProperty("type", out var type) && type.ValueKind == JsonValueKind.String && type.ValueEquals("object");

    private static bool IsNamed(JsonElement schema, string member) => schema.TryGetProperty("properties", out var members) && members.TryGetProperty(member, out _);

    private static bool IsBeyond(string bound, double value, JsonElement rule) =>
        bound == "exclusiveMinimum" ? value <= rule.GetDouble()
        : bound.StartsWith("min", StringComparison.Ordinal) ? value < rule.GetDouble() : value > rule.GetDouble();

    private static bool IsOf(string type, JsonElement value) => type switch
    {
        "null" => value.ValueKind == JsonValueKind.Null,
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "string" => value.ValueKind == JsonValueKind.String,
        "number" => value.ValueKind == JsonValueKind.Number,
        "integer" => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _),
        "array" => value.ValueKind == JsonValueKind.Array,
        "object" => value.ValueKind == JsonValueKind.Object,
        _ => false,
    };

    private static bool IsOfText(string format) => format is not ("int32" or "int64" or "double" or "float");

    private static bool HasFormat(string format, JsonElement value) => format switch
    {
        "uuid" => Guid.TryParseExact(value.GetString(), "D", out _),
        "date-time" => DateTimeOffset.TryParse(value.GetString(), CultureInfo.InvariantCulture, DateTimeStyles.None, out _) && value.GetString()!.Contains('T', StringComparison.Ordinal),
        "date" => DateOnly.TryParseExact(value.GetString(), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _),
        "uri" => Uri.TryCreate(value.GetString(), UriKind.Absolute, out _),
        "int32" => value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out _),
        "int64" => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _),
        "double" or "float" => value.ValueKind == JsonValueKind.Number,
        _ => false,
    };

    private static string Shown(JsonElement value) => value.GetRawText() is { Length: > 60 } text ? text[..60] + "…" : value.GetRawText();

    private static IEnumerable<string> When(bool broken, string flaw) => broken ? [flaw] : [];
}
