using System.Text.Json;
using System.Text.Json.Serialization;

namespace CopyTrack.Accounting.Sessions;

/// <summary>
/// The document in which a <see cref="DeviceState"/> is kept: names in camel case, enums as their stored numbers, absent means null. The
/// claim is not in it. What one version wrote every later one reads: members are added, never renamed.
/// </summary>
public static class DeviceStateJson
{
    /// <summary>The document of a state.</summary>
    public static string Write(DeviceState state) => JsonSerializer.Serialize(state, DeviceStateContext.Default.DeviceState);

    /// <summary>The state in a document, claim token 0 and no owner. Throws <see cref="JsonException"/> for what is no such document.</summary>
    public static DeviceState Read(string document)
    {
        var state = JsonSerializer.Deserialize(document, DeviceStateContext.Default.DeviceState) ?? throw new JsonException("The document of a device's state is null.");
        // Generated code gives members that are absent the default of their type, not that of the record.
        return state with { LagMs = state.LagMs > 0 ? state.LagMs : new DeviceState { DeviceId = state.DeviceId }.LagMs, Open = Whole(state.Open), Settling = Whole(state.Settling), Lags = state.Lags.IsDefaultOrEmpty ? [] : state.Lags };
    }

    private static LiveSession? Whole(LiveSession? session) => session is { Counted.IsDefault: true } ? session with { Counted = [] } : session;
}

/// <summary>Serialisation of device states, made at build time.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, IgnoreReadOnlyProperties = true)]
[JsonSerializable(typeof(DeviceState))]
public sealed partial class DeviceStateContext : JsonSerializerContext;
