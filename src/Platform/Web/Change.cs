using System.Text.Json;
using System.Text.Json.Serialization;

namespace Colonnade.Platform.Web;

/// <summary>
/// A member of a partial update: absent (keep), null (clear, where the product allows it) or a value.
/// <c>default</c> is absent, so an optional member of a wire record needs no attribute.
/// </summary>
[JsonConverter(typeof(ChangeConverter))]
public readonly record struct Change<T>
{
    public Change(T? value)
    {
        IsSet = true;
        Value = value;
    }

    /// <summary>Whether the member stood in the body, be it as null.</summary>
    public bool IsSet { get; }

    /// <summary>The value; null when absent or null.</summary>
    public T? Value { get; }

    /// <summary>Whether the member stood in the body as null.</summary>
    public bool IsNull => IsSet && Value is null;

    /// <summary>The new value where there is one, else <paramref name="current"/>.</summary>
    public T? Or(T? current) => IsSet ? Value : current;
}

/// <summary>Reads and writes <see cref="Change{T}"/> as its value.</summary>
public sealed class ChangeConverter : JsonConverterFactory
{
    public override bool CanConvert(Type typeToConvert) => typeToConvert.IsGenericType && typeToConvert.GetGenericTypeDefinition() == typeof(Change<>);

    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
        (JsonConverter)Activator.CreateInstance(typeof(Of<>).MakeGenericType(typeToConvert.GenericTypeArguments))!;

    private sealed class Of<T> : JsonConverter<Change<T>>
    {
        public override bool HandleNull => true;

        // By the converter and not by Deserialize: a nested Deserialize begins a path of its own, and the failing field would be lost.
        public override Change<T> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType == JsonTokenType.Null
                ? new Change<T>(default)
                : new Change<T>(((JsonConverter<T>)options.GetConverter(typeof(T))).Read(ref reader, typeof(T), options));

        public override void Write(Utf8JsonWriter writer, Change<T> value, JsonSerializerOptions options) =>
            JsonSerializer.Serialize(writer, value.Value, options);
    }
}
