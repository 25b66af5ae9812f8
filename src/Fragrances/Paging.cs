namespace Colonnade.Fragrances;

/// <summary>Which part of a list is asked for.</summary>
public sealed record Paging(int Limit, long Offset)
{
    public const int DefaultLimit = 20;
    public const int MostLimit = 100;

    public Pagination Over(long total) => new(total, Limit, Offset, Offset + Limit < total);
}

public sealed record Pagination(long Total, int Limit, long Offset, bool HasMore);
