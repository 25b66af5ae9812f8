using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Colonnade.Narhub.Banking;

/// <summary>One booking on an account of ours, as a bank statement tells it: a whole entry, or one transfer of a batch.</summary>
public sealed record BankLine
{
    /// <summary>The account's IBAN, or the number a bank gives instead.</summary>
    public required string Account { get; init; }

    /// <summary>Minor units; what left the account is negative.</summary>
    public required long Amount { get; init; }

    /// <summary>ISO 4217.</summary>
    public required string Currency { get; init; }

    public required DateOnly BookedOn { get; init; }

    /// <summary>A booking that takes an earlier one back.</summary>
    public bool IsReversal { get; init; }

    public string? PayerName { get; init; }

    public string? PayerAccount { get; init; }

    /// <summary>What the payer wrote: structured references first, then text.</summary>
    public string Remittance { get; init; } = "";

    /// <summary>What the bank calls this booking and no other of the account; null where it names none.</summary>
    public string? BankReference { get; init; }

    /// <summary>What the statement calls it, which other statements may call other bookings too.</summary>
    public string? StatementReference { get; init; }

    /// <summary>
    /// What makes two lines of an account the same booking, in whichever file they come: the bank's own reference, or, where the bank
    /// has none, everything the file says of it and which of several alike it is.
    /// </summary>
    /// <param name="repetition">How many lines that are alike in everything stood before it in its file.</param>
    public byte[] Identity(int repetition) => SHA256.HashData(Encoding.UTF8.GetBytes(BankReference is not null
        ? $"bank\n{BankReference}"
        : string.Create(CultureInfo.InvariantCulture, $"alike\n{repetition}\n{Likeness}")));

    /// <summary>Everything a file says of a line; two bookings may be alike in it.</summary>
    public string Likeness => string.Create(
        CultureInfo.InvariantCulture, $"{StatementReference}\n{BookedOn:O}\n{Amount} {Currency}\n{PayerAccount}\n{PayerName}\n{Remittance}");
}

/// <summary>A statement that cannot be read, and the reason in a sentence for whoever sent it.</summary>
public sealed class UnreadableStatementException(string reason, Exception? cause = null) : Exception(reason, cause);
