using System.Globalization;
using System.Text;
using CsvHelper;

namespace Colonnade.Narhub.Banking;

/// <summary>
/// Reads bank statements as CSV: whatever separates the columns, names in the first row in English or German, amounts with comma or
/// full stop. It must say date and amount of every booking; a line of which that is not certain refuses the file, so that a
/// statement is never imported by half.
/// </summary>
public static class BankCsv
{
    private const int MostBytesInARow = 64 * 1024;
    private const int MostLines = 20_000;
    private static readonly string[] Dates = ["yyyy-MM-dd", "dd.MM.yyyy", "dd.MM.yy", "dd/MM/yyyy", "yyyyMMdd"];

    private static readonly Dictionary<string, Column> Spellings = new (Column Column, string Names)[]
    {
        (Column.Date, "bookingdate bookedon date buchungstag buchungsdatum datum"),
        (Column.Amount, "amount betrag umsatz"),
        (Column.Currency, "currency währung waehrung"),
        (Column.PayerName, "name payer payername debtor debtorname counterparty namezahlungsbeteiligter auftraggeber beguenstigterzahlungspflichtiger"),
        (Column.PayerAccount, "iban payeriban payeraccount debtoriban debtoraccount ibanzahlungsbeteiligter kontonummeriban"),
        (Column.Remittance, "remittance remittanceinformation purpose description text paymentreference verwendungszweck"),
        (Column.Reference, "entryreference bankreference transactionid id bankreferenz"),
        (Column.Account, "account accountiban auftragskonto ibanauftragskonto"),
    }.SelectMany(known => known.Names.Split(' '), static (known, name) => (name, known.Column)).ToDictionary(StringComparer.Ordinal);

    private enum Column
    {
        Unknown,
        Date,
        Amount,
        Currency,
        PayerName,
        PayerAccount,
        Remittance,
        Reference,
        Account,
    }

    /// <param name="file">UTF-8, with or without a byte order mark, or Latin-1.</param>
    /// <param name="account">Whose statement it is, where no column says so.</param>
    /// <param name="currency">Where no column says so.</param>
    /// <param name="stop">Cancels.</param>
    /// <exception cref="UnreadableStatementException">Something in it cannot be read with certainty.</exception>
    public static async Task<IReadOnlyList<BankLine>> Read(Stream file, string account, string currency, CancellationToken stop)
    {
        using var bytes = new MemoryStream();
        await file.CopyToAsync(bytes, stop);
        var text = Decode(bytes.ToArray());
        var isIllQuoted = false;
        await using var csv = CsvReader.Create(new StringReader(text), new CsvReaderOptions
        {
            Separator = Separator(text),
            HasHeader = false,
            MaxRecordSize = MostBytesInARow,
            OnMalformedRecord = _ => isIllQuoted = true,
        });
        var lines = new List<BankLine>();
        try
        {
            if (!await csv.ReadAsync(stop))
                throw new UnreadableStatementException("The file is empty.");
            var columns = Cells(csv).ConvertAll(ColumnOf);
            foreach (var needed in (Column[])[Column.Date, Column.Amount])
            {
                if (!columns.Contains(needed))
                    throw new UnreadableStatementException($"No column of the file is known to hold the {(needed == Column.Date ? "booking date" : "amount")}.");
            }

            for (var row = 2; await csv.ReadAsync(stop); row++)
            {
                var cells = Cells(csv);
                if (isIllQuoted)
                    throw new UnreadableStatementException(string.Create(CultureInfo.InvariantCulture, $"Row {row}: a quote is not closed where its cell ends."));
                if (cells.TrueForAll(string.IsNullOrWhiteSpace))
                    continue;
                if (lines.Count == MostLines)
                    throw new UnreadableStatementException(string.Create(CultureInfo.InvariantCulture, $"The file has more than {MostLines} bookings; send it in parts."));
                lines.Add(Line(cells, columns, row, account, currency));
            }
        }
        catch (CsvFormatException)
        {
            throw new UnreadableStatementException(string.Create(CultureInfo.InvariantCulture, $"Row {lines.Count + 2} has no end; is a quote missing?"));
        }

        return lines;
    }

