namespace Colonnade.Fragrances.Search;

/// <summary>
/// One fragrance as the search index takes it in. Unknown text is "", unknown numbers are null, unknown lists are empty.
/// <see cref="Json"/> is opaque here: UTF-8 that <see cref="SearchIndex.Json"/> gives back unchanged.
/// </summary>
public sealed record CatalogueEntry
{
    public required int Id { get; init; }
    public required string Name { get; init; }
    public required int BrandId { get; init; }
    public required string BrandName { get; init; }
    public IReadOnlyList<string> TopNotes { get; init; } = [];
    public IReadOnlyList<string> MiddleNotes { get; init; } = [];
    public IReadOnlyList<string> BaseNotes { get; init; } = [];
    public IReadOnlyList<string> Accords { get; init; } = [];
    public IReadOnlyList<string> Perfumers { get; init; } = [];
    public string Family { get; init; } = "";
    public string Concentration { get; init; } = "";
    public string Gender { get; init; } = "";
    public string PriceRange { get; init; } = "";
    public int? LaunchYear { get; init; }
    public double? PopularityScore { get; init; }
    public string Description { get; init; } = "";
    public ReadOnlyMemory<byte> Json { get; init; }
}
