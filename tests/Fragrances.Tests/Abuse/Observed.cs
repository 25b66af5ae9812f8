using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Colonnade.Fragrances.Tests.Abuse;

/// <summary>Every span and measurement of this process while it lives, as text. Not those of the tests' own HTTP client.</summary>
internal sealed class Observed : IDisposable
{
    private readonly ConcurrentQueue<string> _spans = new();
    private readonly ConcurrentDictionary<string, bool> _measures = new(StringComparer.Ordinal);
    private readonly ActivityListener _traces;
    private readonly MeterListener _meters = new();

    public Observed()
    {
        _traces = new ActivityListener
        {
            ShouldListenTo = static source => !source.Name.StartsWith("System.Net", StringComparison.Ordinal),
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = span => _spans.Enqueue(string.Join(' ', [
                span.DisplayName, span.StatusDescription, .. Texts(span.TagObjects), .. Texts(span.Baggage.Select(item => new KeyValuePair<string, object?>(item.Key, item.Value))),
                .. span.Events.SelectMany(happened => Texts(happened.Tags).Prepend(happened.Name)),
            ])),
        };
        ActivitySource.AddActivityListener(_traces);
        _meters.InstrumentPublished = static (instrument, listener) => listener.EnableMeasurementEvents(instrument);
        _meters.SetMeasurementEventCallback<double>((instrument, _, tags, _) => Measured(instrument, tags));
        _meters.SetMeasurementEventCallback<float>((instrument, _, tags, _) => Measured(instrument, tags));
        _meters.SetMeasurementEventCallback<long>((instrument, _, tags, _) => Measured(instrument, tags));
        _meters.SetMeasurementEventCallback<int>((instrument, _, tags, _) => Measured(instrument, tags));
        _meters.Start();
    }

    public string Spans => string.Join('\n', _spans);

    public string Measures
    {
        get
        {
            _meters.RecordObservableInstruments();
            return string.Join('\n', _measures.Keys);
        }
    }

    public void Dispose()
    {
        _traces.Dispose();
        _meters.Dispose();
    }

    private void Measured(Instrument instrument, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        _measures.TryAdd($"{instrument.Name} {string.Join(' ', Texts(tags.ToArray()))}", true);

    private static IEnumerable<string> Texts(IEnumerable<KeyValuePair<string, object?>> tags) => tags.Select(tag => $"{tag.Key}={tag.Value}");
}
