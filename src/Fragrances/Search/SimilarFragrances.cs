namespace Colonnade.Fragrances.Search;

/// <summary>A fragrance like another, and why; the score goes from 0, nothing in common, to 1, the same.</summary>
public sealed record SimilarFragrance(
    int Ordinal, int Id, double Score, IReadOnlyList<string> SharedNotes, IReadOnlyList<string> SharedAccords,
    IReadOnlyList<string> SharedPerfumers, bool SameFamily);

/// <summary>
/// Likeness: weighted Jaccard over notes and accords, where a value weighs as much as it is rare (idf), a little more for
/// the same family and a common perfumer. Deterministic; ties by popularity, name and id.
/// </summary>
internal sealed class SimilarFragrances
{
    private const float NotesShare = 0.62f, AccordsShare = 0.28f, FamilyShare = 0.06f, PerfumerShare = 0.04f;

    private readonly Columns columns;
    private readonly Weighed notes;
    private readonly Weighed accords;

    public SimilarFragrances(Columns columns)
    {
        this.columns = columns;
        notes = new Weighed(columns.Notes, columns.Ids.Length);
        accords = new Weighed(columns.Accords, columns.Ids.Length);
    }

    public IReadOnlyList<SimilarFragrance> Find(int ordinal, int limit)
    {
        var ownNotes = notes.Marked(ordinal);
        var ownAccords = accords.Marked(ordinal);
        var ownPerfumers = columns.Perfumers[ordinal];
        var family = columns.Family.Values[ordinal];
        var best = new PriorityQueue<int, (float Score, int Rank)>();
        for (var other = 0; other < columns.Ids.Length && limit > 0; other++)
        {
            if (other == ordinal) continue;
            var alike = NotesShare * notes.Likeness(other, ownNotes) + AccordsShare * accords.Likeness(other, ownAccords);
            if (alike <= 0) continue;
            if (family > 0 && columns.Family.Values[other] == family) alike += FamilyShare;
            if (ownPerfumers.ContainsAny(columns.Perfumers[other])) alike += PerfumerShare;

            var rank = (alike, -other);
            if (best.Count < limit) best.Enqueue(other, rank);
            else if (best.TryPeek(out _, out var least) && rank.CompareTo(least) > 0) best.EnqueueDequeue(other, rank);
        }

        var found = new SimilarFragrance[best.Count];
        for (var i = found.Length - 1; i >= 0; i--)
        {
            best.TryDequeue(out var other, out var rank);
            found[i] = new SimilarFragrance(
                other, columns.Ids[other], Math.Round(Math.Min(1, rank.Score), 4),
                notes.Shared(ordinal, other), accords.Shared(ordinal, other), Shared(columns.Perfumers, ordinal, other),
                family > 0 && columns.Family.Values[other] == family);
        }
        return found;
    }

    private static string[] Shared(ListColumn column, int left, int right)
    {
        var shared = new List<string>();
        foreach (var value in column[left])
            if (column[right].Contains(value)) shared.Add(column.Names[value]);
        return [.. shared];
    }

    /// <summary>A column whose values weigh as much as they are rare.</summary>
    private sealed class Weighed
    {
        private readonly ListColumn column;
        private readonly float[] weights;
        private readonly float[] totals;

        public Weighed(ListColumn column, int documents)
        {
            this.column = column;
            var counts = new int[column.Names.Count];
            for (var document = 0; document < documents; document++)
                foreach (var value in column[document]) counts[value]++;
            weights = Array.ConvertAll(counts, count => (float)Math.Log(1 + documents / (1.0 + count)));
            totals = new float[documents];
            for (var document = 0; document < documents; document++)
                foreach (var value in column[document]) totals[document] += weights[value];
        }

        /// <summary>The weights of a document's own values, everything else weighing nothing; the total last.</summary>
        public float[] Marked(int document)
        {
            var marked = new float[weights.Length + 1];
            foreach (var value in column[document]) marked[value] = weights[value];
            marked[^1] = totals[document];
            return marked;
        }

        public float Likeness(int document, float[] marked)
        {
            var shared = 0f;
            foreach (var value in column[document]) shared += marked[value];
            var together = marked[^1] + totals[document] - shared;
            return together > 0 ? shared / together : 0;
        }

        /// <summary>What both have, the rarest first.</summary>
        public string[] Shared(int left, int right)
        {
            var shared = new List<int>();
            foreach (var value in column[left])
                if (column[right].Contains(value)) shared.Add(value);
            return [.. shared.OrderByDescending(value => weights[value]).ThenBy(value => column.Names[value], StringComparer.Ordinal).Select(value => column.Names[value])];
        }
    }
}
