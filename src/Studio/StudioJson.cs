using System.Text.Json.Serialization;

namespace Colonnade.Studio;

/// <summary>
/// Source-generated JSON of the answers that are asked for most; names and rules are those of the product's options. Bodies are
/// read by reflection: generated code overwrites the defaults of init members that a body leaves out.
/// </summary>
[JsonSerializable(typeof(OrderAnswer))]
[JsonSerializable(typeof(OrderList))]
[JsonSerializable(typeof(ServiceList))]
internal sealed partial class StudioJson : JsonSerializerContext;
