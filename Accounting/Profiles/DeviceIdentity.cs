namespace CopyTrack.Accounting.Profiles;

/// <summary>What a device says that it is. Null = it does not say.</summary>
public sealed record DeviceIdentity(
    string? Maker, string? Model, string? Serial, string? HostName, string? MacAddress, string? SysObjectId, string? SysDescr,
    string? Location, string? Firmware);
