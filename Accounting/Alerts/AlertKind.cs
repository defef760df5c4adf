namespace CopyTrack.Accounting.Alerts;

/// <summary>What an alert rule looks for. The numbers are stored: append only.</summary>
public enum AlertKind
{
    /// <summary>A supply has at most so much left, or runs out within so many days.</summary>
    SupplyLow = 0,

    /// <summary>A paper tray is empty.</summary>
    TrayEmpty = 1,

    /// <summary>A device tells an error that stops it, or one of those named.</summary>
    DeviceError = 2,

    /// <summary>A device does not answer.</summary>
    DeviceOffline = 3,

    /// <summary>Nothing new has come of an agent.</summary>
    AgentStale = 4,

    /// <summary>The meters of a device were not read.</summary>
    MeterMissing = 5,

    /// <summary>A reading was put aside because it can't be true.</summary>
    MeterImplausible = 6,

    /// <summary>Pages were copied past the locked panel.</summary>
    PanelBypass = 7,

    /// <summary>Meters began anew, or another device answers at the address.</summary>
    CounterReset = 8,
}

/// <summary>How bad it is. The numbers are stored: append only.</summary>
public enum AlertSeverity
{
    /// <summary>Good to know.</summary>
    Notice = 0,

    /// <summary>Somebody should look.</summary>
    Warning = 1,

    /// <summary>Somebody must look.</summary>
    Critical = 2,
}

/// <summary>What kinds of alerts have in common.</summary>
public static class AlertKinds
{
    /// <summary>All kinds in their order.</summary>
    public static IReadOnlyList<AlertKind> All { get; } = Enum.GetValues<AlertKind>();

    /// <summary>True for what happens at a moment and has no end of its own: it ends when somebody takes note, or when it has not happened again for a time.</summary>
    public static bool IsEvent(this AlertKind kind) => kind is AlertKind.MeterImplausible or AlertKind.PanelBypass or AlertKind.CounterReset;

    /// <summary>True for what is seen of a device, false for what is seen of an agent.</summary>
    public static bool IsOfDevice(this AlertKind kind) => kind != AlertKind.AgentStale;
}
