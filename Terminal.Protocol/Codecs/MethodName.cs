using System.Text.Json;

namespace CopyTrack.Terminal.Protocol.Codecs;

/// <summary>The JSON string of a method, compared without making a text of it.</summary>
internal ref struct MethodName
{
    private Utf8JsonReader reader;

    public MethodName(ReadOnlySpan<byte> json)
    {
        reader = new Utf8JsonReader(json);
        reader.Read();
    }

    public readonly bool Is(ReadOnlySpan<byte> name) => reader.ValueTextEquals(name);
}
