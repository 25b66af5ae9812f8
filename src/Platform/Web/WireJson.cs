using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Colonnade.Platform.Web;

/// <summary>
/// The JSON rules of every product: strict numbers, no duplicate properties, depth 32, unknown members
/// ignored on purpose, text as UTF-8 without needless escapes.
/// </summary>
public static class WireJson
{
    /// <summary>Answers are application/json with nosniff: no HTML ever parses them, so "é", "+" and "🛡" need no escape.</summary>
    public static JavaScriptEncoder Encoder => WireEncoder.Instance;

    public static void Apply(JsonSerializerOptions json, JsonNamingPolicy naming)
    {
        json.PropertyNamingPolicy = naming;
        json.PropertyNameCaseInsensitive = false;
        json.NumberHandling = JsonNumberHandling.Strict;
        json.AllowDuplicateProperties = false;
        json.MaxDepth = 32;
        json.UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip;
        json.Encoder = Encoder;
        json.Converters.Add(new WireText());
        json.Converters.Add(new WireTime());
    }
}
