using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Colonnade.FigureForge;

/// <summary>Ids as the document prints them: a word that says of what, an underscore, and the UUID's digits.</summary>
public static class WireId
{
    public static string User(Guid id) => Of("user", id);

    public static string Job(Guid id) => Of("job", id);

    public static string Image(Guid id) => Of("img", id);

    public static string Board(Guid id) => Of("board", id);

    public static string Practice(Guid id) => Of("practice", id);

    /// <summary>Reads an id of that kind; its bare UUID will do, too.</summary>
    public static bool TryParse(string word, [NotNullWhen(true)] string? text, out Guid id)
    {
        id = default;
        if (text is null)
            return false;
        return text.StartsWith(word + "_", StringComparison.Ordinal) ? Guid.TryParseExact(text.AsSpan(word.Length + 1), "N", out id) : Guid.TryParseExact(text, "D", out id);
    }

    /// <summary>The id, or one that nothing has: what cannot be an id is not found, like any other that is unknown.</summary>
    public static Guid Parse(string word, string? text) => TryParse(word, text, out var id) ? id : Guid.Empty;

    private static string Of(string word, Guid id) => string.Create(CultureInfo.InvariantCulture, $"{word}_{id:N}");
}
