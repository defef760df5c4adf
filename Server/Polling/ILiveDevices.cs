using CopyTrack.Accounting.Sessions;

namespace CopyTrack.Server.Polling;

/// <summary>The devices with a session that is not settled, looked after by this node.</summary>
internal interface ILiveDevices
{
    /// <summary>True when this node looks after the device, so that it needs no idle read.</summary>
    bool IsLive(long deviceId);

    /// <summary>Devices looked after now.</summary>
    IReadOnlyCollection<long> All { get; }

    /// <summary>The devices whose last session has settled here since the last call; they were read just before.</summary>
    IReadOnlyCollection<long> TakeSettled();

    /// <summary>Takes over a device whose state shows a session nobody looks after (after a start, or another node's end).</summary>
    void Adopt(DeviceState state);
}
