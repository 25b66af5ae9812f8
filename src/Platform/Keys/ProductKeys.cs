using Colonnade.Platform.Database;

namespace Colonnade.Platform.Keys;

/// <summary>
/// Long-lived keys of one product, shared by all its nodes: kept in the table <c>keys</c>, sealed. One active
/// key a purpose; retired ones stay for verification.
/// </summary>
public sealed class ProductKeys(ProductDatabase database, Seal seal, TimeProvider time)
{
    /// <summary>
    /// The active key of <paramref name="purpose"/>, made by <paramref name="create"/> when there is none. Of several
    /// nodes asking at once one makes it and all get the same.
    /// </summary>
    public async Task<ProductKey> Active(string purpose, Func<byte[]> create, CancellationToken stop)
    {
        if (await Find(purpose, stop) is { } existing)
            return existing;
        await database.Execute(
            """
            insert into keys (id, purpose, sealed) values (@Id, @Purpose, @Sealed)
            on conflict (purpose) where retired_at is null do nothing
            """,
            new { Id = Guid.CreateVersion7(time.GetUtcNow()), Purpose = purpose, Sealed = seal.Close(create(), purpose) }, stop);
        return await Find(purpose, stop) ?? throw new InvalidOperationException($"No key for {purpose}.");
    }

    /// <summary>Every key of <paramref name="purpose"/>, the active one first; retired ones verify what they signed.</summary>
    public async Task<IReadOnlyList<ProductKey>> All(string purpose, CancellationToken stop) =>
        (await database.List<Row>(
            "select id, sealed, retired_at from keys where purpose = @Purpose order by retired_at desc nulls first",
            new { Purpose = purpose }, stop)).ConvertAll(row => Open(row, purpose));

    /// <summary>Retires the active key and makes another, in one transaction.</summary>
    public async Task<ProductKey> Rotate(string purpose, Func<byte[]> create, CancellationToken stop)
    {
        await using var work = await database.Begin(stop);
        await work.Execute("update keys set retired_at = clock() where purpose = @Purpose and retired_at is null", new { Purpose = purpose }, stop);
        var key = new ProductKey(Guid.CreateVersion7(time.GetUtcNow()), create(), IsActive: true);
        await work.Execute("insert into keys (id, purpose, sealed) values (@Id, @Purpose, @Sealed)",
            new { key.Id, Purpose = purpose, Sealed = seal.Close(key.Bytes, purpose) }, stop);
        await work.Commit(stop);
        return key;
    }

    private async Task<ProductKey?> Find(string purpose, CancellationToken stop) =>
        await database.One<Row>("select id, sealed, retired_at from keys where purpose = @Purpose and retired_at is null", new { Purpose = purpose }, stop) is { } row
            ? Open(row, purpose)
            : null;

    private ProductKey Open(Row row, string purpose) => new(row.Id, seal.Open(row.Sealed, purpose), row.RetiredAt is null) { RetiredAt = row.RetiredAt };

    private sealed record Row
    {
        public Guid Id { get; init; }
        public byte[] Sealed { get; init; } = [];
        public DateTimeOffset? RetiredAt { get; init; }
    }
}

/// <summary>One key in the clear; only in memory.</summary>
/// <param name="Id">Also the <c>kid</c> of tokens signed with it.</param>
/// <param name="Bytes">Raw key material in the form its purpose defines.</param>
/// <param name="IsActive">False once another has taken its place.</param>
public sealed record ProductKey(Guid Id, byte[] Bytes, bool IsActive)
{
    /// <summary>Since when another has been in its place.</summary>
    public DateTimeOffset? RetiredAt { get; init; }
}
