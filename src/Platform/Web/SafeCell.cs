namespace Colonnade.Platform.Web;

/// <summary>
/// Text as a cell that no spreadsheet takes for a formula (https://owasp.org/www-community/attacks/CSV_Injection): an apostrophe
/// stands before what could be one, and before what already begins like that, so that reading gives back what was written.
/// </summary>
public static class SafeCell
{
    public static string Write(string text) => LooksLikeFormula(text) ? "'" + text : text;

    public static string Read(string cell) => cell.StartsWith('\'') && LooksLikeFormula(cell) ? cell[1..] : cell;

    private static bool LooksLikeFormula(string text) =>
        text.AsSpan().TrimStart('\'') is [var first, ..] && first is '=' or '+' or '-' or '@' or '\t' or '\r' or '\n' or '＝' or '＋' or '－' or '＠';
}
