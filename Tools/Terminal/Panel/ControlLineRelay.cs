using System.Collections.Immutable;
using CopyTrack.Terminal.Configuration;
using CopyTrack.Terminal.Native;
using Microsoft.Win32.SafeHandles;

namespace CopyTrack.Terminal.Panel;

/// <summary>A relay on the RTS and DTR lines of a serial port. Opening such a port raises both lines, so they are set at once.</summary>
internal sealed class ControlLineRelay(PanelOptions.ControlLines options) : IPanelRelay
{
    private const nuint SetBits = 0x5416, ClearBits = 0x5417;
    private const int Dtr = 2, Rts = 4;
    private SafeFileHandle? handle;

    /// <summary>Raises the lines that carry a granted function and lowers the others (the other way round where active low).</summary>
    public void Apply(ImmutableArray<string> functions)
    {
        int raise = 0, lower = 0;
        foreach (var line in options.Lines)
        {
            var bit = line.Line == "rts" ? Rts : Dtr;
            var active = line.Functions.Any(functions.Contains);
            (raise, lower) = active != line.ActiveLow ? (raise | bit, lower) : (raise, lower | bit);
        }
        handle ??= LibC.Open(options.Device, LibC.ReadWrite);
        if ((lower != 0 && LibC.ControlNumber(handle, ClearBits, ref lower) != 0) || (raise != 0 && LibC.ControlNumber(handle, SetBits, ref raise) != 0))
        {
            var fault = DeviceException.Last($"{options.Device} has no control lines that can be set");
            handle.Dispose();
            handle = null;
            throw fault;
        }
    }

    /// <summary>Closes the port.</summary>
    public void Dispose() => handle?.Dispose();
}
