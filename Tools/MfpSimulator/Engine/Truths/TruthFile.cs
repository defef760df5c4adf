using System.Buffers;
using System.Text.Json;
using CopyTrack.MfpSimulator.Meters;

namespace CopyTrack.MfpSimulator.Truths;

/// <summary>The truth as JSON lines: <c>sheet</c> and <c>original</c> as they happen, <c>job</c> with the main counters when its last counter has risen, <c>event</c> for the rest. Each line is handed to the stream at once, so that a killed process loses nothing.</summary>
internal sealed class TruthFile(Stream stream) : IDisposable
{
    private readonly Lock gate = new();
    private readonly ArrayBufferWriter<byte> line = new(512);

    public void Page(TruthJob job, WorkUnit unit, DateTimeOffset at) => Write(at, json =>
    {
        json.WriteString("kind", unit.IsOriginal ? "original" : "sheet");
        Common(json, job);
        json.WriteNumber("sides", unit.Sides);
        json.WriteNumber("impressions", unit.IsOriginal ? 0 : unit.Sides);
        json.WriteNumber("sheets", unit.IsOriginal ? 0 : 1);
    });

    public void Job(TruthJob job, DateTimeOffset at, IEnumerable<KeyValuePair<string, long>> counters) => Write(at, json =>
    {
        json.WriteString("kind", "job");
        Common(json, job);
        json.WriteBoolean("duplex", job.Duplex);
        json.WriteNumber("impressions", job.Impressions);
        json.WriteNumber("sheets", job.Sheets);
        json.WriteNumber("originals", job.Originals);
        json.WriteString("end", Name(job.End.ToString()));
        json.WriteString("startedAt", job.At);
        if (job.LastPageAt is { } last) json.WriteString("lastPageAt", last);
        json.WriteStartObject("counters");
        foreach (var (oid, value) in counters) json.WriteNumber(oid, value);
        json.WriteEndObject();
    });

    public void Event(int device, string what, DateTimeOffset at) => Write(at, json =>
    {
        json.WriteString("kind", "event");
        json.WriteNumber("device", device);
        json.WriteString("event", what);
    });

    public void Dispose() => stream.Dispose();

    private static void Common(Utf8JsonWriter json, TruthJob job)
    {
        json.WriteNumber("device", job.Device);
        json.WriteString("job", job.Id);
        json.WriteString("function", Name(job.Function.ToString()));
        json.WriteString("color", Name(job.Color.ToString()));
        json.WriteString("size", job.Size.Name);
        json.WriteString("who", job.Who);
        json.WriteBoolean("bypass", job.Bypass);
    }

    private static string Name(string value) => JsonNamingPolicy.CamelCase.ConvertName(value);

    private void Write(DateTimeOffset at, Action<Utf8JsonWriter> body)
    {
        lock (gate)
        {
            line.ResetWrittenCount();
            using (var json = new Utf8JsonWriter(line))
            {
                json.WriteStartObject();
                json.WriteString("time", at.ToUniversalTime());
                body(json);
                json.WriteEndObject();
            }

            line.Write("\n"u8);
            stream.Write(line.WrittenSpan);
            stream.Flush();
        }
    }
}
