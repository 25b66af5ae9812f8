using System.Text;

namespace Colonnade.Fragrances.Search;

/// <summary>
/// Marks the words of a hit that the query met, in HTML: text escaped, <c>&lt;em&gt;</c> around each word. Where a query word
/// met a text's word exactly somewhere in the hit, its mistyped relatives stay unmarked.
/// </summary>
public sealed class Highlighter
{
    private readonly MatchedWords matches;
    private readonly TokenList tokens = new();
    private readonly int[] fewest;
    private readonly List<(int Start, int End)> marks = [];

    /// <summary>For one hit, of which <paramref name="texts"/> are all texts that will be shown.</summary>
    public Highlighter(MatchedWords matches, params IEnumerable<string> texts)
    {
        this.matches = matches;
        fewest = new int[matches.Count];
        Array.Fill(fewest, int.MaxValue);
        foreach (var text in texts)
        {
            Read(text);
            for (var word = 0; word < fewest.Length; word++)
                for (var i = 0; i < tokens.Count; i++)
                    if (Typos(word, i, out _) is var typos and >= 0) fewest[word] = Math.Min(fewest[word], typos);
        }
    }

    /// <summary>The whole text.</summary>
    public string Mark(string text)
    {
        FindMarks(text);
        return Write(text, 0, text.Length);
    }

    /// <summary>The stretch of about <paramref name="words"/> words with the most marks, "…" where text was left out.</summary>
    public string Crop(string text, int words = 20)
    {
        FindMarks(text);
        var spans = new List<(int Start, int End)>();
        for (var i = 0; i < tokens.Count; i++)
            if (!tokens[i].Extra) spans.Add((tokens[i].SourceStart, tokens[i].SourceEnd));
        if (spans.Count <= words) return Write(text, 0, text.Length);

        var marked = new bool[spans.Count];
        for (var (i, mark) = (0, 0); i < spans.Count; i++)
        {
            while (mark < marks.Count && marks[mark].End <= spans[i].Start) mark++;
            marked[i] = mark < marks.Count && marks[mark].Start < spans[i].End;
        }

        var inside = marked.AsSpan(0, words).Count(true);
        var (best, most) = (0, inside);
        for (var from = 1; from + words <= spans.Count; from++)
        {
            inside += (marked[from + words - 1] ? 1 : 0) - (marked[from - 1] ? 1 : 0);
            if (inside > most) (best, most) = (from, inside);
        }

        // The marks stand in the middle of what is shown, not at its end.
        if (most > 0)
        {
            var shown = marked.AsSpan(best, words);
            var middle = best + (shown.IndexOf(true) + shown.LastIndexOf(true)) / 2;
            best = Math.Clamp(middle - (words - 1) / 2, 0, spans.Count - words);
        }
        var cropped = Write(text, spans[best].Start, spans[best + words - 1].End);
        return (best > 0 ? "…" : "") + cropped + (best + words < spans.Count ? "…" : "");
    }

    private void Read(string text)
    {
        tokens.Read(text, TokenForm.Text);
        Synonyms.Expand(tokens);
    }

    private void FindMarks(string text)
    {
        Read(text);
        marks.Clear();
        for (var i = 0; i < tokens.Count; i++)
            for (var word = 0; word < fewest.Length; word++)
                if (Typos(word, i, out var end) is var typos and >= 0 && typos <= fewest[word]) marks.Add((tokens[i].SourceStart, end));

        marks.Sort();
        var kept = 0;
        for (var i = 1; i < marks.Count; i++)
        {
            if (marks[i].Start <= marks[kept].End) marks[kept] = (marks[kept].Start, Math.Max(marks[kept].End, marks[i].End));
            else marks[++kept] = marks[i];
        }
        if (marks.Count > 0) marks.RemoveRange(kept + 1, marks.Count - kept - 1);
    }

    private int Typos(int word, int token, out int sourceEnd)
    {
        sourceEnd = tokens[token].SourceEnd;
        var term = matches.Find(tokens.Letters(token));
        if (term < 0) return -1;
        var typos = matches.Typos(word, term);
        if (typos >= 0) return typos;

        var next = token + 1;
        while (next < tokens.Count && tokens[next].Extra) next++;
        if (next == tokens.Count || matches.Find(tokens.Letters(next)) is not (var second and >= 0)) return -1;
        sourceEnd = tokens[next].SourceEnd;
        return matches.Typos(word, term, second);
    }

    private string Write(string text, int from, int to)
    {
        var html = new StringBuilder(to - from + 32);
        var at = from;
        foreach (var (start, end) in marks)
        {
            if (start < from || end > to) continue;
            Escape(html, text.AsSpan(at..start));
            html.Append("<em>");
            Escape(html, text.AsSpan(start..end));
            html.Append("</em>");
            at = end;
        }
        Escape(html, text.AsSpan(at..to));
        return html.ToString();
    }

    private static void Escape(StringBuilder html, ReadOnlySpan<char> text)
    {
        foreach (var character in text)
        {
            switch (character)
            {
                case '&': html.Append("&amp;"); break;
                case '<': html.Append("&lt;"); break;
                case '>': html.Append("&gt;"); break;
                case '"': html.Append("&quot;"); break;
                case '\'': html.Append("&#39;"); break;
                default: html.Append(character); break;
            }
        }
    }
}
