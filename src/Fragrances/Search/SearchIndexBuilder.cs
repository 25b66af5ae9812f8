using System.Globalization;

namespace Colonnade.Fragrances.Search;

/// <summary>Takes the catalogue in, one fragrance after another in any order, and makes the index of it. For one use.</summary>
public sealed class SearchIndexBuilder
{
    // Between two notes: far enough that words of different notes are never neighbours.
    private const int NoteGap = 4;
    private const int LastYear = 9999;
    private const int ChunkBits = 16, MostTerms = 1 << 20;

    private readonly record struct Place(int Term, ushort Position, bool Wide);

    private readonly record struct Rank(double Popularity, string Name, int Id);

    private readonly Dictionary<string, int> terms = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> termsByLetters;
    private readonly List<int> lastDescribed = [];
    private readonly Dictionary<string, Place[]> phrases = new(StringComparer.Ordinal);
    private readonly TokenList tokens = new();

    private readonly List<uint[]> stream = [];
    private readonly List<long> streamStarts = [];
    private long streamLength;

    private readonly Columns columns = new();
    private readonly Utf8Store json = new();
    private readonly Utf8Store names = new();
    private readonly List<Rank> ranks = [];
    private readonly List<int> years = [];
    private readonly List<byte> nameLengths = [];
    private readonly List<ushort> nameWords = [];
    private readonly List<int> brands = [], genders = [], families = [], priceRanges = [], concentrations = [];

    public SearchIndexBuilder() => termsByLetters = terms.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <exception cref="ArgumentException">More than 1,048,576 fragrances, or one of more than a megabyte.</exception>
    public void Add(CatalogueEntry entry)
    {
        if (ranks.Count == Posting.MostDocuments) throw new ArgumentException($"The index holds {Posting.MostDocuments} fragrances at most.", nameof(entry));

        streamStarts.Add(streamLength);
        AddName(entry.Name);
        AddPhrase(entry.BrandName, SearchField.Brand, 0);

        var position = 0;
        foreach (var list in (ReadOnlySpan<IReadOnlyList<string>>)[entry.TopNotes, entry.MiddleNotes, entry.BaseNotes, entry.Accords, entry.Perfumers])
            for (var i = 0; i < list.Count; i++) position = AddPhrase(list[i], SearchField.Notes, position) + NoteGap;

        position = AddPhrase(entry.Family, SearchField.Class, 0) + NoteGap;
        position = AddPhrase(entry.Concentration, SearchField.Class, position) + NoteGap;
        position = AddPhrase(Synonyms.WordsOfGender(entry.Gender), SearchField.Class, position) + NoteGap;
        if (entry.LaunchYear is { } year) AddPhrase(year.ToString(CultureInfo.InvariantCulture), SearchField.Class, position);
        AddDescription(entry.Description);

        ranks.Add(new Rank(entry.PopularityScore ?? double.NegativeInfinity, TextFolding.Key(entry.Name), entry.Id));
        years.Add(Math.Clamp(entry.LaunchYear ?? 0, 0, LastYear));
        brands.Add(columns.Brand.Number(entry.BrandId, entry.BrandName));
        genders.Add(columns.Gender.Number(entry.Gender));
        families.Add(columns.Family.Number(entry.Family));
        priceRanges.Add(columns.PriceRange.Number(entry.PriceRange));
        concentrations.Add(columns.Concentration.Number(entry.Concentration));
        columns.Notes.Append(entry.TopNotes);
        columns.Notes.Append(entry.MiddleNotes);
        columns.Notes.Append(entry.BaseNotes);
        columns.Notes.EndDocument();
        columns.Accords.Append(entry.Accords);
        columns.Accords.EndDocument();
        columns.Perfumers.Append(entry.Perfumers);
        columns.Perfumers.EndDocument();
        json.Append(entry.Json.Span);
        names.Append(entry.Name);
    }

    public SearchIndex Build()
    {
        streamStarts.Add(streamLength);
        var order = Enumerable.Range(0, ranks.Count).ToArray();
        Array.Sort(order, (a, b) =>
        {
            var (left, right) = (ranks[a], ranks[b]);
            var byPopularity = right.Popularity.CompareTo(left.Popularity);
            if (byPopularity != 0) return byPopularity;
            var byName = string.CompareOrdinal(left.Name, right.Name);
            return byName != 0 ? byName : left.Id.CompareTo(right.Id);
        });

        var sorted = terms.Keys.ToArray();
        Array.Sort(sorted, StringComparer.Ordinal);
        var numbers = new int[sorted.Length];
        for (var i = 0; i < sorted.Length; i++) numbers[terms[sorted[i]]] = i;

        columns.Brand.Arrange(brands, order);
        columns.Gender.Arrange(genders, order);
        columns.Family.Arrange(families, order);
        columns.PriceRange.Arrange(priceRanges, order);
        columns.Concentration.Arrange(concentrations, order);
        columns.Notes.Arrange(order);
        columns.Accords.Arrange(order);
        columns.Perfumers.Arrange(order);
        columns.Ids = Arranged(order, i => ranks[i].Id);
        columns.Years = Arranged(order, i => years[i]);
        columns.LastYear = columns.Years.DefaultIfEmpty().Max();
        columns.NameLengths = Arranged(order, i => nameLengths[i]);
        columns.NameWords = Arranged(order, i => nameWords[i]);
        columns.Orders = new Orders(
            columns.Ids,
            DenseRanks(order, (a, b) => ranks[a].Popularity.CompareTo(ranks[b].Popularity), i => double.IsNegativeInfinity(ranks[i].Popularity)),
            DenseRanks(order, (a, b) => string.CompareOrdinal(ranks[a].Name, ranks[b].Name), _ => false),
            columns.Years);
        json.Arrange(order);
        names.Arrange(order);
        return new SearchIndex(new Vocabulary(sorted), Invert(order, numbers), columns, json, names);
    }

