namespace Colonnade.Fragrances.Search;

/// <summary>One value of each document (its gender, its brand), as a small number; 0 is "unknown".</summary>
internal sealed class Column
{
    private readonly Dictionary<string, int> numbers = new(StringComparer.Ordinal) { [""] = 0 };
    private readonly Dictionary<string, int> spellings = new(StringComparer.Ordinal) { [""] = 0 };
    private readonly List<string> names = [""];
    private int[] values = [];

    public IReadOnlyList<string> Names => names;

    public ReadOnlySpan<int> Values => values;

    /// <summary>The number of a value whatever its case and accents, or -1.</summary>
    public int Find(string name) => name.Length == 0 ? -1 : numbers.GetValueOrDefault(TextFolding.Key(name), -1);

    internal int Number(string name)
    {
        if (spellings.TryGetValue(name, out var known)) return known;
        var key = TextFolding.Key(name);
        if (!numbers.TryGetValue(key, out var number))
        {
            numbers[key] = number = names.Count;
            names.Add(name.Trim());
        }
        return spellings[name] = number;
    }

    internal void Arrange(List<int> appended, ReadOnlySpan<int> order)
    {
        values = new int[order.Length];
        for (var i = 0; i < order.Length; i++) values[i] = appended[order[i]];
        spellings.Clear();
        spellings.TrimExcess();
    }
}

/// <summary>The brand of each document: by its id, for two brands may share a name.</summary>
internal sealed class BrandColumn
{
    private readonly Dictionary<int, int> numbers = [];
    private readonly List<int> ids = [];
    private readonly List<string> names = [];
    private int[] values = [];

    public int Count => ids.Count;

    public ReadOnlySpan<int> Values => values;

    public int Id(int number) => ids[number];

    public string Name(int number) => names[number];

    /// <summary>The number of a brand, or -1.</summary>
    public int Find(int id) => numbers.GetValueOrDefault(id, -1);

    internal int Number(int id, string name)
    {
        if (numbers.TryGetValue(id, out var known)) return known;
        ids.Add(id);
        names.Add(name);
        return numbers[id] = ids.Count - 1;
    }

    internal void Arrange(List<int> appended, ReadOnlySpan<int> order)
    {
        values = new int[order.Length];
        for (var i = 0; i < order.Length; i++) values[i] = appended[order[i]];
    }
}

/// <summary>Any number of values of each document (its notes), without repetition.</summary>
internal sealed class ListColumn
{
    private readonly Column dictionary = new();
    private readonly List<int> appended = [];
    private readonly List<int> appendedStarts = [0];
    private int[] values = [];
    private int[] starts = [];

    public IReadOnlyList<string> Names => dictionary.Names;

    public int Find(string name) => dictionary.Find(name);

    public ReadOnlySpan<int> this[int document] => values.AsSpan(starts[document]..starts[document + 1]);

    internal void Append(IReadOnlyList<string> names)
    {
        var start = appendedStarts[^1];
        for (var i = 0; i < names.Count; i++)
        {
            var number = dictionary.Number(names[i]);
            if (number > 0 && !System.Runtime.InteropServices.CollectionsMarshal.AsSpan(appended)[start..].Contains(number)) appended.Add(number);
        }
    }

    internal void EndDocument() => appendedStarts.Add(appended.Count);

    internal void Arrange(ReadOnlySpan<int> order)
    {
        values = new int[appended.Count];
        starts = new int[order.Length + 1];
        for (var i = 0; i < order.Length; i++)
        {
            var from = appendedStarts[order[i]];
            var length = appendedStarts[order[i] + 1] - from;
            appended.CopyTo(from, values, starts[i], length);
            starts[i + 1] = starts[i] + length;
        }
        appended.Clear();
        appended.TrimExcess();
        appendedStarts.Clear();
        appendedStarts.TrimExcess();
        dictionary.Arrange([], []);
    }
}

/// <summary>What is known of every document beside its text: filters, facets, orders and likeness read only this.</summary>
internal sealed class Columns
{
    internal int[] Ids { get; set; } = [];
    internal int[] Years { get; set; } = [];
    internal int LastYear { get; set; }
    public BrandColumn Brand { get; } = new();
    public Column Gender { get; } = new();
    public Column Family { get; } = new();
    public Column PriceRange { get; } = new();
    public Column Concentration { get; } = new();
    public ListColumn Notes { get; } = new();
    public ListColumn Accords { get; } = new();
    public ListColumn Perfumers { get; } = new();

    /// <summary>How many words the name has, and which of them (one bit each) are more than particles and its strength.</summary>
    internal byte[] NameLengths { get; set; } = [];
    internal ushort[] NameWords { get; set; } = [];
    internal Orders Orders { get; set; } = new([], [], [], []);
}
