namespace CopyTrack.Accounting.Discovery;

/// <summary>What answers at an address.</summary>
public enum DeviceKind
{
    /// <summary>Prints and copies.</summary>
    Mfp,

    /// <summary>Prints.</summary>
    Printer,

    /// <summary>Prints on large sheets or rolls; its counters are no pages.</summary>
    Plotter,

    /// <summary>Prints labels; has no page counters.</summary>
    LabelPrinter,

    /// <summary>A printer's network card that shows nothing of the printer behind it.</summary>
    NetworkCard,

    /// <summary>A scanner that does not print.</summary>
    Scanner,

    /// <summary>A projector or display.</summary>
    Projector,

    /// <summary>A computer, perhaps with printers of its own.</summary>
    Computer,

    /// <summary>Something else that speaks SNMP.</summary>
    Other,
}

/// <summary>A kind, and the evidence in words for an administrator.</summary>
public sealed record Classification(DeviceKind Kind, string Reason)
{
    /// <summary>True for what pages can be counted at.</summary>
    public bool IsMetered => Kind is DeviceKind.Mfp or DeviceKind.Printer;
}
