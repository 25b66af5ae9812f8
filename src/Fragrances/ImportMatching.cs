using Colonnade.Fragrances.Catalogue;
using Colonnade.Fragrances.Search;
using Colonnade.Platform.Database;

namespace Colonnade.Fragrances;

/// <summary>Which fragrance of the catalogue a row of a collection file means.</summary>
internal static class ImportMatching
{
    private const int MostProposals = 5;

    // A file of nothing but riddles must not keep a processor for seconds; what lies beyond is unmatched.
    private const int MostSearches = 500;

    /// <summary>
    /// By identity: brand and name as they are folded, and the concentration. A row without one means the fragrance that such
    /// rows mean in the catalogue's own files, or the only strength there is.
    /// </summary>
    /// <remarks>What no identity answers is looked for as a person would, forgiving typing errors; that only proposes.</remarks>
    public static async Task<List<MatchedRow>> Match(
        Work work, Guid account, IReadOnlyList<CollectionFileRow> rows, SearchIndex index, CancellationToken stop)
    {
        var wanted = rows.Select(Identity.Of).ToArray();
        var known = await work.List<KnownFragrance>(
            """
            select wanted.brand_key, wanted.name_key, fragrance.id, fragrance.concentration_key, fragrance.means_unknown, item.id is not null as is_collected
            from (select distinct * from unnest(@brands, @names) as identities (brand_key, name_key)) wanted
            join brands brand on brand.name_key = wanted.brand_key
            join fragrances fragrance on fragrance.brand_id = brand.id and fragrance.name_key = wanted.name_key
            left join collection_items item on item.fragrance_id = fragrance.id and item.account_id = @account
            order by fragrance.id
            """,
            new { account, brands = wanted.Select(identity => identity.Brand).ToArray(), names = wanted.Select(identity => identity.Name).ToArray() }, stop);

        var byName = known.ToLookup(fragrance => (fragrance.BrandKey, fragrance.NameKey));
        var taken = new HashSet<int>();
        var searches = new Dictionary<Identity, IReadOnlyList<int>>();
        return [.. rows.Zip(wanted, (row, identity) =>
        {
            stop.ThrowIfCancellationRequested();
            return Match(row, identity, [.. byName[(identity.Brand, identity.Name)]], taken) ?? Propose(row, identity, index, searches);
        })];
    }

    private static MatchedRow? Match(CollectionFileRow row, Identity identity, IReadOnlyList<KnownFragrance> named, HashSet<int> taken)
    {
        if (row.Errors.Count > 0)
            return new MatchedRow(row, ImportStatus.Invalid, null, []);
        var meant = named.FirstOrDefault(fragrance => fragrance.ConcentrationKey == identity.Concentration)
            ?? (identity.Concentration.Length == 0 ? named.FirstOrDefault(fragrance => fragrance.MeansUnknown) : null)
            ?? (named is [var only] && (identity.Concentration.Length == 0 || only.ConcentrationKey.Length == 0) ? only : null);
        if (meant is not null)
            return new MatchedRow(row, taken.Add(meant.Id) && !meant.IsCollected ? ImportStatus.New : ImportStatus.Duplicate, meant.Id, []);
        return named.Count > 0 ? new MatchedRow(row, ImportStatus.Ambiguous, null, [.. named.Select(fragrance => fragrance.Id)]) : null;
    }

    private static MatchedRow Propose(CollectionFileRow row, Identity identity, SearchIndex index, Dictionary<Identity, IReadOnlyList<int>> searches)
    {
        if (!searches.TryGetValue(identity, out var candidates) && searches.Count < MostSearches)
            searches[identity] = candidates = Search(index, $"{row.Name} {row.Brand}") ?? Search(index, row.Name) ?? [];
        candidates ??= [];
        return new MatchedRow(row, candidates.Count > 0 ? ImportStatus.Ambiguous : ImportStatus.Unmatched, null, candidates);
    }

    private static IReadOnlyList<int>? Search(SearchIndex index, string text)
    {
        var found = index.Search(new SearchQuery { Text = text, Limit = MostProposals });
        // A search that had to drop words has found something else.
        return found.Total == 0 || found.Relaxed ? null : [.. found.Ordinals.Select(index.Id)];
    }

    private readonly record struct Identity(string Brand, string Name, string Concentration)
    {
        public static Identity Of(CollectionFileRow row)
        {
            var (concentration, name) = Strengths.Of(row.Name, row.Concentration);
            return new Identity(TextFolding.Key(row.Brand), name, concentration.Length == 0 ? "" : TextFolding.Key(concentration));
        }
    }

    private sealed record KnownFragrance
    {
        public string BrandKey { get; init; } = "";
        public string NameKey { get; init; } = "";
        public int Id { get; init; }
        public string ConcentrationKey { get; init; } = "";
        public bool MeansUnknown { get; init; }
        public bool IsCollected { get; init; }
    }
}

/// <summary>What is made of a row before it is committed, and what becomes of it then.</summary>
internal static class ImportStatus
{
    /// <summary>Its fragrance is known and not in the collection yet.</summary>
    public const string New = "new";

    /// <summary>Its fragrance is in the collection, or an earlier row of the file names it.</summary>
    public const string Duplicate = "duplicate";

    /// <summary>Other fragrances than one may be meant.</summary>
    public const string Ambiguous = "ambiguous";

    public const string Unmatched = "unmatched";

    public const string Invalid = "invalid";

    public static readonly string[] All = [New, Duplicate, Ambiguous, Unmatched, Invalid, "skipped"];

    public static readonly string[] Outcomes = ["added", "merged", "replaced", "kept"];
}

internal sealed record MatchedRow(CollectionFileRow Row, string Status, int? FragranceId, IReadOnlyList<int> Candidates);
