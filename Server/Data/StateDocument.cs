using System.Collections.Immutable;
using System.Text.Json;
using CopyTrack.Accounting.Meters;
using CopyTrack.Accounting.Sessions;

namespace CopyTrack.Server.Data;

/// <summary>The form in which states, counter sets and events are kept as JSON. What is written by one version must be readable by the next.</summary>
internal static class StateDocument
{
    // Enums as numbers (they are stable), nothing left out (a default may be other than zero), derived members not written.
    private static readonly JsonSerializerOptions s_options = new(JsonSerializerDefaults.Web) { IgnoreReadOnlyProperties = true };

    /// <summary>The state of a device about which nothing was ever decided.</summary>
    public static DeviceState Empty(long deviceId) => new() { DeviceId = deviceId };

    /// <summary>The document of a state.</summary>
    public static string Write(DeviceState state) => DeviceStateJson.Write(state);

    /// <summary>The state in a document (the empty one for null) with the claim that is kept beside it.</summary>
    public static DeviceState Read(long deviceId, string? document, string? claimOwner, long claimToken) =>
        (document is null ? Empty(deviceId) : DeviceStateJson.Read(document)) with { ClaimOwner = claimOwner, ClaimToken = claimToken };

    /// <summary>The document of a counter set.</summary>
    public static string Write(BaseCounterSet set) => JsonSerializer.Serialize(set, s_options);

    /// <summary>The counter set in a document.</summary>
    public static BaseCounterSet ReadSet(string document) => JsonSerializer.Deserialize<BaseCounterSet>(document, s_options)!;

    /// <summary>The document of an event's data.</summary>
    public static string Write(ImmutableDictionary<string, string> data) => JsonSerializer.Serialize(data, s_options);

    /// <summary>An event's data in a document.</summary>
    public static ImmutableDictionary<string, string> ReadData(string document) =>
        JsonSerializer.Deserialize<ImmutableDictionary<string, string>>(document, s_options)!;
}
