using System.Collections.Immutable;

namespace CopyTrack.Server.WalkUp;

/// <summary>Devices whose offline-capable terminal is away: their unattended copies are provisional (the terminal may have let someone in).</summary>
internal sealed class OfflineTerminals
{
    private readonly Lock gate = new();
    private ImmutableDictionary<long, ImmutableHashSet<string>> away = ImmutableDictionary<long, ImmutableHashSet<string>>.Empty;

    /// <summary>True while such a terminal of the device is away.</summary>
    public bool Away(long deviceId) => away.ContainsKey(deviceId);

    /// <summary>The terminal went away.</summary>
    public void Left(long deviceId, string terminalId)
    {
        lock (gate)
        {
            away = away.SetItem(deviceId, away.GetValueOrDefault(deviceId, []).Add(terminalId));
        }
    }

    /// <summary>The terminal is connected.</summary>
    public void Back(long deviceId, string terminalId)
    {
        lock (gate)
        {
            var others = away.GetValueOrDefault(deviceId, []).Remove(terminalId);
            away = others.IsEmpty ? away.Remove(deviceId) : away.SetItem(deviceId, others);
        }
    }
}
