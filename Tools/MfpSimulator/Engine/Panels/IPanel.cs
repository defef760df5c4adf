namespace CopyTrack.MfpSimulator.Panels;

/// <summary>Functions that a panel may free. <see cref="CopyColor"/> implies <see cref="Copy"/>.</summary>
[Flags]
public enum PanelFunctions
{
    /// <summary>Locked.</summary>
    None = 0,

    /// <summary>Copies in mono.</summary>
    Copy = 1,

    /// <summary>Copies in any colour.</summary>
    CopyColor = 2,

    /// <summary>Scans.</summary>
    Scan = 4,

    /// <summary>Sending faxes.</summary>
    Fax = 8,

    /// <summary>Printing from the panel; direct prints from elsewhere never ask.</summary>
    Print = 16,

    /// <summary>Everything.</summary>
    All = Copy | CopyColor | Scan | Fax | Print,
}

/// <summary>The lock on a device's panel. The device asks before a job starts and after each sheet or original. Implementations must be thread-safe and quick.</summary>
public interface IPanel
{
    /// <summary>What is free now; <see cref="PanelFunctions.None"/> when locked.</summary>
    PanelFunctions Unlocked { get; }
}

/// <summary>A lock that a terminal's cable sets; locked at first. A cable has one wire: it can't tell colour, so give what it frees.</summary>
public sealed class SwitchPanel : IPanel
{
    private int unlocked;

    /// <inheritdoc/>
    public PanelFunctions Unlocked => (PanelFunctions)Volatile.Read(ref unlocked);

    /// <summary>Frees exactly these functions.</summary>
    public void Unlock(PanelFunctions functions) => Volatile.Write(ref unlocked, (int)functions);

    /// <summary>Locks everything; a job from the panel stops after its current sheet.</summary>
    public void Lock() => Unlock(PanelFunctions.None);
}

/// <summary>A panel that nobody locked: the device works for anyone.</summary>
public sealed class OpenPanel : IPanel
{
    /// <inheritdoc/>
    public PanelFunctions Unlocked => PanelFunctions.All;
}
