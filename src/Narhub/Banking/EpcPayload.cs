using System.Globalization;
using System.Text;

namespace Colonnade.Narhub.Banking;

/// <summary>
/// What a QR code on an invoice says to a banking app: a SEPA credit transfer as in EPC069-12, version 002, in UTF-8.
/// </summary>
/// <param name="Beneficiary">1 to 70 characters.</param>
/// <param name="Iban">The beneficiary's account.</param>
/// <param name="Bic">8 or 11 characters; may be missing.</param>
/// <param name="Cents">Euro cents, 1 to 99 999 999 999.</param>
/// <param name="Reference">A structured reference of at most 35 characters; then there is no text.</param>
/// <param name="Text">At most 140 characters, where there is no structured reference.</param>
/// <param name="Purpose">At most 4 characters.</param>
/// <param name="Information">For the payer, at most 70 characters.</param>
public sealed record EpcPayload(
    string Beneficiary, Iban Iban, string? Bic, long Cents, string? Reference = null, string? Text = null, string? Purpose = null, string? Information = null)
{
    private const int MostBytes = 331;
    private const long MostCents = 99_999_999_999;

    /// <summary>The payload, or null where something is outside the limits of the standard: then there is no code, and the transfer is typed in.</summary>
    public string? Write()
    {
        string[] lines =
        [
            "BCD", "002", "1", "SCT",
            Bic ?? "",
            Beneficiary,
            Iban.Text,
            string.Create(CultureInfo.InvariantCulture, $"EUR{Cents / 100}.{Cents % 100:00}"),
            Purpose ?? "",
            Reference ?? "",
            Text ?? "",
            Information ?? "",
        ];
        if (Cents is < 1 or > MostCents
            || Characters(Beneficiary) is 0 or > 70
            || (Bic ?? "").Length is not (0 or 8 or 11)
            || Characters(Purpose) > 4
            || Characters(Reference) > 35
            || Characters(Text) > 140
            || Characters(Information) > 70
            || (!string.IsNullOrEmpty(Reference) && !string.IsNullOrEmpty(Text))
            || Array.Exists(lines, static line => line.Any(char.IsControl)))
        {
            return null;
        }

        var payload = string.Join('\n', lines).TrimEnd('\n');
        return Encoding.UTF8.GetByteCount(payload) <= MostBytes ? payload : null;
    }

    private static int Characters(string? text) => text is null ? 0 : new StringInfo(text).LengthInTextElements;
}
