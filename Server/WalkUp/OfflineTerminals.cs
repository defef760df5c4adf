using System.Collections.Concurrent;

namespace CopyTrack.Server.WalkUp;

/// <summary>Devices whose offline-capable terminal is away: their unattended copies are provisional (the terminal may have let someone in).</summary>
internal sealed class OfflineTerminals
{
    private readonly ConcurrentDictionary<long, string> away = new();

    /// <summary>True while such a terminal of the device is away.</summary>
    public bool Away(long deviceId) => away.ContainsKey(deviceId);

    /// <summary>The terminal went away.</summary>
    public void Left(long deviceId, string terminalId) => away[deviceId] = terminalId;

    /// <summary>The terminal is connected.</summary>
    public void Back(long deviceId, string terminalId) => away.TryRemove(new KeyValuePair<long, string>(deviceId, terminalId));
}
