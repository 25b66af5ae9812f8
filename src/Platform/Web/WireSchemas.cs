using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Colonnade.Platform.Web;

/// <summary>
/// Tells the generator of <c>/openapi.json</c> what the converters of <see cref="WireJson"/> hide from it: texts and times are
/// strings, a <see cref="Change{T}"/> is its value or null, what is left out when null is never there as null, and a member of
/// allowed values is an enumeration.
/// </summary>
internal static class WireSchemas
{
    /// <summary>By which the generator remembers to say "or null" of a member that refers to another schema.</summary>
    private const string NullableMember = "x-is-nullable-property";

    /// <summary>By which the generator remembers that a schema is to be referred to, and as what.</summary>
    private const string SchemaId = "x-schema-id";

    /// <summary>By which <see cref="AnswersHaveAll"/> remembers members that may be left out.</summary>
    private const string LeftOut = "left-out";

    public static async Task Describe(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken stop)
    {
        var type = context.JsonTypeInfo.Type;
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Change<>))
            await DescribeChange(schema, type.GenericTypeArguments[0], context, stop);
        else if (IsText(type))
            DescribeText(schema, type, canBeNull: Nullable.GetUnderlyingType(type) is not null);
        else if (context.JsonTypeInfo is { Kind: JsonTypeInfoKind.Enumerable, ElementType: { } element } && IsText(element))
            schema.Items = DescribeText(new OpenApiSchema(), element, canBeNull: false);
        else if (context.JsonTypeInfo is { Kind: JsonTypeInfoKind.Dictionary, ElementType: { } value } && IsText(value))
            schema.AdditionalProperties = DescribeText(new OpenApiSchema(), value, canBeNull: false);
        else
            LeaveOut(schema, context.JsonTypeInfo);

        if (context.JsonPropertyInfo is { } member)
            DescribeMember(schema, member);
    }

    private static bool IsText(Type type) => type == typeof(string) || type == typeof(DateTimeOffset) || type == typeof(DateTimeOffset?);

    private static OpenApiSchema DescribeText(OpenApiSchema schema, Type type, bool canBeNull)
    {
        schema.Type = canBeNull ? JsonSchemaType.String | JsonSchemaType.Null : JsonSchemaType.String;
        if (type != typeof(string))
            schema.Format = "date-time";
        return schema;
    }

    private static async Task DescribeChange(OpenApiSchema schema, Type of, OpenApiSchemaTransformerContext context, CancellationToken stop)
    {
        var value = await context.GetOrCreateSchemaAsync(of, null, stop);
        schema.Type = (IsText(of) ? JsonSchemaType.String : value.Type ?? JsonSchemaType.Object) | JsonSchemaType.Null;
        schema.Format = of == typeof(DateTimeOffset) || of == typeof(DateTimeOffset?) ? "date-time" : value.Format;
        schema.Items = of.IsAssignableTo(typeof(IEnumerable<string>)) ? DescribeText(new OpenApiSchema(), typeof(string), canBeNull: false) : value.Items;
        schema.Pattern = value.Pattern;
        schema.Description = null;
    }

    private static void DescribeMember(OpenApiSchema schema, JsonPropertyInfo member)
    {
        var value = Nullable.GetUnderlyingType(member.PropertyType) ?? member.PropertyType;
        if (schema.Type is null && value == typeof(int))
        {
            // Hidden by a converter of the member's own.
            schema.Type = JsonSchemaType.Integer;
            schema.Format = "int32";
        }

        var canBeNull = !IsLeftOut(member) && !Has<RequiredAttribute>(member) && ToldOf(member) is not { IsRequired: true }
            && (value != member.PropertyType || (!member.PropertyType.IsValueType && (member.IsGetNullable || member.IsSetNullable)));
        schema.Metadata?.Remove(NullableMember);
        // A schema that others refer to is null for none of them.
        var isShared = schema.Metadata?.TryGetValue(SchemaId, out var id) == true && id is string { Length: > 0 };
        if (canBeNull && isShared)
            schema.Metadata![NullableMember] = true;
        if (schema.Type is { } type && !IsChange(member.PropertyType))
            schema.Type = canBeNull && !isShared ? type | JsonSchemaType.Null : type & ~JsonSchemaType.Null;
        // The attribute means the whole text, JSON Schema any part of it.
        if (schema.Pattern is { } pattern && Has<RegularExpressionAttribute>(member) && !(pattern.StartsWith('^') && pattern.EndsWith('$')))
            schema.Pattern = $"^(?:{pattern})$";
        if (ToldOf(member) is { } told)
            Tell(schema, told);
        if (member.AttributeProvider?.GetCustomAttributes(typeof(AllowedValuesAttribute), inherit: true) is [AllowedValuesAttribute allowed])
        {
            schema.Enum = [.. allowed.Values.OfType<string>().Select(value => (JsonNode)JsonValue.Create(value))];
            if (schema.Type?.HasFlag(JsonSchemaType.Null) == true)
                schema.Enum.Add(JsonNullSentinel.JsonNull);
        }
    }

    private static void Tell(OpenApiSchema schema, ToldAttribute told)
    {
        schema.MinLength = told.LeastLength >= 0 ? told.LeastLength : schema.MinLength;
        schema.MaxLength = told.MostLength >= 0 ? told.MostLength : schema.MaxLength;
        schema.MaxItems = told.MostEntries >= 0 ? told.MostEntries : schema.MaxItems;
        schema.Format = told.Format ?? schema.Format;
        if (told.IsAnyObject)
        {
            schema.Type = JsonSchemaType.Object;
            schema.AdditionalProperties = new OpenApiSchema();
        }

        if (told.Least > long.MinValue && told.IsMoreThanLeast)
            schema.ExclusiveMinimum = told.Least.ToString(CultureInfo.InvariantCulture);
        else if (told.Least > long.MinValue)
            schema.Minimum = told.Least.ToString(CultureInfo.InvariantCulture);
        if (told.Most < long.MaxValue)
            schema.Maximum = told.Most.ToString(CultureInfo.InvariantCulture);
    }

    private static void LeaveOut(OpenApiSchema schema, JsonTypeInfo type)
    {
        foreach (var member in type.Properties.Where(IsLeftOut))
        {
            schema.Required?.Remove(member.Name);
            schema.Metadata ??= new Dictionary<string, object>(StringComparer.Ordinal);
            if (!schema.Metadata.TryGetValue(LeftOut, out var names))
                schema.Metadata[LeftOut] = names = new HashSet<string>(StringComparer.Ordinal);
            ((HashSet<string>)names).Add(member.Name);
        }

        foreach (var member in type.Properties.Where(static member => ToldOf(member) is { IsRequired: true }))
            (schema.Required ??= new HashSet<string>(StringComparer.Ordinal)).Add(member.Name);
    }

    private static bool IsLeftOut(JsonPropertyInfo member) =>
        member.AttributeProvider?.GetCustomAttributes(typeof(JsonIgnoreAttribute), inherit: true) is [JsonIgnoreAttribute { Condition: JsonIgnoreCondition.WhenWritingNull }];

    /// <summary>What is only ever answered always has every member, but for those that are left out when null.</summary>
    public static void AnswersHaveAll(OpenApiDocument document)
    {
        if (document.Components?.Schemas is not { } schemas)
            return;
        var asked = new HashSet<string>(StringComparer.Ordinal);
        foreach (var body in document.Paths.Values.SelectMany(static path => path.Operations!.Values).Select(static operation => operation.RequestBody?.Content).OfType<IDictionary<string, OpenApiMediaType>>())
        {
            foreach (var media in body.Values)
                Visit(media.Schema);
        }

        foreach (var schema in schemas.Where(schema => !asked.Contains(schema.Key)).Select(static schema => schema.Value).OfType<OpenApiSchema>().Where(static schema => schema.Properties is { Count: > 0 }))
        {
            var left = schema.Metadata?.TryGetValue(LeftOut, out var names) == true ? (HashSet<string>)names : [];
            schema.Required = schema.Properties!.Keys.Where(name => !left.Contains(name)).ToHashSet(StringComparer.Ordinal);
        }

        void Visit(IOpenApiSchema? schema)
        {
            if (schema is OpenApiSchemaReference { Reference.Id: { } id } && !asked.Add(id))
                return;
            foreach (var part in ((IOpenApiSchema?[])[schema?.Items, schema?.AdditionalProperties, .. schema?.Properties?.Values ?? [], .. schema?.OneOf ?? [], .. schema?.AnyOf ?? []]).OfType<IOpenApiSchema>())
                Visit(part);
        }
    }

    /// <summary>A <see cref="Change{T}"/> is shown where it stands, since the rules of its member are there; and so is what can be anything, null too.</summary>
    public static string? IdOf(JsonTypeInfo type) => IsChange(type.Type) || IsAnything(type.Type) ? null : OpenApiOptions.CreateDefaultSchemaReferenceId(type);

    private static bool IsAnything(Type type) => type == typeof(JsonElement) || type == typeof(JsonElement?);

    private static bool IsChange(Type type) => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Change<>);

    private static ToldAttribute? ToldOf(JsonPropertyInfo member) => member.AttributeProvider?.GetCustomAttributes(typeof(ToldAttribute), inherit: true) is [ToldAttribute told] ? told : null;

    private static bool Has<T>(JsonPropertyInfo member) where T : Attribute => member.AttributeProvider?.IsDefined(typeof(T), inherit: true) ?? false;
}
