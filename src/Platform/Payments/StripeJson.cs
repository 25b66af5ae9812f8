using System.Text.Json;
using System.Text.Json.Serialization;

namespace Colonnade.Platform.Payments;

/// <summary>Reads Stripe's answers. Members that are not known here are skipped: Stripe adds some at any time.</summary>
/// <remarks>
/// Generated readers assign every init property, the absent ones null: where a record promises a value, its accessor keeps it.
/// </remarks>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, RespectNullableAnnotations = false)]
[JsonSerializable(typeof(StripePaymentIntent))]
[JsonSerializable(typeof(StripePage<StripePaymentIntent>))]
[JsonSerializable(typeof(StripeCustomer))]
[JsonSerializable(typeof(StripePage<StripeCustomer>))]
[JsonSerializable(typeof(StripePaymentMethod))]
[JsonSerializable(typeof(StripePage<StripePaymentMethod>))]
[JsonSerializable(typeof(StripeCheckoutSession))]
[JsonSerializable(typeof(StripePage<StripeCheckoutSession>))]
[JsonSerializable(typeof(StripePortalSession))]
[JsonSerializable(typeof(StripeSubscription))]
[JsonSerializable(typeof(StripePage<StripeSubscription>))]
[JsonSerializable(typeof(StripeInvoice))]
[JsonSerializable(typeof(StripePage<StripeInvoice>))]
[JsonSerializable(typeof(StripeRefund))]
[JsonSerializable(typeof(StripePage<StripeRefund>))]
[JsonSerializable(typeof(StripePrice))]
[JsonSerializable(typeof(StripePage<StripePrice>))]
[JsonSerializable(typeof(StripeProduct))]
[JsonSerializable(typeof(StripePage<StripeProduct>))]
[JsonSerializable(typeof(StripeEvent))]
[JsonSerializable(typeof(StripePage<StripeEvent>))]
[JsonSerializable(typeof(StripeErrorAnswer))]
internal sealed partial class StripeJson : JsonSerializerContext;

/// <summary>One page of a list, newest first.</summary>
public sealed record StripePage<T>
{
    public IReadOnlyList<T> Data { get; init => field = value ?? []; } = [];

    /// <summary>Whether there is another; ask for it with the id of the last one here as <c>startingAfter</c>.</summary>
    public bool HasMore { get; init; }
}

/// <summary><c>{"error":{…}}</c></summary>
internal sealed record StripeErrorAnswer
{
    public StripeErrorDetail? Error { get; init; }
}

internal sealed record StripeErrorDetail
{
    public string Type { get; init => field = value ?? ""; } = "";
    public string? Code { get; init; }
    public string? DeclineCode { get; init; }
    public string? Message { get; init; }
    public string? Param { get; init; }
    public StripePaymentIntent? PaymentIntent { get; init; }
}

/// <summary>Whole seconds since 1970.</summary>
internal sealed class UnixTime : JsonConverter<DateTimeOffset>
{
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        DateTimeOffset.FromUnixTimeSeconds(reader.GetInt64());

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
        writer.WriteNumberValue(value.ToUnixTimeSeconds());
}

/// <summary>The id of something that stands there as its id or, expanded, as the whole object.</summary>
internal sealed class ExpandableId : JsonConverter<string>
{
    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.String)
            return reader.GetString();
        using var whole = JsonDocument.ParseValue(ref reader);
        return whole.RootElement.ValueKind == JsonValueKind.Object && whole.RootElement.TryGetProperty("id", out var id) && id.ValueKind == JsonValueKind.String
            ? id.GetString()
            : throw new JsonException("Neither an id nor an object with one.");
    }

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(value);
}
