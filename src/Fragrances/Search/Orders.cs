namespace Colonnade.Fragrances.Search;

/// <summary>The whole catalogue in every order it can be asked for, ties by id, unknown values last.</summary>
internal sealed class Orders
{
    private readonly int[] ids;
    private readonly int[][] orders;

    /// <param name="ids">Id of each document.</param>
    /// <param name="popularity">Dense rank of the popularity, 1 for the least; 0 is unknown.</param>
    /// <param name="name">Dense rank of the name, 1 for the first.</param>
    /// <param name="year">Year, 0 when unknown.</param>
    public Orders(int[] ids, int[] popularity, int[] name, int[] year)
    {
        this.ids = ids;
        orders =
        [
            Sort(popularity, descending: false), Sort(popularity, descending: true),
            Sort(name, descending: false), Sort(name, descending: true),
            Sort(year, descending: false), Sort(year, descending: true),
        ];
    }

    public ReadOnlySpan<int> Of(SearchSort sort, bool descending) => orders[(descending ? 1 : 0) + sort switch
    {
        SearchSort.Name => 2,
        SearchSort.Year => 4,
        _ => 0,
    }];

    private int[] Sort(int[] ranks, bool descending)
    {
        var keys = new ulong[ids.Length];
        var order = new int[ids.Length];
        for (var i = 0; i < ids.Length; i++)
        {
            var rank = ranks[i] == 0 ? uint.MaxValue : descending ? uint.MaxValue - (uint)ranks[i] : (uint)ranks[i];
            keys[i] = (ulong)rank << 32 | (uint)ids[i];
            order[i] = i;
        }
        Array.Sort(keys, order);
        return order;
    }
}
