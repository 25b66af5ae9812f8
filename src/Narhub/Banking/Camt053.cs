using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;

namespace Colonnade.Narhub.Banking;

/// <summary>
/// Reads bank statements in CAMT.053 (ISO 20022, <c>camt.053.001.02</c> and later), entry by entry, with no document type definition
/// and nothing fetched. Only what is booked counts: pending and merely announced entries are passed over.
/// </summary>
public static partial class Camt053
{
    private const string Namespace = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.";
    private const int MostCharacters = 32 * 1024 * 1024;
    private const int MostLines = 20_000;

    /// <param name="file">The file; read to its end.</param>
    /// <param name="stop">Cancels.</param>
    /// <exception cref="UnreadableStatementException">It is no such statement.</exception>
    public static async Task<IReadOnlyList<BankLine>> Read(Stream file, CancellationToken stop)
    {
        using var xml = XmlReader.Create(file, new XmlReaderSettings
        {
            Async = true,
            DtdProcessing = DtdProcessing.Prohibit,
            XmlResolver = null,
            MaxCharactersInDocument = MostCharacters,
            IgnoreComments = true,
            IgnoreProcessingInstructions = true,
            IgnoreWhitespace = true,
        });
        try
        {
            return await Read(xml, stop);
        }
        catch (XmlException broken)
        {
            throw new UnreadableStatementException($"The file is no readable XML: line {broken.LineNumber}, position {broken.LinePosition}.", broken);
        }
    }

    private static async Task<IReadOnlyList<BankLine>> Read(XmlReader xml, CancellationToken stop)
    {
        await xml.MoveToContentAsync();
        if (xml.LocalName != "Document" || !Version().IsMatch(xml.NamespaceURI))
            throw new UnreadableStatementException("The file is XML, but no CAMT.053 statement: its root has to be a Document of the namespace " + Namespace + "02 or later.");

        var lines = new List<BankLine>();
        var account = "";
        var statements = 0;
        await xml.ReadAsync();
        while (!xml.EOF)
        {
            stop.ThrowIfCancellationRequested();
            if (xml is { NodeType: XmlNodeType.Element, LocalName: "Stmt", Depth: 2 })
            {
                account = "";
                statements++;
                await xml.ReadAsync();
            }
            else if (xml is { NodeType: XmlNodeType.Element, LocalName: "Acct", Depth: 3 })
            {
                account = AccountOf((XElement)await XNode.ReadFromAsync(xml, stop));
            }
            else if (xml is { NodeType: XmlNodeType.Element, LocalName: "Ntry", Depth: 3 })
            {
                if (account.Length == 0)
                    throw new UnreadableStatementException("A statement in the file does not say whose account it is of.");
                lines.AddRange(CamtEntry.Lines((XElement)await XNode.ReadFromAsync(xml, stop), account));
                if (lines.Count > MostLines)
                    throw new UnreadableStatementException(string.Create(CultureInfo.InvariantCulture, $"The file has more than {MostLines} bookings; send it in parts."));
            }
            else if (xml is { NodeType: XmlNodeType.Element, Depth: 3 })
            {
                await xml.SkipAsync();
            }
            else
            {
                await xml.ReadAsync();
            }
        }

        return statements > 0 ? lines : throw new UnreadableStatementException("The file holds no statement.");
    }

    private static string AccountOf(XElement account) =>
        account.Text("Id", "IBAN") is { } iban ? Iban.Parse(iban)?.Text ?? throw new UnreadableStatementException($"{iban} is no IBAN.")
        : account.Text("Id", "Othr", "Id") ?? "";

