using System.Globalization;

namespace Colonnade.Fragrances;

/// <summary>
/// An id in a path. One that is not numeric reads as 0, which names nothing, so that it meets the same 404 as an
/// id that is unknown or somebody else's.
/// </summary>
public readonly record struct PathId(int Value)
{
    public static bool TryParse(string? text, out PathId id)
    {
        id = new PathId(int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : 0);
        return true;
    }
}
