using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;

namespace Colonnade.Platform.Web;

/// <summary>
/// A piece of HTML in which everything interpolated is encoded: <c>Html.Of($"&lt;p&gt;Hello {name}&lt;/p&gt;")</c>.
/// Only another <see cref="Html"/> goes in as it is. A value in an attribute stands in double quotes; one in
/// <c>href</c> or <c>src</c> is checked to be an http URL first; none stands in a script or style.
/// </summary>
public sealed class Html
{
    private static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);

    private Html(string markup) => Markup = markup;

    public static Html None { get; } = new("");

    public string Markup { get; }

    public static Html Of(Writer html) => new(html.ToString());

    /// <summary>Pieces one after the other: rows of a table, items of a list.</summary>
    public static Html Join(IEnumerable<Html> pieces) => new(string.Concat(pieces.Select(piece => piece.Markup)));

    public override string ToString() => Markup;

    /// <summary>Encodes what is interpolated; the compiler calls it.</summary>
    [InterpolatedStringHandler]
    public readonly struct Writer(int literalLength, int formattedCount)
    {
        private readonly StringBuilder _markup = new(literalLength + 16 * formattedCount);

        public void AppendLiteral(string markup) => _markup.Append(markup);

        public void AppendFormatted(Html html) => _markup.Append(html.Markup);

        public void AppendFormatted<T>(T value, string? format = null) =>
            _markup.Append(Encoder.Encode(value is IFormattable number ? number.ToString(format, CultureInfo.InvariantCulture) : value?.ToString() ?? ""));

        public override string ToString() => _markup.ToString();
    }
}
