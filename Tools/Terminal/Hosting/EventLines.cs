using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;
using CopyTrack.Terminal.Machine;

namespace CopyTrack.Terminal.Hosting;

/// <summary>Writes events and answers as one JSON object per line. Safe for use by many threads; each line is flushed.</summary>
internal sealed class EventLines(Stream output, TimeProvider time)
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private readonly Lock gate = new();

    /// <summary>Writes <c>{kind: name, "at": time, facts...}</c>.</summary>
    internal void Write(string kind, string name, IEnumerable<Fact> facts)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, Options))
        {
            writer.WriteStartObject();
            writer.WriteString(kind, name);
            writer.WriteString("at", time.GetUtcNow());
            foreach (var fact in facts)
            {
                writer.WritePropertyName(fact.Name);
                Value(writer, fact.Value);
            }
            writer.WriteEndObject();
        }
        buffer.WriteByte((byte)'\n');
        lock (gate)
        {
            output.Write(buffer.GetBuffer().AsSpan(0, (int)buffer.Length));
            output.Flush();
        }
    }

    private static void Value(Utf8JsonWriter writer, object? value)
    {
        switch (value)
        {
            case null: writer.WriteNullValue(); break;
            case string text: writer.WriteStringValue(text); break;
            case bool truth: writer.WriteBooleanValue(truth); break;
            case int number: writer.WriteNumberValue(number); break;
            case long number: writer.WriteNumberValue(number); break;
            case ImmutableArray<string> texts: Each(writer, texts.IsDefault ? [] : texts, writer.WriteStringValue); break;
            case ImmutableArray<ImmutableArray<Fact>> objects: Each(writer, objects, facts => Object(writer, facts)); break;
            case ImmutableArray<Fact> facts: Object(writer, facts); break;
            default: writer.WriteStringValue(value.ToString()); break;
        }
    }

    private static void Each<T>(Utf8JsonWriter writer, ImmutableArray<T> items, Action<T> write)
    {
        writer.WriteStartArray();
        foreach (var item in items)
        {
            write(item);
        }
        writer.WriteEndArray();
    }

    private static void Object(Utf8JsonWriter writer, ImmutableArray<Fact> facts)
    {
        writer.WriteStartObject();
        foreach (var fact in facts)
        {
            writer.WritePropertyName(fact.Name);
            Value(writer, fact.Value);
        }
        writer.WriteEndObject();
    }
}