    private void AddName(string name)
    {
        tokens.Read(name, TokenForm.Text);
        var words = 0;
        for (var i = 0; i < tokens.Count; i++) words = Math.Max(words, tokens[i].Position + 1);
        var untold = 0u;
        for (var i = 0; i < tokens.Count; i++)
            if (!tokens[i].Extra && tokens[i].Position < 32 && Synonyms.IsParticle(tokens.Letters(i))) untold |= 1u << tokens[i].Position;
        untold |= Synonyms.Expand(tokens);
        for (var i = 0; i < tokens.Count; i++)
            if (Term(tokens.Letters(i)) is var term and >= 0) Write(term, SearchField.Name, tokens[i].Position, tokens[i].Wide);

        var all = words is 0 or > 16 ? 0u : (1u << words) - 1;
        nameLengths.Add((byte)Math.Min(words, byte.MaxValue));
        nameWords.Add((ushort)((all & ~untold) is var telling and not 0 ? telling : all));
    }

    /// <summary>Returns the position after the phrase.</summary>
    private int AddPhrase(string text, SearchField field, int position)
    {
        if (text.Length == 0) return position;
        if (!phrases.TryGetValue(text, out var places)) phrases[text] = places = Places(text);
        var end = position;
        foreach (var place in places)
        {
            Write(place.Term, field, position + place.Position, place.Wide);
            end = Math.Max(end, position + place.Position + 1);
        }
        return end;
    }

    private Place[] Places(string text)
    {
        tokens.Read(text, TokenForm.Text);
        Synonyms.Expand(tokens);
        var places = new List<Place>(tokens.Count);
        for (var i = 0; i < tokens.Count; i++)
            if (Term(tokens.Letters(i)) is var term and >= 0)
                places.Add(new Place(term, (ushort)Math.Min(tokens[i].Position, Posting.FarPosition), tokens[i].Wide));
        return [.. places];
    }

    // Of a description only the first time counts that a word is said.
    private void AddDescription(string text)
    {
        var document = ranks.Count + 1;
        tokens.Read(text, TokenForm.Text);
        for (var i = 0; i < tokens.Count; i++)
        {
            if (Term(tokens.Letters(i)) is not (var term and >= 0) || lastDescribed[term] == document) continue;
            lastDescribed[term] = document;
            Write(term, SearchField.Description, tokens[i].Position, tokens[i].Wide);
        }
    }

    // A million different words are more than any honest catalogue has; those beyond are not found.
    private int Term(ReadOnlySpan<char> letters)
    {
        if (termsByLetters.TryGetValue(letters, out var term)) return term;
        if (terms.Count == MostTerms) return -1;
        term = terms.Count;
        termsByLetters[letters] = term;
        lastDescribed.Add(0);
        return term;
    }

    private void Write(int term, SearchField field, int position, bool wide)
    {
        var at = (int)(streamLength & (1 << ChunkBits) - 1);
        if (at == 0) stream.Add(GC.AllocateUninitializedArray<uint>(1 << ChunkBits));
        stream[^1][at] = (uint)term << 12 | Posting.Place(field, position, wide);
        streamLength++;
    }

    private Postings Invert(int[] order, int[] numbers)
    {
        var titleStart = new int[numbers.Length + 1];
        var restStart = new int[numbers.Length + 1];
        for (long i = 0; i < streamLength; i++)
        {
            var entry = Entry(i);
            (Posting.Field(entry) <= SearchField.Brand ? titleStart : restStart)[numbers[entry >> 12] + 1]++;
        }
        for (var i = 0; i < numbers.Length; i++)
        {
            titleStart[i + 1] += titleStart[i];
            restStart[i + 1] += restStart[i];
        }

        var title = GC.AllocateUninitializedArray<uint>(titleStart[^1]);
        var rest = GC.AllocateUninitializedArray<uint>(restStart[^1]);
        var titleNext = titleStart.AsSpan(0, numbers.Length).ToArray();
        var restNext = restStart.AsSpan(0, numbers.Length).ToArray();
        for (var document = 0; document < order.Length; document++)
        {
            for (var i = streamStarts[order[document]]; i < streamStarts[order[document] + 1]; i++)
            {
                var entry = Entry(i);
                var term = numbers[entry >> 12];
                var posting = Posting.At(document, entry & 0xFFF);
                if (Posting.Field(entry) <= SearchField.Brand) title[titleNext[term]++] = posting;
                else rest[restNext[term]++] = posting;
            }
        }
        return new Postings(title, titleStart, rest, restStart);
    }

    private uint Entry(long index) => stream[(int)(index >> ChunkBits)][(int)(index & (1 << ChunkBits) - 1)];

    private static T[] Arranged<T>(int[] order, Func<int, T> value)
    {
        var arranged = new T[order.Length];
        for (var i = 0; i < order.Length; i++) arranged[i] = value(order[i]);
        return arranged;
    }

    private static int[] DenseRanks(int[] order, Comparison<int> compare, Predicate<int> unknown)
    {
        var sorted = Enumerable.Range(0, order.Length).ToArray();
        Array.Sort(sorted, (a, b) => compare(order[a], order[b]));
        var dense = new int[order.Length];
        for (var (i, rank) = (0, 0); i < sorted.Length; i++)
        {
            if (unknown(order[sorted[i]])) continue;
            if (i == 0 || rank == 0 || compare(order[sorted[i - 1]], order[sorted[i]]) != 0) rank++;
            dense[sorted[i]] = rank;
        }
        return dense;
    }
}
