namespace Colonnade.Platform.Reference;

/// <summary>What the reference of a product says that no route does.</summary>
/// <param name="Summary">What the product does, in a sentence; Markdown.</param>
public sealed record ReferenceRules(string Summary)
{
    /// <summary>The groups of its operations, in the order of the reference: the tags of its routes, and what each is about.</summary>
    public IReadOnlyList<(string Tag, string About)> Tags { get; init; } = [];

    /// <summary>What else concerns every operation; Markdown.</summary>
    public string? Remarks { get; init; }

    /// <summary>Whether the paths of its API end with a slash, as its document prints them.</summary>
    public bool HasTrailingSlashes { get; init; }

    /// <summary>A route's pattern as the reference shows it: without constraints.</summary>
    internal string PathOf(string? pattern)
    {
        var path = "/" + string.Join('/', (pattern ?? "").Split('/').Select(static step => step is ['{', ..] && step.IndexOf(':', StringComparison.Ordinal) is > 0 and var end ? step[..end] + "}" : step));
        return path.TrimEnd('/') is not { Length: > 0 } plain ? "/" : HasTrailingSlashes && plain.StartsWith("/api/", StringComparison.Ordinal) ? plain + "/" : plain;
    }
}
