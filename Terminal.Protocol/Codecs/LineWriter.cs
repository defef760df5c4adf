using System.Buffers;
using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;
using CopyTrack.Terminal.Protocol.Messages;

namespace CopyTrack.Terminal.Protocol.Codecs;

/// <summary>Writes the outer object of one JSON-RPC line and the few value kinds the messages need; one writer is reused per thread.</summary>
internal static class LineWriter
{
    // Raw characters are safe here: the text never reaches an HTML page, and ids go back as they came.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    [ThreadStatic]
    private static Utf8JsonWriter? shared;

    public static Utf8JsonWriter Begin(IBufferWriter<byte> output)
    {
        var writer = shared;
        shared = null;
        if (writer is null)
        {
            writer = new Utf8JsonWriter(output, Options);
        }
        else
        {
            writer.Reset(output);
        }
        writer.WriteStartObject();
        writer.WriteString("jsonrpc"u8, "2.0"u8);
        return writer;
    }

    /// <summary>Ends the object and the line.</summary>
    public static void End(Utf8JsonWriter writer, IBufferWriter<byte> output)
    {
        writer.WriteEndObject();
        writer.Flush();
        output.Write("\n"u8);
        writer.Reset(Stream.Null);
        shared = writer;
    }

    public static void Id(Utf8JsonWriter writer, ReadOnlySpan<byte> name, RequestId id)
    {
        writer.WritePropertyName(name);
        if (id.Text is { } text)
        {
            writer.WriteStringValue(text);
        }
        else if (id.Digits is { } digits)
        {
            writer.WriteRawValue(digits, skipInputValidation: true);
        }
        else
        {
            writer.WriteNumberValue(id.Number);
        }
    }

    public static void Error(Utf8JsonWriter writer, RpcError error)
    {
        writer.WriteStartObject("error"u8);
        writer.WriteNumber("code"u8, error.Code);
        writer.WriteString("message"u8, error.Message);
        if (error.DataJson is { } data)
        {
            writer.WritePropertyName("data"u8);
            writer.WriteRawValue(data, skipInputValidation: true);
        }
        writer.WriteEndObject();
    }

    public static void Text(Utf8JsonWriter writer, ReadOnlySpan<byte> name, string? value)
    {
        if (value is null)
        {
            writer.WriteNull(name);
        }
        else
        {
            writer.WriteString(name, value);
        }
    }

    public static void Texts(Utf8JsonWriter writer, ReadOnlySpan<byte> name, ImmutableArray<string> values)
    {
        writer.WriteStartArray(name);
        foreach (var value in values.IsDefault ? [] : values)
        {
            writer.WriteStringValue(value);
        }
        writer.WriteEndArray();
    }

    public static void Time(Utf8JsonWriter writer, ReadOnlySpan<byte> name, DateTimeOffset value)
    {
        Span<char> text = stackalloc char[Rfc3339.MaxLength];
        writer.WriteString(name, text[..Rfc3339.Format(value, text)]);
    }
}
