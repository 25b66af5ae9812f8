using System.Text.Json;

namespace Colonnade.Bench;

/// <summary>Whether the two contenders give the same answer, before their speed is compared.</summary>
internal static class Comparison
{
    private const int PathsCompared = 50;

    /// <exception cref="BenchException">The answers differ more than the row allows, or one is no 200.</exception>
    public static async Task Check(Row row, HttpClient http, CancellationToken stop)
    {
        if (row.Control is null)
        {
            for (var place = 0; place < row.Colonnade.Paths.Count && place < PathsCompared; place++) await row.Colonnade.Ask(http, place, stop);
            return;
        }

        if (row.Colonnade.Paths.Count != row.Control.Paths.Count)
            throw new BenchException($"{row.Title}: the contenders are not asked the same questions.");
        var (rowsOfColonnade, rowsOfControl) = (0, 0);
        foreach (var (place, (ours, theirs)) in row.Colonnade.Paths.Zip(row.Control.Paths).Take(PathsCompared).Index())
        {
            var colonnade = await row.Colonnade.Ask(http, place, stop);
            var control = await row.Control.Ask(http, place, stop);
            if (row.Likeness == Likeness.Bytes)
            {
                if (!colonnade.AsSpan().SequenceEqual(control)) throw new BenchException($"{row.Title}: {ours} and {theirs} give different bytes.");
                continue;
            }

            using var left = JsonDocument.Parse(colonnade);
            using var right = JsonDocument.Parse(control);
            if (Difference(left.RootElement, right.RootElement, "$", row) is { } difference)
                throw new BenchException($"{row.Title}: {ours} (Colonnade) and {theirs} (control) differ at {difference}.");
            rowsOfColonnade += Rows(left.RootElement);
            rowsOfControl += Rows(right.RootElement);
        }

        if (rowsOfColonnade < rowsOfControl)
            throw new BenchException($"{row.Title}: Colonnade answers {rowsOfColonnade} rows where the control answers {rowsOfControl}.");
    }

    /// <summary>Where two answers differ more than the row allows, and how; or null.</summary>
    private static string? Difference(JsonElement ours, JsonElement theirs, string path, Row row)
    {
        if (ours.ValueKind == JsonValueKind.Object && theirs.ValueKind == JsonValueKind.Object)
        {
            var (left, right) = (Members(ours, row), Members(theirs, row));
            if (!left.Keys.ToHashSet(StringComparer.Ordinal).SetEquals(right.Keys))
                return $"{path}: {string.Join(' ', left.Keys)} against {string.Join(' ', right.Keys)}";
            return left
                .Select(member => Difference(member.Value, right[member.Key], $"{path}.{member.Key}", row))
                .FirstOrDefault(difference => difference is not null);
        }

        var values = row.Likeness == Likeness.Values;
        if (ours.ValueKind == JsonValueKind.Array && theirs.ValueKind == JsonValueKind.Array)
        {
            if (values && ours.GetArrayLength() != theirs.GetArrayLength())
                return $"{path}: {ours.GetArrayLength()} rows against {theirs.GetArrayLength()}";
            return ours.EnumerateArray()
                .Zip(theirs.EnumerateArray(), (left, right) => Difference(left, right, path + "[]", row))
                .FirstOrDefault(difference => difference is not null);
        }

        if (values) return JsonElement.DeepEquals(ours, theirs) ? null : $"{path}: {ours.GetRawText()} against {theirs.GetRawText()}";
        return Kind(ours) == Kind(theirs) || ours.ValueKind == JsonValueKind.Null || theirs.ValueKind == JsonValueKind.Null
            ? null
            : $"{path}: {ours.ValueKind} against {theirs.ValueKind}";
    }

    private static Dictionary<string, JsonElement> Members(JsonElement element, Row row) => element.EnumerateObject()
        .Where(member => !row.Apart.Contains(member.Name, StringComparer.Ordinal))
        .ToDictionary(member => member.Name, member => member.Value, StringComparer.Ordinal);

    private static JsonValueKind Kind(JsonElement element) =>
        element.ValueKind == JsonValueKind.False ? JsonValueKind.True : element.ValueKind;

    private static int Rows(JsonElement answer) => answer.ValueKind == JsonValueKind.Object
        ? answer.EnumerateObject().Where(member => member.Value.ValueKind == JsonValueKind.Array).Sum(member => member.Value.GetArrayLength())
        : answer.ValueKind == JsonValueKind.Array ? answer.GetArrayLength() : 0;
}
