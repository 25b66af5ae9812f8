namespace Colonnade.Bench;

/// <summary>What is promised of one product, and how to ask for it. A product's bench is one class with this interface.</summary>
internal interface IProductBench
{
    /// <summary>As the Host calls it.</summary>
    string Product { get; }

    /// <summary>The data all figures were measured with, in a sentence for the report.</summary>
    string Data { get; }

    /// <summary>MB the serving process may take with that data.</summary>
    int MemoryBelow { get; }

    /// <summary>Settings it is served with beside those of every bench.</summary>
    IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Fills the database. The product has been started before, and does not run.</summary>
    /// <returns>What filling it tells.</returns>
    Task<IReadOnlyList<Figure>> Fill(House house, CancellationToken stop);

    /// <summary>Asks once for something that cannot be answered before the data is there; Colonnade serves.</summary>
    Task Ask(House house, CancellationToken stop);

    /// <summary>Prepares what the rows need; Colonnade serves, the control does not run yet.</summary>
    /// <returns>What the control answers from memory, by name.</returns>
    Task<IReadOnlyDictionary<string, byte[]>> Furnish(House house, CancellationToken stop);

    /// <summary>The questions, with a fresh token. Colonnade and the control serve.</summary>
    Task<IReadOnlyList<Row>> Rows(House house, CancellationToken stop);

    /// <summary>What is compared otherwise than by asking under load. Colonnade and the control serve.</summary>
    Task<IReadOnlyList<Figure>> Compare(House house, ServerProcess colonnade, CancellationToken stop) => Task.FromResult<IReadOnlyList<Figure>>([]);
}
