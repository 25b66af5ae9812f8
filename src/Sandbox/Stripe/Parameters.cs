using System.Globalization;
using System.Text.Json.Nodes;

namespace Colonnade.Sandbox.Stripe;

/// <summary>
/// What a request says, form-encoded with brackets: <c>items[0][price]=price_1&amp;expand[]=customer</c>. A node is a value or has
/// members; what is unfit is refused with Stripe's words and the parameter's full name.
/// </summary>
internal sealed class Parameters
{
    private const int MostNodes = 2000;
    private readonly Dictionary<string, Parameters> _members = new(StringComparer.Ordinal);
    private readonly string _path;
    private string? _value;

    private Parameters(string path) => _path = path;

    public static Parameters Read(string form)
    {
        var root = new Parameters("");
        var pairs = form.Split('&', StringSplitOptions.RemoveEmptyEntries);
        if (pairs.Length > MostNodes)
            throw StripeRefusal.Invalid(null, "Too many parameters.");
        foreach (var pair in pairs)
        {
            var at = pair.IndexOf('=', StringComparison.Ordinal);
            var (name, value) = at < 0 ? (Decode(pair), "") : (Decode(pair[..at]), Decode(pair[(at + 1)..]));
            if (name.Contains('\0', StringComparison.Ordinal) || value.Contains('\0', StringComparison.Ordinal))
                throw StripeRefusal.Invalid(name.Replace("\0", "", StringComparison.Ordinal), "Invalid string: it contains a null character.");
            root.Place(name)._value = value;
        }

        return root;
    }

    public bool Has(string name) => _members.ContainsKey(name);

    /// <summary>The node of that name; null when there is none.</summary>
    public Parameters? Of(string name) => _members.GetValueOrDefault(name);

    /// <summary>The text; null when it was not given, empty when it was given empty.</summary>
    public string? Text(string name) => Of(name)?._value;

    /// <summary>The text; null when it was not given or is empty.</summary>
    public string? Filled(string name) => Text(name) is { Length: > 0 } text ? text : null;

    public string Required(string name) => Filled(name) ?? throw StripeRefusal.Missing(Name(name));

    public long? Number(string name)
    {
        if (Filled(name) is not { } text)
            return null;
        return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw StripeRefusal.Invalid(Name(name), $"Invalid integer: {text}");
    }

    /// <summary>A whole number from <paramref name="least"/> to <paramref name="most"/>; null when it was not given.</summary>
    public long? Number(string name, long least, long most)
    {
        var number = Number(name);
        return number is null || (number >= least && number <= most)
            ? number
            : throw StripeRefusal.Invalid(Name(name), $"This value must be between {least} and {most} (inclusive).", "parameter_invalid_integer");
    }

    /// <summary>A time in seconds since 1970, of this or the next century; null when it was not given.</summary>
    public DateTimeOffset? Time(string name) => Number(name, 0, 7_000_000_000) is { } seconds ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null;

    public bool? Flag(string name) => Filled(name) switch
    {
        null => null,
        "true" => true,
        "false" => false,
        var text => throw StripeRefusal.Invalid(Name(name), $"Invalid boolean: {text}"),
    };

    /// <summary>One of <paramref name="allowed"/>; null when it was not given.</summary>
    public string? Choice(string name, params ReadOnlySpan<string> allowed)
    {
        if (Filled(name) is not { } text)
            return null;
        return allowed.Contains(text)
            ? text
            : throw StripeRefusal.Invalid(Name(name), $"Invalid {name}: must be one of {string.Join(", ", allowed.ToArray())}");
    }

    /// <summary>The elements of a list, in order of their index.</summary>
    public IReadOnlyList<Parameters> Items(string name) => Of(name) is not { } list ? [] :
        [.. list._members.OrderBy(member => int.TryParse(member.Key, NumberStyles.None, CultureInfo.InvariantCulture, out var index) ? index : int.MaxValue).Select(member => member.Value)];

    /// <summary>The elements of a list of texts.</summary>
    public IReadOnlyList<string> Texts(string name) => Of(name) is { _value: { } single } ? [single] : [.. Items(name).Select(item => item._value).OfType<string>()];

    /// <summary>Members and their texts.</summary>
    public IEnumerable<KeyValuePair<string, string>> Pairs(string name) =>
        Of(name)?._members.Where(member => member.Value._value is not null).Select(member => KeyValuePair.Create(member.Key, member.Value._value!)) ?? [];

    /// <summary>The full name of a member: <c>items[0][price]</c>.</summary>
    public string Name(string member) => _path.Length == 0 ? member : $"{_path}[{member}]";

    /// <summary>
    /// Metadata as given over what is there: an empty value removes a key, <c>metadata=</c> all of them.
    /// </summary>
    public JsonObject Metadata(JsonObject? over = null, string name = "metadata")
    {
        var merged = Of(name) is { _value: "", _members.Count: 0 } ? [] : (JsonObject?)over?.DeepClone() ?? [];
        foreach (var (key, value) in Pairs(name))
        {
            if (key.Length > 40 || value.Length > 500)
                throw StripeRefusal.Invalid(Name(name), "Metadata keys have up to 40 characters and values up to 500.");
            if (value.Length == 0)
                merged.Remove(key);
            else
                merged[key] = value;
        }

        return merged.Count > 50 ? throw StripeRefusal.Invalid(Name(name), "Metadata has up to 50 keys.") : merged;
    }

    private static string Decode(string text) => Uri.UnescapeDataString(text.Replace('+', ' '));

    private Parameters Place(string name)
    {
        var open = name.IndexOf('[', StringComparison.Ordinal);
        var node = Member(open < 0 ? name : name[..open]);
        while (open >= 0 && name.IndexOf(']', open) is > 0 and var close)
        {
            var step = name[(open + 1)..close];
            node = node.Member(step.Length > 0 ? step : node._members.Count.ToString(CultureInfo.InvariantCulture));
            open = close + 1 < name.Length && name[close + 1] == '[' ? close + 1 : -1;
        }

        return node;
    }

    private Parameters Member(string name)
    {
        if (!_members.TryGetValue(name, out var member))
            _members[name] = member = new Parameters(Name(name));
        return member;
    }
}
