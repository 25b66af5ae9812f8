using Microsoft.Extensions.ObjectPool;

namespace Colonnade.Fragrances.Search;

/// <summary>What one search writes on; taken from a pool, since none of it is small.</summary>
internal sealed class SearchScratch(int documents)
{
    private readonly QueryWord?[] words = new QueryWord?[TokenList.MostQueryWords];

    public TokenList Tokens { get; } = new();
    public List<QueryWord> Words { get; } = [];
    public Filters Filters { get; } = new(documents);
    public Ranking Ranking { get; } = new(documents);
    public Page Page { get; } = new();
    public DocumentSet Found { get; } = new(documents);
    public DocumentSet Hits { get; } = new(documents);
    public DocumentSet Spare { get; } = new(documents);

    public QueryWord Word(int index) => words[index] ??= new QueryWord(documents);

    internal sealed class Policy(int documents) : PooledObjectPolicy<SearchScratch>
    {
        public override SearchScratch Create() => new(documents);

        public override bool Return(SearchScratch obj) => true;
    }
}
