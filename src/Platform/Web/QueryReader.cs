using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Colonnade.Platform.Web;

/// <summary>
/// Reads the parameters of a query string, all of them, and keeps the first refusal; ask for it before using what was read.
/// </summary>
/// <param name="request">Whose.</param>
/// <param name="refuse">Words a refusal of the named parameter as the product does.</param>
public class QueryReader(HttpRequest request, Func<string, string, ProblemHttpResult> refuse)
{
    /// <summary>Set for all tests, in tests/Directory.Build.props.</summary>
    private static readonly bool MustBeStated = AppContext.TryGetSwitch("Colonnade.ParametersMustBeStated", out var isWanted) && isWanted;

    public ProblemHttpResult? Refusal { get; private set; }

    public bool? Flag(QueryFlag parameter) => Flag(Stated(parameter).Name);

    /// <summary>A whole number of the range; larger than any number here can be counts as the largest.</summary>
    public long? Whole(QueryWhole parameter) => Whole(Stated(parameter).Name, parameter.Least, parameter.Most);

    /// <summary>One of the choices, in their own spelling whatever the case asked with; null when neither one nor <see cref="QueryChoice.Otherwise"/> is given.</summary>
    public string? Choice(QueryChoice parameter) => Text(Stated(parameter).Name) is null ? parameter.Otherwise : Choice(parameter.Name, parameter.Otherwise ?? "", [.. parameter.Choices]);

    /// <summary>The text as it came, or null.</summary>
    public string? Words(QueryWords parameter) => Text(Stated(parameter).Name);

    /// <summary>Any number of texts, given one after another, of the choices where there are some. Null when there are none.</summary>
    public IReadOnlyList<string>? Several(QuerySeveral parameter) =>
        parameter.Choices is { } choices ? SeveralOf(Stated(parameter).Name, [.. choices]) : Several(Stated(parameter).Name);

    /// <summary>A comma-separated list of choices; empty when there is none.</summary>
    public IReadOnlyList<string> Listed(QuerySeveral parameter) => Listed(Stated(parameter).Name, [.. parameter.Choices ?? []]);

    public bool? Flag(string name) => Text(name) switch
    {
        null => null,
        var text when bool.TryParse(text, out var flag) => flag,
        _ => Refuse<bool?>(name, "must be true or false"),
    };

    /// <summary>A whole number of the range; larger than any number here can be counts as the largest.</summary>
    public long? Whole(string name, long least, long most = long.MaxValue)
    {
        if (Text(name) is not { } text)
            return null;
        if (text.Length == 0 || !text.All(char.IsAsciiDigit))
            return Refuse<long?>(name, "must be a whole number");
        var value = text.Length <= 18 ? long.Parse(text, CultureInfo.InvariantCulture) : 1_000_000_000_000_000_000;
        return value >= least && value <= most ? value
            : Refuse<long?>(name, string.Create(CultureInfo.InvariantCulture, $"must be at least {least}{(most == long.MaxValue ? "" : $" and at most {most}")}"));
    }

    /// <summary>One of the choices, in their own spelling whatever the case asked with.</summary>
    public string Choice(string name, string otherwise, params ReadOnlySpan<string> choices)
    {
        if (Text(name) is not { } text)
            return otherwise;
        foreach (var choice in choices)
        {
            if (choice.Equals(text, StringComparison.OrdinalIgnoreCase))
                return choice;
        }

        return Refuse<string>(name, "must be one of " + string.Join(", ", choices!)) ?? otherwise;
    }

    /// <summary>The text as it came, or null.</summary>
    public string? Words(string name) => Text(name);

    /// <summary>Any number of texts, given one after another: <c>notes=rose&amp;notes=oud</c>. Null when there are none.</summary>
    public IReadOnlyList<string>? Several(string name) => request.Query.TryGetValue(name, out var texts) && texts.Count > 0
        ? [.. texts.OfType<string>().Where(text => text.Length > 0)]
        : null;

    /// <summary>Any number of the choices, in their own spelling whatever the case asked with.</summary>
    public IReadOnlyList<string>? SeveralOf(string name, params string[] choices) => Several(name) is { } texts
        ? [.. texts.Select(text => choices.FirstOrDefault(choice => choice.Equals(text, StringComparison.OrdinalIgnoreCase))
            ?? Refuse<string>(name, "must be one of " + string.Join(", ", choices)) ?? "")]
        : null;

    /// <summary>A comma-separated list of choices; empty when there is none.</summary>
    public IReadOnlyList<string> Listed(string name, params string[] choices) =>
        [.. (Text(name) ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Where(text =>
            choices.Contains(text, StringComparer.OrdinalIgnoreCase) || Refuse<bool>(name, "must be a list of " + string.Join(", ", choices)))];

    /// <summary>The only value of that name; null when there is none.</summary>
    protected string? Text(string name) => request.Query.TryGetValue(name, out var texts)
        ? texts is [{ } only] ? only : Refuse<string>(name, "must be given once")
        : null;

    /// <summary>The same parameter; under test one that its route does not state is an exception, so that no reference conceals one.</summary>
    protected T Stated<T>(T parameter) where T : QueryParameter
    {
        if (MustBeStated && request.HttpContext.GetEndpoint() is { } endpoint && !endpoint.Metadata.GetOrderedMetadata<QueryRule>().Any(rule => rule.Parameters.Contains(parameter)))
            throw new InvalidOperationException($"{endpoint.DisplayName} reads the parameter {parameter.Name} and does not state it with Query().");
        return parameter;
    }

    /// <summary>Keeps the refusal "name rule", if it is the first, and answers nothing.</summary>
    protected T? Refuse<T>(string name, string rule)
    {
        Refusal ??= refuse($"{name} {rule}", name);
        return default;
    }
}
