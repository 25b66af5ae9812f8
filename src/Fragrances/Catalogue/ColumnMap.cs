namespace Colonnade.Fragrances.Catalogue;

/// <summary>
/// Which column of a file stands for which field, where the file's own names do not tell: <c>name=Title,brand=House</c>.
/// A mapped field is read from that column only; all others keep their known spellings.
/// </summary>
public sealed class ColumnMap
{
    public static readonly ColumnMap None = new([]);

    private readonly Dictionary<string, CatalogueField> _fields;
    private readonly HashSet<CatalogueField> _mapped;

    private ColumnMap(Dictionary<string, CatalogueField> fields) => (_fields, _mapped) = (fields, [.. fields.Values]);

    /// <exception cref="FormatException">Not of the form <c>field=Column,…</c>, or a field that does not exist; the message tells which.</exception>
    public static ColumnMap Parse(string map)
    {
        var fields = new Dictionary<string, CatalogueField>(StringComparer.OrdinalIgnoreCase);
        foreach (var pair in map.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0 || equals == pair.Length - 1)
                throw new FormatException($"'{pair}' is not of the form field=Column.");
            var (name, column) = (pair[..equals].TrimEnd(), pair[(equals + 1)..].TrimStart());
            if (char.IsAsciiDigit(name[0]) || !Enum.TryParse<CatalogueField>(name, ignoreCase: true, out var field))
                throw new FormatException($"There is no field '{name}'. Fields: {string.Join(", ", Enum.GetNames<CatalogueField>().Select(Camel))}.");
            if (!fields.TryAdd(column, field))
                throw new FormatException($"Column '{column}' is mapped twice.");
        }
        return new ColumnMap(fields);
    }

    internal CatalogueField? Find(string column)
    {
        var name = column.Trim();
        if (_fields.TryGetValue(name, out var mapped))
            return mapped;
        return CatalogueFields.Find(name) is { } known && !_mapped.Contains(known) ? known : null;
    }

    internal static string Camel(string name) => char.ToLowerInvariant(name[0]) + name[1..];
}
