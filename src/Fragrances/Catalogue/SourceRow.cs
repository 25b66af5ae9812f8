namespace Colonnade.Fragrances.Catalogue;

/// <summary>One row as the file has it: texts by field, or the reason why it could not be read.</summary>
/// <param name="number">Counted from 1 over the data rows of the file.</param>
/// <param name="line">The line of the file on which the row begins, from 1.</param>
internal sealed class SourceRow(int number, int line)
{
    private readonly List<string>?[] _texts = new List<string>?[CatalogueFields.Count];

    public int Number { get; } = number;

    public int Line { get; } = line;

    /// <summary>Why the row cannot be read; null when it can.</summary>
    public string? Problem { get; set; }

    /// <summary>How the row begins in the file, for the report of rejected rows.</summary>
    public string Excerpt { get; set; } = "";

    public void Add(CatalogueField field, string text)
    {
        if (text.Length > 0)
            (_texts[(int)field] ??= new List<string>(1)).Add(text);
    }

    public IReadOnlyList<string> List(CatalogueField field) => _texts[(int)field] ?? (IReadOnlyList<string>)[];

    /// <summary>The first text given for the field, "" when there is none.</summary>
    public string Text(CatalogueField field) => _texts[(int)field] is [var first, ..] ? first : "";
}
