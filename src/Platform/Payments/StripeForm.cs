using System.Globalization;
using System.Text;

namespace Colonnade.Platform.Payments;

/// <summary>
/// Parameters as Stripe reads them: form encoding with brackets, <c>items[0][price]=price_1&amp;metadata[order]=7</c>. What is null
/// is left out; what is empty unsets.
/// </summary>
internal sealed class StripeForm
{
    private readonly StringBuilder _text = new();

    public bool IsEmpty => _text.Length == 0;

    public StripeForm Add(string name, string? value)
    {
        if (value is null)
            return this;
        if (_text.Length > 0)
            _text.Append('&');
        _text.Append(name).Append('=').Append(Uri.EscapeDataString(value));
        return this;
    }

    public StripeForm Add(string name, long? value) => Add(name, value?.ToString(CultureInfo.InvariantCulture));

    public StripeForm Add(string name, bool? value) => Add(name, value is null ? null : value.Value ? "true" : "false");

    /// <summary>In whole seconds since 1970.</summary>
    public StripeForm Add(string name, DateTimeOffset? value) => Add(name, value?.ToUnixTimeSeconds());

    /// <summary><c>name[0]=…&amp;name[1]=…</c></summary>
    public StripeForm Add(string name, IReadOnlyList<string>? values)
    {
        for (var i = 0; i < (values?.Count ?? 0); i++)
            Add(string.Create(CultureInfo.InvariantCulture, $"{name}[{i}]"), values![i]);
        return this;
    }

    /// <summary><c>name[key]=value</c> for each.</summary>
    public StripeForm Add(string name, IReadOnlyDictionary<string, string>? values)
    {
        foreach (var (key, value) in values ?? new Dictionary<string, string>(StringComparer.Ordinal))
            Add($"{name}[{Uri.EscapeDataString(key)}]", value);
        return this;
    }

    /// <summary>The whole, for a body or behind the question mark.</summary>
    public override string ToString() => _text.ToString();
}