    [GeneratedRegex(@"^urn:iso:std:iso:20022:tech:xsd:camt\.053\.001\.(0[2-9]|[1-9][0-9])$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Version();
}

/// <summary>One <c>Ntry</c>: a booking, or a batch of transfers booked as one.</summary>
internal static class CamtEntry
{
    private static readonly string[] NoReference = ["NONREF", "NOTPROVIDED", "UNKNOWN"];

    public static IEnumerable<BankLine> Lines(XElement entry, string account)
    {
        // Version 02 has the word itself, later ones a code inside.
        if ((entry.Text("Sts", "Cd") ?? entry.Text("Sts")) is not "BOOK")
            return [];
        var whole = Money(entry.Child("Amt") ?? throw Broken("An entry has no amount."), entry.Text("CdtDbtInd"));
        var booked = Day(entry.Child("BookgDt") ?? entry.Child("ValDt") ?? throw Broken("An entry has no date."));
        var bankReference = Reference(entry.Text("AcctSvcrRef"));
        var isReversal = entry.Text("RvslInd") is "true" or "1";
        BankLine line = new()
        {
            Account = account,
            Amount = whole.Amount,
            Currency = whole.Currency,
            BookedOn = booked,
            IsReversal = isReversal,
            BankReference = bankReference,
            StatementReference = Reference(entry.Text("NtryRef")),
        };

        var transfers = entry.Children("NtryDtls").SelectMany(details => details.Children("TxDtls")).ToList();
        var split = transfers.ConvertAll(transfer => Split(transfer, whole.Currency, entry.Text("CdtDbtInd")));
        // A batch is taken apart only where its parts are told and add up to it.
        if (transfers.Count > 1 && split.TrueForAll(static amount => amount is not null) && split.Sum(static amount => amount!.Value) == whole.Amount)
        {
            return transfers.Select((transfer, at) => line with
            {
                Amount = split[at]!.Value,
                BankReference = OfTransfer(transfer, bankReference, at),
                PayerName = Payer(transfer),
                PayerAccount = PayerAccount(transfer),
                Remittance = Remittance([transfer]),
            });
        }

        var only = transfers is [var single] ? single : null;
        return
        [
            line with
            {
                BankReference = bankReference ?? Reference(only?.Text("Refs", "AcctSvcrRef")),
                PayerName = only is null ? null : Payer(only),
                PayerAccount = only is null ? null : PayerAccount(only),
                Remittance = transfers.Count > 0 ? Remittance(transfers) : entry.Text("AddtlNtryInf") ?? "",
            },
        ];
    }

    /// <summary>The transfer's own reference where the bank gives one, else its place in the batch.</summary>
    private static string? OfTransfer(XElement transfer, string? ofBatch, int at) =>
        Reference(transfer.Text("Refs", "AcctSvcrRef")) is { } own && own != ofBatch ? own
        : ofBatch is null ? null
        : string.Create(CultureInfo.InvariantCulture, $"{ofBatch}#{at + 1}");

    private static long? Split(XElement transfer, string currency, string? direction)
    {
        if ((transfer.Child("Amt") ?? transfer.Child("AmtDtls", "TxAmt", "Amt")) is not { } amount)
            return null;
        var money = Money(amount, transfer.Text("CdtDbtInd") ?? direction);
        return money.Currency == currency ? money.Amount : null;
    }

    private static string? Payer(XElement transfer) =>
        transfer.Text("RltdPties", "Dbtr", "Pty", "Nm") ?? transfer.Text("RltdPties", "Dbtr", "Nm") ?? transfer.Text("RltdPties", "UltmtDbtr", "Nm");

    private static string? PayerAccount(XElement transfer) =>
        transfer.Text("RltdPties", "DbtrAcct", "Id", "IBAN") ?? transfer.Text("RltdPties", "DbtrAcct", "Id", "Othr", "Id");

    private static string Remittance(IReadOnlyCollection<XElement> transfers)
    {
        var information = transfers.Select(transfer => transfer.Child("RmtInf")).OfType<XElement>().ToList();
        return string.Join('\n',
        [
            .. information.SelectMany(of => of.Children("Strd")).Select(of => of.Text("CdtrRefInf", "Ref")).OfType<string>(),
            .. information.SelectMany(of => of.Children("Ustrd")).Select(of => of.Value.Trim()),
            .. information.SelectMany(of => of.Children("Strd")).SelectMany(of => of.Children("AddtlRmtInf")).Select(of => of.Value.Trim()),
            .. transfers.Select(transfer => transfer.Text("Refs", "EndToEndId")).OfType<string>().Where(id => Reference(id) is not null),
        ]);
    }

    private static (long Amount, string Currency) Money(XElement amount, string? direction)
    {
        var currency = amount.Attribute("Ccy")?.Value ?? "";
        if (currency.Length != 3 || !currency.All(char.IsAsciiLetterUpper))
            throw Broken("An amount has no currency.");
        var minor = Amounts.MinorUnits(amount.Value.Trim(), '.', currency) ?? throw Broken($"\"{Amounts.Shortened(amount.Value)}\" is no amount.");
        return direction switch
        {
            "CRDT" => (minor, currency),
            "DBIT" => (-minor, currency),
            _ => throw Broken("An entry says neither credit nor debit."),
        };
    }

    private static DateOnly Day(XElement date)
    {
        var text = date.Text("Dt") ?? date.Text("DtTm") ?? "";
        return text.Length >= 10 && DateOnly.TryParseExact(text[..10], "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            ? day
            : throw Broken($"\"{Amounts.Shortened(text)}\" is no date.");
    }

    private static string? Reference(string? text) =>
        string.IsNullOrWhiteSpace(text) || NoReference.Contains(text, StringComparer.OrdinalIgnoreCase) || text.All(static letter => letter is '0') ? null : text;

    private static UnreadableStatementException Broken(string reason) => new(reason);

    // Within a statement everything is of one namespace, and names are only met at their place: the local name decides.
    private static IEnumerable<XElement> Children(this XElement element, string name) => element.Elements().Where(child => child.Name.LocalName == name);

    private static XElement? Child(this XElement element, params ReadOnlySpan<string> path)
    {
        XElement? at = element;
        foreach (var name in path)
            at = at?.Children(name).FirstOrDefault();
        return at;
    }

    internal static string? Text(this XElement element, params ReadOnlySpan<string> path) =>
        element.Child(path) is { HasElements: false } found && found.Value.Trim() is { Length: > 0 } text ? text : null;
}
