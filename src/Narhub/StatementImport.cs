using Colonnade.Narhub.Banking;
using Colonnade.Narhub.Jobs;
using Colonnade.Platform.Audit;
using Colonnade.Platform.Database;
using Colonnade.Platform.Jobs;
using Colonnade.Platform.Web;

namespace Colonnade.Narhub;

/// <summary>Keeps the lines of a bank statement, each once for ever. What is done with them is the work of <see cref="BankMatching"/>.</summary>
internal sealed class StatementImport(ProductDatabase database)
{
    /// <summary>The import's id. Lines that are known already, from whichever file, are left as they are.</summary>
    public async Task<Guid> Keep(string format, IReadOnlyList<BankLine> lines, ClientFacts client, CancellationToken stop)
    {
        var repetitions = new Dictionary<(string Account, string Likeness), int>();
        // In the order of their identity, so that two imports of overlapping files wait for each other and never crosswise.
        var rows = lines.Where(IsOfInterest).Select(line => (Line: line, Identity: line.Identity(Repetition(line))))
            .OrderBy(row => row.Line.Account, StringComparer.Ordinal).ThenBy(row => Convert.ToHexString(row.Identity), StringComparer.Ordinal).ToList();
        var id = Guid.CreateVersion7();
        await using var work = await database.Begin(stop);
        await work.Execute(
            """
            with statement as (
                insert into bank_statements (id, format, imported_by, lines, new_lines) values (@id, @format, @ActorId, @Count, 0) returning id
            )
            insert into bank_lines (id, statement_id, account, identity, booked_on, amount, currency, is_reversal, payer_name, payer_account, remittance, bank_reference)
            select line.id, statement.id, account, identity, booked_on, amount, currency, is_reversal, payer_name, payer_account, remittance, bank_reference
            from statement, unnest(@Ids, @Accounts, @Identities, @Days, @Amounts, @Currencies, @Reversals, @Names, @PayerAccounts, @Remittances, @References)
                as line (id, account, identity, booked_on, amount, currency, is_reversal, payer_name, payer_account, remittance, bank_reference)
            on conflict (account, identity) do nothing
            """,
            new
            {
                id,
                format,
                client.ActorId,
                lines.Count,
                Ids = rows.Select(_ => Guid.CreateVersion7()).ToArray(),
                Accounts = rows.Select(row => row.Line.Account).ToArray(),
                Identities = rows.Select(row => row.Identity).ToArray(),
                Days = rows.Select(row => row.Line.BookedOn).ToArray(),
                Amounts = rows.Select(row => row.Line.Amount).ToArray(),
                Currencies = rows.Select(row => row.Line.Currency).ToArray(),
                Reversals = rows.Select(row => row.Line.IsReversal).ToArray(),
                Names = rows.Select(row => Storable(row.Line.PayerName, 200)).ToArray(),
                PayerAccounts = rows.Select(row => Storable(row.Line.PayerAccount, 50)).ToArray(),
                Remittances = rows.Select(row => Storable(row.Line.Remittance, 2_000)).ToArray(),
                References = rows.Select(row => Storable(row.Line.BankReference, 200)).ToArray(),
            },
            stop);
        await work.Execute(
            "update bank_statements set new_lines = (select count(*) from bank_lines where statement_id = @id) where id = @id", new { id }, stop);
        await work.Enqueue(new MatchBankLines(), stop);
        await work.Audit(new AuditEntry("bank_statement_imported", null, client) { Detail = new { statement = id, format, lines = lines.Count } }, stop);
        await work.Commit(stop);
        return id;

        int Repetition(BankLine line) => repetitions[(line.Account, line.Likeness)] = repetitions.GetValueOrDefault((line.Account, line.Likeness)) + 1;
    }

    /// <summary>What came in, and what takes back something that came in. What we paid ourselves is nobody's payment.</summary>
    public static bool IsOfInterest(BankLine line) => line.Amount > 0 || (line is { Amount: < 0, IsReversal: true });

    private static string? Storable(string? text, int most)
    {
        if (text is null)
            return null;
        text = text.Replace("\0", "", StringComparison.Ordinal);
        text = text.Length <= most ? text : text[..most];
        return WireText.IsStorable(text) ? text : new string([.. text.Where(letter => !char.IsSurrogate(letter))]);
    }
}

/// <summary>An import as an operator sees it.</summary>
public sealed record StatementData
{
    internal const string Select =
        """
        select s.id, s.format, s.created_at, s.lines, s.new_lines,
            count(*) filter (where l.state = 'assigned') as matched_lines,
            count(*) filter (where l.state = 'new') as waiting_lines,
            count(*) filter (where l.state = 'open') as open_lines,
            count(*) filter (where l.state = 'dismissed') as dismissed_lines
        from bank_statements s left join bank_lines l on l.statement_id = s.id
        """;

    public Guid Id { get; init; }

    /// <summary>camt.053 or csv.</summary>
    public string Format { get; init; } = "";

    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>All bookings in the file, also what left the account.</summary>
    public int Lines { get; init; }

    /// <summary>Of those that came in, how many no earlier import had.</summary>
    public int NewLines { get; init; }

    /// <summary>Of the new ones.</summary>
    public int MatchedLines { get; init; }

    /// <summary>Of the new ones: not looked at yet.</summary>
    public int WaitingLines { get; init; }

    /// <summary>Of the new ones: an operator has to decide.</summary>
    public int OpenLines { get; init; }

    public int DismissedLines { get; init; }

}
