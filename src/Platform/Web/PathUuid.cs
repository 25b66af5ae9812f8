namespace Colonnade.Platform.Web;

/// <summary>
/// A UUID in a path. Whatever is none is nobody's id, so that it is not found like every other unknown id and never
/// refused for its form.
/// </summary>
public readonly record struct PathUuid(Guid Value)
{
    public static bool TryParse(string? text, out PathUuid id)
    {
        id = new PathUuid(Guid.TryParseExact(text, "D", out var value) ? value : Guid.Empty);
        return true;
    }
}
