using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Colonnade.OrderDesk;

/// <summary>Tells the reference which members a body must have and what their rules are.</summary>
internal static class TextRuleSchema
{
    public static Task Describe(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken stop)
    {
        if (context.JsonPropertyInfo is { } member)
        {
            if (RuleOf(member) is { } rule)
            {
                schema.Type = JsonSchemaType.String;
                schema.Description = rule.Summary;
                schema.Enum = rule.Choices?.Select(choice => (JsonNode)JsonValue.Create(choice)).ToList();
                schema.MinLength = rule.Least;
                schema.MaxLength = rule.Most;
                schema.Pattern = rule.Pattern;
                schema.Format = rule.Format;
            }
        }
        else if (context.JsonTypeInfo.Properties.Where(property => property.PropertyType == typeof(string) && RuleOf(property) is not null).Select(property => property.Name).ToHashSet(StringComparer.Ordinal) is { Count: > 0 } names)
        {
            schema.Required = names.Union(schema.Required ?? new HashSet<string>(StringComparer.Ordinal), StringComparer.Ordinal).ToHashSet(StringComparer.Ordinal);
        }

        return Task.CompletedTask;
    }

    private static TextRuleAttribute? RuleOf(JsonPropertyInfo property) =>
        property.AttributeProvider?.GetCustomAttributes(typeof(TextRuleAttribute), inherit: true).OfType<TextRuleAttribute>().FirstOrDefault();
}
