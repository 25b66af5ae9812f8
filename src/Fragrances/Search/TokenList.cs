using System.Text;

namespace Colonnade.Fragrances.Search;

/// <summary>What the words of a text are wanted for.</summary>
public enum TokenForm
{
    /// <summary>As typed by a person: "L'Eau" is the one word "leau"; at most 10 words of 512 characters.</summary>
    Query,
    /// <summary>As found by a person: "L'Eau" is "l", "eau" and, over both, "leau".</summary>
    Text,
    /// <summary>As compared by the catalogue: "L'Eau" and "l eau" are both "leau".</summary>
    Key,
}

/// <summary>
/// One folded word. <see cref="Position"/> counts words; a wide token covers two positions;
/// an extra one stands beside the text (a joined form or a synonym).
/// </summary>
public readonly record struct Token(
    int Start, int Length, int SourceStart, int SourceEnd, int Position, bool Wide, bool Extra);

/// <summary>The folded words of a text, in buffers that are used again for the next text. Not for two threads.</summary>
public sealed class TokenList
{
    public const int LongestQuery = 512, MostQueryWords = 10, LongestWord = 40;

    private readonly record struct Run(
        int Start, int Length, int SourceStart, int SourceEnd, bool Digits, Glue Glue, bool Ampersand);

    private enum Glue { None, Apostrophe, Point }

    private char[] letters = new char[256];
    private int letterCount;
    private Run[] runs = new Run[32];
    private int runCount;
    private Token[] tokens = new Token[64];

    public int Count { get; private set; }

    public ref readonly Token this[int index] => ref tokens[index];

    public ReadOnlySpan<char> Letters(int index) => letters.AsSpan(tokens[index].Start, tokens[index].Length);

    public void Read(ReadOnlySpan<char> text, TokenForm form)
    {
        letterCount = runCount = Count = 0;
        if (form == TokenForm.Query && text.Length > LongestQuery) text = text[..LongestQuery];
        Scan(text, form == TokenForm.Query ? MostQueryWords * 8 : int.MaxValue, form == TokenForm.Key ? int.MaxValue : LongestWord);
        ReadNumberSigns();
        Assemble(form);
        if (form == TokenForm.Query) Count = Math.Min(Count, MostQueryWords);
    }

    /// <summary>Adds a word beside the text, such as a synonym of the words from <paramref name="first"/> to <paramref name="last"/>.</summary>
    public void AddExtra(ReadOnlySpan<char> word, in Token first, in Token last)
    {
        var start = letterCount;
        foreach (var letter in word) Append(letter);
        Emit(new Token(start, word.Length, first.SourceStart, last.SourceEnd, first.Position, first.Position != last.Position, true));
    }

    private void Scan(ReadOnlySpan<char> text, int mostRuns, int longestRun)
    {
        var open = false;
        var digits = false;
        var glue = Glue.None;
        var ampersand = false;
        for (var i = 0; i < text.Length && runCount < mostRuns;)
        {
            var at = i;
            var character = text[i++];
            if (char.IsAsciiLetterOrDigit(character))
            {
                Take(char.ToLowerInvariant(character), at, i);
                continue;
            }

            string folded;
            if (char.IsHighSurrogate(character) && i < text.Length && char.IsLowSurrogate(text[i]))
                folded = TextFolding.Fold(new Rune(character, text[i++]));
            else
                folded = TextFolding.Fold(character);

            switch (folded)
            {
                case TextFolding.Nothing:
                    break;
                case TextFolding.Degree when open && runs[runCount - 1].Length == 1 && letters[letterCount - 1] == 'n':
                    Take('o', at, i);
                    break;
                case TextFolding.Apostrophe:
                    Close(open ? Glue.Apostrophe : Glue.None);
                    break;
                case TextFolding.Point:
                    Close(open ? Glue.Point : Glue.None);
                    break;
                case TextFolding.Ampersand:
                    Close(open ? Glue.Point : Glue.None);
                    ampersand = true;
                    break;
                case TextFolding.Separator or TextFolding.Degree:
                    Close(Glue.None);
                    break;
                default:
                    foreach (var letter in folded)
                    {
                        if (letter == ' ') Close(Glue.None);
                        else Take(letter, at, i);
                    }
                    break;
            }
        }

        void Close(Glue next)
        {
            open = false;
            glue = next;
        }

        void Take(char letter, int sourceStart, int sourceEnd)
        {
            var digit = char.IsAsciiDigit(letter);
            if (open && digit != digits)
            {
                open = false;
                glue = Glue.None;
            }
            if (!open)
            {
                if (runCount == runs.Length) Array.Resize(ref runs, runCount * 2);
                runs[runCount++] = new Run(letterCount, 0, sourceStart, sourceEnd, digit, glue, ampersand);
                open = true;
                digits = digit;
                glue = Glue.None;
                ampersand = false;
            }

            ref var run = ref runs[runCount - 1];
            if (run.Length < longestRun)
            {
                Append(letter);
                run = run with { Length = run.Length + 1, SourceEnd = sourceEnd };
            }
            else
            {
                run = run with { SourceEnd = sourceEnd };
            }
        }
    }

