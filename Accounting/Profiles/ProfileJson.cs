using System.Text.Json;
using System.Text.Json.Serialization;
using CopyTrack.Accounting.Snmp;

namespace CopyTrack.Accounting.Profiles;

/// <summary>The profile files' JSON: camelCase, comments allowed (each quirk says which device needs it), nothing unknown, nothing missing.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, AllowTrailingCommas = true,
    ReadCommentHandling = JsonCommentHandling.Skip, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true,
    Converters = [typeof(OidConverter), typeof(TermConverter)])]
[JsonSerializable(typeof(MeterProfile))]
internal sealed partial class ProfileJson : JsonSerializerContext;

/// <summary>Object identifiers as dotted text; <c>E.</c> stands for the private enterprises, <c>P.</c> for the Printer-MIB.</summary>
internal sealed class OidConverter : JsonConverter<ObjectIdentifier>
{
    public static string Expand(string text) => text switch
    {
        ['E', '.', .. var rest] => "1.3.6.1.4.1." + rest,
        ['P', '.', .. var rest] => "1.3.6.1.2.1.43." + rest,
        ['-', .. var rest] => "-" + Expand(rest),
        _ => text,
    };

    public override ObjectIdentifier Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && ObjectIdentifier.TryParse(Expand(reader.GetString()!), out var oid)
            ? oid
            : throw new JsonException("not an object identifier");

    public override void Write(Utf8JsonWriter writer, ObjectIdentifier value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}

/// <summary>The terms of a counter in their text form.</summary>
internal sealed class TermConverter : JsonConverter<CounterTerm>
{
    public override CounterTerm Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && CounterTerm.TryParse(OidConverter.Expand(reader.GetString()!), out var term)
            ? term
            : throw new JsonException("not a term of a counter");

    public override void Write(Utf8JsonWriter writer, CounterTerm value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}
