using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace Colonnade.Platform.Telemetry;

/// <summary>Everything measured with one instrument, by labels, as Prometheus wants it.</summary>
internal sealed class MetricSeries
{
    private const int MostSeries = 2_000;
    private static readonly double[] Seconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
    private readonly ConcurrentDictionary<string, Series> _series = new(StringComparer.Ordinal);
    private readonly string _name;
    private readonly string _help;
    private readonly string _type;
    private readonly bool _isAbsolute;
    private readonly double[]? _bounds;

    public MetricSeries(Instrument instrument)
    {
        var kind = instrument.GetType().Name;
        _type = kind.StartsWith("Histogram", StringComparison.Ordinal) ? "histogram"
            : kind.StartsWith("Counter", StringComparison.Ordinal) || kind.StartsWith("ObservableCounter", StringComparison.Ordinal) ? "counter" : "gauge";
        _isAbsolute = instrument.IsObservable || kind.StartsWith("Gauge", StringComparison.Ordinal);
        _bounds = _type == "histogram" ? [.. (instrument as Instrument<double>)?.Advice?.HistogramBucketBoundaries ?? Seconds] : null;
        _name = NameOf(instrument) + (_type == "counter" ? "_total" : "");
        _help = (instrument.Description ?? "").ReplaceLineEndings(" ").Replace("\\", @"\\", StringComparison.Ordinal);
    }

    public string Name => _name;

    public void Add(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var labels = LabelsOf(tags);
        if (!_series.TryGetValue(labels, out var series))
        {
            // Tags are few by construction; should one not be, memory stays bounded and the surplus is not shown.
            if (_series.Count >= MostSeries)
                return;
            series = _series.GetOrAdd(labels, static (_, bounds) => new Series(bounds), _bounds);
        }

        lock (series)
        {
            if (_bounds is not null)
                series.Buckets![IndexOf(_bounds, value)]++;
            series.Count++;
            series.Sum = _isAbsolute ? value : series.Sum + value;
        }
    }

    public void Write(StringBuilder text)
    {
        if (_series.IsEmpty)
            return;
        text.Append("# HELP ").Append(_name).Append(' ').Append(_help).Append('\n');
        text.Append("# TYPE ").Append(_name).Append(' ').Append(_type).Append('\n');
        foreach (var (labels, series) in _series)
        {
            lock (series)
            {
                if (_bounds is null)
                    Line(text, "", labels, "", series.Sum);
                else
                    WriteHistogram(text, labels, series, _bounds);
            }
        }
    }

    private void WriteHistogram(StringBuilder text, string labels, Series series, double[] bounds)
    {
        long below = 0;
        for (var index = 0; index <= bounds.Length; index++)
        {
            below += series.Buckets![index];
            var bound = index < bounds.Length ? bounds[index].ToString(CultureInfo.InvariantCulture) : "+Inf";
            Line(text, "_bucket", labels, $"le=\"{bound}\"", below);
        }

        Line(text, "_sum", labels, "", series.Sum);
        Line(text, "_count", labels, "", series.Count);
    }

    private void Line(StringBuilder text, string suffix, string labels, string more, double value)
    {
        text.Append(_name).Append(suffix);
        if (labels.Length + more.Length > 0)
            text.Append('{').Append(labels).Append(labels.Length > 0 && more.Length > 0 ? "," : "").Append(more).Append('}');
        text.Append(' ').Append(value.ToString(CultureInfo.InvariantCulture)).Append('\n');
    }

    private static int IndexOf(double[] bounds, double value)
    {
        var index = Array.BinarySearch(bounds, value);
        return index < 0 ? ~index : index;
    }

    private static string NameOf(Instrument instrument)
    {
        var name = Safe(instrument.Name);
        return instrument.Unit switch
        {
            "s" => name + "_seconds",
            "By" => name + "_bytes",
            _ => name,
        };
    }

    private static string LabelsOf(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (tags.IsEmpty)
            return "";
        var text = new StringBuilder();
        foreach (var (name, value) in tags)
        {
            text.Append(text.Length > 0 ? "," : "").Append(Safe(name)).Append("=\"");
            foreach (var character in Convert.ToString(value, CultureInfo.InvariantCulture) ?? "")
            {
                _ = character switch
                {
                    '\\' => text.Append(@"\\"),
                    '"' => text.Append("\\\""),
                    '\n' => text.Append(@"\n"),
                    _ => text.Append(character),
                };
            }

            text.Append('"');
        }

        return text.ToString();
    }

    private static string Safe(string name) => string.Create(name.Length, name, static (span, from) =>
    {
        for (var index = 0; index < span.Length; index++)
            span[index] = char.IsAsciiLetterOrDigit(from[index]) ? from[index] : '_';
    });

    private sealed class Series(double[]? bounds)
    {
        public long[]? Buckets { get; } = bounds is null ? null : new long[bounds.Length + 1];
        public long Count { get; set; }
        public double Sum { get; set; }
    }
}
