using System.Text.Json.Serialization;

namespace Colonnade.FigureForge;

/// <summary>
/// Source-generated JSON of the answers that are asked for most; names and rules are those of the product's options. Bodies are
/// read by reflection: generated code overwrites the defaults of init members that a body leaves out.
/// </summary>
[JsonSerializable(typeof(JobStatus))]
[JsonSerializable(typeof(Page<ImageData>))]
[JsonSerializable(typeof(GenerationAccepted))]
internal sealed partial class FigureForgeJson : JsonSerializerContext;
