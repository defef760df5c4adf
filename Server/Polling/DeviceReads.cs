namespace CopyTrack.Server.Polling;

/// <summary>What came of reading a device for somebody who waits. <see cref="InventoryFault"/> is null when its inventory was read and kept, else why not.</summary>
internal sealed record DeviceReadNow(ReadNow Meters, string? InventoryFault);

/// <summary>Reads a configured device at once, meters and inventory.</summary>
internal interface IDeviceReads
{
    /// <summary>Reads it, within half a minute at most. Never throws for what the device does.</summary>
    Task<DeviceReadNow> NowAsync(long deviceId, CancellationToken cancellationToken);
}

/// <inheritdoc/>
internal sealed class DeviceReads(ReadRequests requests, InventoryReader inventory) : IDeviceReads
{
    /// <inheritdoc/>
    public async Task<DeviceReadNow> NowAsync(long deviceId, CancellationToken cancellationToken)
    {
        var meters = await requests.ReadAsync(deviceId, cancellationToken);
        // A device that is silent now will hardly tell more a moment later.
        return new DeviceReadNow(meters, meters is ReadNow.Failed failed ? failed.Reason : await inventory.ReadNowAsync(deviceId, cancellationToken));
    }
}