    // "n 5", "nr. 5", "number 5" and "numero 5" are "no 5", as № and N° already are.
    private void ReadNumberSigns()
    {
        for (var i = 0; i + 1 < runCount; i++)
        {
            if (!runs[i + 1].Digits || letters.AsSpan(runs[i].Start, runs[i].Length) is not ("n" or "nr" or "num" or "number" or "numero"))
                continue;
            runs[i] = runs[i] with { Start = letterCount, Length = 2, Glue = Glue.None };
            Append('n');
            Append('o');
        }
    }

    private void Assemble(TokenForm form)
    {
        var position = 0;
        for (var i = 0; i < runCount;)
        {
            var end = i + 1;
            while (end < runCount && Sticks(end, form)) end++;

            if (form == TokenForm.Text && runs[i].Ampersand && Count > 0)
            {
                var before = tokens[Count - 1];
                AddExtra("and", before, before);
            }
            if (form != TokenForm.Text || end == i + 1)
            {
                var whole = Joined(i, end, position++, wide: false, extra: false);
                Emit(form == TokenForm.Key ? whole : Cut(whole));
            }
            else
            {
                var first = position;
                for (var part = i; part < end; part++) Emit(Joined(part, part + 1, position++, wide: false, extra: false));
                Emit(Cut(Joined(i, end, first, wide: true, extra: true)));
            }
            if (form == TokenForm.Text && end == i + 1 && end < runCount && Elides(i) && Follows(i, end))
                Emit(Cut(Joined(i, end + 1, position - 1, wide: true, extra: true)));
            i = end;
        }
    }

    private bool Sticks(int index, TokenForm form)
    {
        if (!Follows(index - 1, index)) return false;
        return runs[index].Glue switch
        {
            Glue.Apostrophe => true,
            Glue.Point => runs[index].Length == 1 && runs[index - 1].Length == 1,
            _ => form == TokenForm.Key && Elides(index - 1),
        };
    }

    private bool Follows(int index, int next) =>
        !runs[index].Digits && !runs[next].Digits && runs[index].Start + runs[index].Length == runs[next].Start;

    private bool Elides(int index) => runs[index] is { Length: 1, Digits: false } && letters[runs[index].Start] is 'l' or 'd' or 'j';

    private Token Joined(int first, int end, int position, bool wide, bool extra)
    {
        var last = runs[end - 1];
        return new Token(runs[first].Start, last.Start + last.Length - runs[first].Start, runs[first].SourceStart, last.SourceEnd, position, wide, extra);
    }

    private static Token Cut(Token token) => token with { Length = Math.Min(token.Length, LongestWord) };

    private void Emit(Token token)
    {
        if (Count == tokens.Length) Array.Resize(ref tokens, Count * 2);
        tokens[Count++] = token;
    }

    private void Append(char letter)
    {
        if (letterCount == letters.Length) Array.Resize(ref letters, letterCount * 2);
        letters[letterCount++] = letter;
    }
}
