using System.Text.Json;
using System.Text.Json.Serialization;

namespace CopyTrack.Server.Imports;

/// <summary>A column or member that may be absent (keeps what is there) or present, with null to clear it. The default is absent.</summary>
[JsonConverter(typeof(OptionalConverterFactory))]
public readonly record struct Optional<T>(bool IsSet, T? Value)
{
    /// <summary>The value when present, else <paramref name="current"/>.</summary>
    public T? Or(T? current) => IsSet ? Value : current;
}

/// <summary>Makes optional values.</summary>
public static class Optional
{
    /// <summary>Present, with this value; null clears.</summary>
    public static Optional<T> Of<T>(T? value) => new(true, value);
}

/// <summary>Reads a JSON member: absent members never reach it and stay absent, null is present and clears.</summary>
internal sealed class OptionalConverterFactory : JsonConverterFactory
{
    public override bool CanConvert(Type typeToConvert) => typeToConvert.IsGenericType && typeToConvert.GetGenericTypeDefinition() == typeof(Optional<>);

    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
        (JsonConverter)Activator.CreateInstance(typeof(Converter<>).MakeGenericType(typeToConvert.GetGenericArguments()))!;

    private sealed class Converter<T> : JsonConverter<Optional<T>>
    {
        public override bool HandleNull => true;

        public override Optional<T> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            Optional.Of(reader.TokenType == JsonTokenType.Null ? default : JsonSerializer.Deserialize<T>(ref reader, options));

        public override void Write(Utf8JsonWriter writer, Optional<T> value, JsonSerializerOptions options) =>
            JsonSerializer.Serialize(writer, value.Value, options);
    }
}
