using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Colonnade.FigureForge;

/// <summary>
/// What is not drawn, whoever asks: pornography, children in a sexual or undressed context, gore. Looked at before anything is charged.
/// Figure drawing has nudes, so the bare word is allowed.
/// </summary>
public static partial class PromptRules
{
    /// <summary>Whether the words of a prompt, or of a filter's value, may not be drawn.</summary>
    public static bool Forbids(string prompt)
    {
        var plain = Plain(prompt);
        return Pornographic().IsMatch(plain) || Gory().IsMatch(plain) || (Minor().IsMatch(plain) && Undressed().IsMatch(plain));
    }

    /// <summary>Lower case without accents, digits that stand for letters, and signs put between letters.</summary>
    private static string Plain(string text)
    {
        var plain = new StringBuilder(text.Length);
        foreach (var letter in text.Normalize(NormalizationForm.FormKD))
        {
            if (CharUnicodeInfo.GetUnicodeCategory(letter) is UnicodeCategory.NonSpacingMark or UnicodeCategory.Format)
                continue;
            plain.Append(char.ToLowerInvariant(letter) switch
            {
                '0' => 'o',
                '1' or '!' => 'i',
                '3' => 'e',
                '4' or '@' => 'a',
                '5' or '$' => 's',
                '7' => 't',
                var other => char.IsLetter(other) ? other : ' ',
            });
        }

        // "p o r n" and "p.o.r.n" are one word.
        return Spaced().Replace(plain.ToString(), static match => match.Value.StartsWith("a ", StringComparison.Ordinal)
            ? "a " + match.Value[2..].Replace(" ", "", StringComparison.Ordinal)
            : match.Value.Replace(" ", "", StringComparison.Ordinal));
    }

    [GeneratedRegex(@"\b(?:\w ){2,}\w\b", RegexOptions.None, 1000)]
    private static partial Regex Spaced();

    [GeneratedRegex(@"\b(?:porn\w*|hentai|nsfw|xxx|hardcore sex|sex(?:ual)? (?:act|acts|intercourse|position|scene)s?|intercourse|having sex|blow ?job|cum ?shot|orgasm\w*|masturbat\w*|fellatio|cunnilingus|genitals? closeup|erect(?:ion| penis)|penetrat\w*|bestiality|gang ?bang|incest|rape[ds]?|raping|fetish porn)\b", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Pornographic();

    [GeneratedRegex(@"\b(?:gore|gory|dismember\w*|decapitat\w*|behead\w*|disembowel\w*|mutilat\w*|eviscerat\w*|torture porn|snuff)\b", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Gory();

    [GeneratedRegex(@"\b(?:child|children|kids?|minors?|underage\w*|toddlers?|infants?|bab(?:y|ies)|preteens?|teens?|teenage\w*|adolescents?|schoolgirls?|schoolboys?|little (?:girl|boy)s?|lolis?|lolita|shotas?|jailbait)\b", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Minor();

    [GeneratedRegex(@"\b(?:nudes?|nudity|naked|undress\w*|topless|bare (?:chest\w*|breast\w*|skin)|breasts?|lingerie|underwear|bikini|sex\w*|erotic\w*|sensual\w*|seductive\w*|lewd|provocative\w*)\b", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Undressed();
}
