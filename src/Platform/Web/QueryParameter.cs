using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.OpenApi;

namespace Colonnade.Platform.Web;

/// <summary>
/// One parameter of a query string: stated on the route, so that the reference knows it, and read by <see cref="QueryReader"/>, so that
/// what the reference says is what happens.
/// <code>
/// private static readonly QueryWhole Rating = new("rating", 1, 5, "Only what was rated so");
/// collection.MapGet("/", List).Query(Rating);
/// var rating = query.Whole(Rating);
/// </code>
/// </summary>
/// <param name="Name">As the query spells it.</param>
/// <param name="About">One sentence for the reference, without its full stop.</param>
public abstract record QueryParameter(string Name, string About)
{
    /// <summary>What a value looks like.</summary>
    public abstract OpenApiSchema Schema { get; }

    /// <summary>Whether several values are one text with commas, and not the parameter given several times.</summary>
    public virtual bool IsCommaSeparated => false;

    protected static List<JsonNode> Texts(IEnumerable<string> texts) => [.. texts.Select(text => (JsonNode)JsonValue.Create(text))];
}

/// <summary><c>true</c> or <c>false</c>.</summary>
public sealed record QueryFlag(string Name, string About) : QueryParameter(Name, About)
{
    public override OpenApiSchema Schema => new() { Type = JsonSchemaType.Boolean };
}

/// <summary>A whole number of a range.</summary>
/// <param name="Name">As the query spells it.</param>
/// <param name="Least">The smallest that is taken.</param>
/// <param name="Most">The largest that is taken.</param>
/// <param name="About">One sentence.</param>
public sealed record QueryWhole(string Name, long Least, long Most, string About) : QueryParameter(Name, About)
{
    public QueryWhole(string name, long least, string about) : this(name, least, long.MaxValue, about)
    {
    }

    /// <summary>What holds when it is not given; for the reference.</summary>
    public long? Otherwise { get; init; }

    public override OpenApiSchema Schema => new()
    {
        Type = JsonSchemaType.Integer,
        Format = "int64",
        Minimum = Least.ToString(System.Globalization.CultureInfo.InvariantCulture),
        Maximum = Most == long.MaxValue ? null : Most.ToString(System.Globalization.CultureInfo.InvariantCulture),
        Default = Otherwise is { } value ? JsonValue.Create(value) : null,
    };
}

/// <summary>One of several words, in any case.</summary>
/// <param name="Name">As the query spells it.</param>
/// <param name="Choices">All of them.</param>
/// <param name="Otherwise">What holds when it is not given; null where that is none of them.</param>
/// <param name="About">One sentence.</param>
public sealed record QueryChoice(string Name, IReadOnlyList<string> Choices, string? Otherwise, string About) : QueryParameter(Name, About)
{
    public override OpenApiSchema Schema => new()
    {
        Type = JsonSchemaType.String,
        Enum = Texts(Choices),
        Default = Otherwise is null ? null : JsonValue.Create(Otherwise),
    };
}

/// <summary>Any text.</summary>
public sealed record QueryWords(string Name, string About) : QueryParameter(Name, About)
{
    /// <summary>A format of JSON Schema or OpenAPI, such as <c>date</c>.</summary>
    public string? Format { get; init; }

    /// <summary>How many characters are taken.</summary>
    public int? Most { get; init; }

    public string? Pattern { get; init; }

    public override OpenApiSchema Schema => new() { Type = JsonSchemaType.String, Format = Format, MaxLength = Most, Pattern = Pattern };
}

/// <summary>Any number of texts: the parameter is given once for each, or once with commas.</summary>
public sealed record QuerySeveral(string Name, string About) : QueryParameter(Name, About)
{
    /// <summary>All there is to choose from; null for any text.</summary>
    public IReadOnlyList<string>? Choices { get; init; }

    /// <summary>Whether they are numbers.</summary>
    public bool AreNumbers { get; init; }

    /// <inheritdoc />
    public override bool IsCommaSeparated => IsListed;

    /// <summary>Whether they are one text with commas.</summary>
    public bool IsListed { get; init; }

    public override OpenApiSchema Schema => new()
    {
        Type = JsonSchemaType.Array,
        Items = new OpenApiSchema
        {
            Type = AreNumbers ? JsonSchemaType.Integer : JsonSchemaType.String,
            Format = AreNumbers ? "int32" : null,
            Enum = Choices is null ? null : Texts(Choices),
        },
    };
}

/// <summary>Says on a route which parameters its query may have.</summary>
public static class QueryRules
{
    public static T Query<T>(this T routes, params QueryParameter[] parameters) where T : IEndpointConventionBuilder => routes.WithMetadata(new QueryRule(parameters));
}

/// <summary>The endpoint metadata behind <see cref="QueryRules"/>; all of an endpoint count.</summary>
internal sealed record QueryRule(IReadOnlyList<QueryParameter> Parameters);
