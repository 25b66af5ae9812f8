using System.Text.RegularExpressions;

namespace Colonnade.Sandbox.Tests.Stripe;

/// <summary>What is wrong with a page: tags that do not close, ids twice, fields and buttons without a name, headings out of order.</summary>
internal static partial class Markup
{
    private static readonly HashSet<string> Void = ["meta", "input", "br", "hr", "img", "link"];

    public static List<string> Flaws(string html)
    {
        var flaws = new List<string>();
        var open = new Stack<string>();
        var body = Style().Replace(html, "<style></style>");
        foreach (Match tag in Tag().Matches(body))
        {
            var name = tag.Groups["name"].Value;
            if (tag.Groups["end"].Length > 0)
            {
                if (open.Count == 0 || open.Pop() != name)
                    flaws.Add($"</{name}> closes nothing");
            }
            else if (!Void.Contains(name))
            {
                open.Push(name);
            }
        }

        flaws.AddRange(open.Select(name => $"<{name}> stays open"));
        var ids = Id().Matches(body).Select(match => match.Groups["id"].Value).ToList();
        flaws.AddRange(ids.GroupBy(id => id, StringComparer.Ordinal).Where(same => same.Count() > 1).Select(same => $"id {same.Key} stands twice"));
        foreach (Match input in Input().Matches(body))
        {
            var attributes = input.Groups["attributes"].Value;
            var id = Id().Match(input.Value).Groups["id"].Value;
            var isNamed = attributes.Contains("type=\"hidden\"", StringComparison.Ordinal) || attributes.Contains("type=\"radio\"", StringComparison.Ordinal)
                || (id.Length > 0 && body.Contains($"<label for=\"{id}\">", StringComparison.Ordinal));
            if (!isNamed)
                flaws.Add($"{input.Value} has no label");
            if (DescribedBy().Match(attributes) is { Success: true } described && !ids.Contains(described.Groups["id"].Value, StringComparer.Ordinal))
                flaws.Add($"{described.Groups["id"].Value} describes nothing");
        }

        foreach (Match button in EmptyButton().Matches(body))
            flaws.Add($"{button.Value} has no name");
        if (Heading().Count(body) != 1)
            flaws.Add("There is not one h1");
        return flaws;
    }

    [GeneratedRegex("<(?<end>/?)(?<name>[a-z][a-z0-9]*)(\\s[^<>]*)?>", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Tag();

    [GeneratedRegex("<style>.*?</style>", RegexOptions.Singleline, 1000)]
    private static partial Regex Style();

    [GeneratedRegex("\\sid=\"(?<id>[^\"]*)\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Id();

    [GeneratedRegex("<input(?<attributes>[^>]*)>", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Input();

    [GeneratedRegex("aria-describedby=\"(?<id>[^\"]*)\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex DescribedBy();

    [GeneratedRegex("<button[^>]*>\\s*</button>", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex EmptyButton();

    [GeneratedRegex("<h1[ >]", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Heading();
}
