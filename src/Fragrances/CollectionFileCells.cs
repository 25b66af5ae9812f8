using System.Text;

namespace Colonnade.Fragrances;

/// <summary>A list in one cell: entries between semicolons. A backslash before a character says that it belongs to the entry.</summary>
internal static class ListCell
{
    public static string Write(IEnumerable<string> entries) => string.Join("; ", entries.Select(Escape));

    public static IReadOnlyList<string> Read(string cell)
    {
        var entries = new List<string>();
        var entry = new StringBuilder();
        var kept = 0;
        for (var i = 0; i <= cell.Length; i++)
        {
            if (i == cell.Length || cell[i] == ';')
            {
                while (entry.Length > kept && char.IsWhiteSpace(entry[^1]))
                    entry.Length--;
                if (entry.Length > 0)
                    entries.Add(entry.ToString());
                entry.Clear();
                kept = 0;
            }
            else if (cell[i] == '\\' && i + 1 < cell.Length)
            {
                entry.Append(cell[++i]);
                kept = entry.Length;
            }
            else if (entry.Length > 0 || !char.IsWhiteSpace(cell[i]))
            {
                entry.Append(cell[i]);
            }
        }

        return entries;
    }

    private static string Escape(string entry)
    {
        var cell = new StringBuilder(entry.Length);
        for (var i = 0; i < entry.Length; i++)
        {
            if (entry[i] is ';' or '\\' || ((i == 0 || i == entry.Length - 1) && char.IsWhiteSpace(entry[i])))
                cell.Append('\\');
            cell.Append(entry[i]);
        }

        return cell.ToString();
    }
}
