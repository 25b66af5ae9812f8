namespace Colonnade.Platform.Web;

/// <summary>
/// Tells the reference what a member's body checks itself, in its <c>Validate</c>: standard attributes are read without it. State it with
/// the constants that the check uses.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ToldAttribute : Attribute
{
    /// <summary>Not to be left out.</summary>
    public bool IsRequired { get; init; }

    /// <summary>Of a text: how many characters at least.</summary>
    public int LeastLength { get; init; } = -1;

    /// <summary>Of a text: how many characters at most.</summary>
    public int MostLength { get; init; } = -1;

    /// <summary>Of a list: how many entries at most.</summary>
    public int MostEntries { get; init; } = -1;

    /// <summary>Of a number.</summary>
    public long Least { get; init; } = long.MinValue;

    /// <summary>Of a number.</summary>
    public long Most { get; init; } = long.MaxValue;

    /// <summary>Of a number: whether <see cref="Least"/> itself is too little.</summary>
    public bool IsMoreThanLeast { get; init; }

    /// <summary>Of a text that is written as the JSON object it holds: its members are the client's own.</summary>
    public bool IsAnyObject { get; init; }

    /// <summary>In JSON Schema's words, such as <c>email</c>.</summary>
    public string? Format { get; init; }
}
