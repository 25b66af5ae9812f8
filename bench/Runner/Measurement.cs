namespace Colonnade.Bench;

/// <summary>How often and how long each question is asked.</summary>
/// <param name="Rounds">For each contender.</param>
/// <param name="Seconds">Of a round.</param>
/// <param name="WarmUp">Seconds before the first round: the runtime goes on compiling for some.</param>
internal sealed record Effort(int Rounds, int Seconds, int WarmUp)
{
    public static readonly Effort Full = new(7, 4, 8);

    /// <summary>For trying; says little.</summary>
    public static readonly Effort Quick = new(3, 1, 2);
}

/// <summary>Puts one row's question to the contenders in turn: control, Colonnade, control, Colonnade …</summary>
internal sealed class Measurement(Load load, HttpClient http, Effort effort)
{
    /// <exception cref="BenchException">The answers differ more than the row allows, or one failed.</exception>
    public async Task<Measured> Measure(Row row, CancellationToken stop)
    {
        await Comparison.Check(row, http, stop);
        if (row.Control is not null) await load.Drive(row.Control, row.Clients, effort.WarmUp, stop);
        await load.Drive(row.Colonnade, row.Clients, effort.WarmUp, stop);

        var (colonnade, control) = (new List<Round>(), new List<Round>());
        for (var round = 0; round < effort.Rounds; round++)
        {
            if (row.Control is not null) control.Add(await Drive(row, row.Control, stop));
            colonnade.Add(await Drive(row, row.Colonnade, stop));
        }

        return new Measured(row, colonnade, control);
    }

    private Task<Round> Drive(Row row, Contender contender, CancellationToken stop) =>
        load.Drive(contender, row.Clients, effort.Seconds, stop);
}
