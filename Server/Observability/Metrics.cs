using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace CopyTrack.Server.Observability;

/// <summary>Listens to the meters of this program and of ASP.NET Core and tells them in the Prometheus text format 0.0.4.</summary>
internal sealed class Metrics : IDisposable
{
    // A label with endless values (a bug) must not eat the memory.
    private const int MaxSeries = 10_000;
    private static readonly double[] Buckets = [0.001, 0.0025, 0.003, 0.005, 0.01, 0.02, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<(Instrument Instrument, string Labels), Series> _series = new();

    public Metrics()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name.StartsWith("CopyTrack", StringComparison.Ordinal)
                || instrument.Name is "kestrel.active_connections" or "http.server.request.duration" or "dotnet.process.memory.working_set" or "dotnet.gc.last_collection.heap.size")
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<int>((i, v, tags, _) => Add(i, v, tags));
        _listener.SetMeasurementEventCallback<long>((i, v, tags, _) => Add(i, v, tags));
        _listener.SetMeasurementEventCallback<double>((i, v, tags, _) => Add(i, v, tags));
        _listener.Start();
    }

    /// <summary>All series now.</summary>
    public string Render()
    {
        _listener.RecordObservableInstruments();
        StringBuilder text = new();
        foreach (IGrouping<Instrument, KeyValuePair<(Instrument Instrument, string Labels), Series>> group in _series.GroupBy(s => s.Key.Instrument).OrderBy(g => g.Key.Name, StringComparer.Ordinal))
        {
            string kind = KindOf(group.Key);
            string name = NameOf(group.Key) + (kind == "counter" ? "_total" : "");
            text.Append("# HELP ").Append(name).Append(' ').Append((group.Key.Description ?? group.Key.Name).Replace('\n', ' ')).Append('\n');
            text.Append("# TYPE ").Append(name).Append(' ').Append(kind).Append('\n');
            foreach (KeyValuePair<(Instrument Instrument, string Labels), Series> one in group.OrderBy(s => s.Key.Labels, StringComparer.Ordinal))
            {
                one.Value.Render(text, name, one.Key.Labels, kind == "histogram");
            }
        }

        return text.ToString();
    }

    public void Dispose() => _listener.Dispose();

    private static string KindOf(Instrument instrument)
    {
        string type = instrument.GetType().Name;
        return type.StartsWith("Histogram", StringComparison.Ordinal) ? "histogram" : type.Contains("UpDown", StringComparison.Ordinal) || type.Contains("Gauge", StringComparison.Ordinal) ? "gauge" : "counter";
    }

    private static string NameOf(Instrument instrument)
    {
        string unit = instrument.Unit switch { "s" => "_seconds", "By" => "_bytes", _ => "" };
        string name = new([.. instrument.Name.ToLowerInvariant().Select(c => char.IsAsciiLetterOrDigit(c) ? c : '_')]);
        return name.EndsWith(unit, StringComparison.Ordinal) ? name : name + unit;
    }

    private void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        (Instrument, string) key = (instrument, Labels(tags));
        if (!_series.TryGetValue(key, out Series? series))
        {
            if (_series.Count >= MaxSeries)
            {
                return;
            }

            series = _series.GetOrAdd(key, _ => new Series());
        }

        series.Add(value, instrument.IsObservable || KindOf(instrument) == "gauge" && !instrument.GetType().Name.Contains("UpDown", StringComparison.Ordinal));
    }

    private static string Labels(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (tags.IsEmpty)
        {
            return "";
        }

        StringBuilder text = new();
        foreach ((string name, object? value) in tags)
        {
            string label = new([.. name.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '_')]);
            string shown = (Convert.ToString(value, CultureInfo.InvariantCulture) ?? "").Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
            text.Append(text.Length == 0 ? "" : ",").Append(label).Append("=\"").Append(shown).Append('"');
        }

        return text.ToString();
    }

    private sealed class Series
    {
        private readonly Lock _lock = new();
        private readonly long[] _counts = new long[Buckets.Length];
        private double _value;
        private long _count;

        public void Add(double value, bool replace)
        {
            lock (_lock)
            {
                _value = replace ? value : _value + value;
                _count++;
                int bucket = Array.FindIndex(Buckets, b => value <= b);
                if (bucket >= 0)
                {
                    _counts[bucket]++;
                }
            }
        }

        public void Render(StringBuilder text, string name, string labels, bool histogram)
        {
            lock (_lock)
            {
                if (!histogram)
                {
                    text.Append(name).Append(labels.Length == 0 ? "" : $"{{{labels}}}").Append(' ').Append(_value.ToString("R", CultureInfo.InvariantCulture)).Append('\n');
                    return;
                }

                string before = labels.Length == 0 ? "" : labels + ",";
                long sum = 0;
                for (int i = 0; i < Buckets.Length; i++)
                {
                    sum += _counts[i];
                    text.Append(CultureInfo.InvariantCulture, $"{name}_bucket{{{before}le=\"{Buckets[i]}\"}} {sum}\n");
                }

                string braces = labels.Length == 0 ? "" : $"{{{labels}}}";
                text.Append(CultureInfo.InvariantCulture, $"{name}_bucket{{{before}le=\"+Inf\"}} {_count}\n{name}_sum{braces} {_value:R}\n{name}_count{braces} {_count}\n");
            }
        }
    }
}
