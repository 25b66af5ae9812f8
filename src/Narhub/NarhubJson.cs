using System.Text.Json.Serialization;

namespace Colonnade.Narhub;

/// <summary>
/// Source-generated JSON of the answers that are asked for most; names and rules are those of the product's options. Bodies are
/// read by reflection: generated code overwrites the defaults of init members that a body leaves out.
/// </summary>
[JsonSerializable(typeof(ProfileAnswer))]
[JsonSerializable(typeof(SessionAnswer))]
[JsonSerializable(typeof(NoSession))]
[JsonSerializable(typeof(CartAnswer))]
[JsonSerializable(typeof(ProductList))]
[JsonSerializable(typeof(ProductAnswer))]
[JsonSerializable(typeof(OrderPlaced))]
[JsonSerializable(typeof(OrderHistory))]
[JsonSerializable(typeof(OrderAnswer))]
[JsonSerializable(typeof(Done))]
internal sealed partial class NarhubJson : JsonSerializerContext;