    private static BankLine Line(List<string> cells, List<Column> columns, int row, string account, string currency)
    {
        string Cell(Column column) => columns.IndexOf(column) is >= 0 and var at && at < cells.Count ? cells[at].Trim() : "";
        UnreadableStatementException Broken(string what) => new(string.Create(CultureInfo.InvariantCulture, $"Row {row}: {what}."));

        var ofAccount = Cell(Column.Account) is { Length: > 0 } own ? Iban.Parse(own)?.Text ?? own : account;
        var inCurrency = Cell(Column.Currency) is { Length: > 0 } named ? named.ToUpperInvariant() : currency;
        return new BankLine
        {
            Account = ofAccount,
            Amount = Amount(Cell(Column.Amount), inCurrency) ?? throw Broken($"\"{Amounts.Shortened(Cell(Column.Amount))}\" is not certainly an amount"),
            Currency = inCurrency.Length == 3 && inCurrency.All(char.IsAsciiLetterUpper) ? inCurrency : throw Broken($"\"{Amounts.Shortened(inCurrency)}\" is no currency"),
            BookedOn = DateOnly.TryParseExact(Cell(Column.Date), Dates, CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
                ? day
                : throw Broken($"\"{Amounts.Shortened(Cell(Column.Date))}\" is no date"),
            PayerName = Cell(Column.PayerName) is { Length: > 0 } name ? name : null,
            PayerAccount = Cell(Column.PayerAccount) is { Length: > 0 } from ? Iban.Parse(from)?.Text ?? from : null,
            Remittance = Cell(Column.Remittance),
            BankReference = Cell(Column.Reference) is { Length: > 0 } reference ? reference : null,
        };
    }

    /// <summary>
    /// 1.234,56 and 1,234.56 and 1234.5 and 40 000; not 1.234, which is a thousand here and one and a bit there.
    /// </summary>
    private static long? Amount(string text, string currency)
    {
        var compact = new string([.. text.Where(letter => !char.IsWhiteSpace(letter) && letter is not ('\u00a0' or '\u202f' or '\''))]).Replace('−', '-');
        var isNegative = compact.StartsWith('-') || compact.EndsWith('-');
        compact = compact.Trim('-', '+');
        var last = compact.LastIndexOfAny(['.', ',']);
        if (last < 0)
            return Signed(Amounts.MinorUnits(compact, '.', currency));
        var separator = compact[last];
        var other = separator == '.' ? ',' : '.';
        var decimals = compact.Length - last - 1;
        if (compact.Count(letter => letter == separator) > 1)
            return compact.Contains(other, StringComparison.Ordinal) || !IsGrouped(compact, separator) ? null : Signed(Amounts.MinorUnits(compact.Replace(separator.ToString(), "", StringComparison.Ordinal), '.', currency));
        if (compact.Contains(other, StringComparison.Ordinal))
            return IsGrouped(compact[..last], other) ? Signed(Amounts.MinorUnits(compact.Replace(other.ToString(), "", StringComparison.Ordinal), separator, currency)) : null;
        return decimals == 3 ? null : Signed(Amounts.MinorUnits(compact, separator, currency));

        long? Signed(long? amount) => isNegative ? -amount : amount;
    }

    private static bool IsGrouped(string whole, char separator)
    {
        var groups = whole.Split(separator);
        return groups[0].Length is > 0 and <= 3 && groups.Skip(1).All(group => group.Length == 3);
    }

    private static string Decode(byte[] bytes)
    {
        try
        {
            return new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true).GetString(bytes).TrimStart('\ufeff');
        }
        catch (DecoderFallbackException)
        {
            return Encoding.Latin1.GetString(bytes);
        }
    }

    private static char Separator(string text)
    {
        var header = text.Split('\n', 2)[0];
        return ((char[])[';', ',', '\t', '|']).MaxBy(separator => header.Split(separator).Count(name => ColumnOf(name.Trim().Trim('"')) != Column.Unknown));
    }

    private static Column ColumnOf(string name) =>
        Spellings.GetValueOrDefault(string.Concat(name.Where(char.IsLetterOrDigit)).ToLowerInvariant());

    private static List<string> Cells(CsvReader csv)
    {
        var cells = new List<string>(csv.FieldCount);
        for (var i = 0; i < csv.FieldCount; i++)
            cells.Add(csv.GetString(i));
        return cells;
    }
}
