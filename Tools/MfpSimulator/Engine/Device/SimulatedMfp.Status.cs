using System.Text;

namespace CopyTrack.MfpSimulator.Device;

/// <summary>What the status objects and the console say (RFC 2790 hrPrinterStatus, RFC 3805 §2.2.13).</summary>
public sealed partial class SimulatedMfp
{
    private const byte LowToner = 0x20;
    private const byte NoPaper = 0x40;
    private const byte Jammed = 0x04;

    private MfpState CurrentState =>
        !isOn ? MfpState.Off
        : trouble is { } reason ? reason
        : isWarming ? MfpState.WarmingUp
        : engine.Running is not null ? MfpState.Printing
        : isAsleep ? MfpState.Asleep
        : MfpState.Ready;

    private void ShowStatus()
    {
        var state = CurrentState;
        var low = consumables.IsTonerLow;
        var (device, printer, error, text) = state switch
        {
            MfpState.Printing => (low ? 3 : 2, 4, 0, engine.Running!.Request.Function switch { Meters.JobFunction.Copy => "Copying...", _ => "Printing..." }),
            MfpState.WarmingUp => (2, 5, 0, "Please wait..."),
            MfpState.Asleep => (2, 1, 0, "Sleeping"),
            MfpState.Jammed => (5, 1, Jammed, "Paper jam"),
            MfpState.PaperOut => (5, 1, NoPaper, "Add paper"),
            MfpState.Ready or MfpState.Off => (low ? 3 : 2, 3, 0, low ? "Toner low" : "Ready"),
            _ => throw new InvalidOperationException($"No status for {state}."),
        };
        Store.Set(Model.Live.DeviceStatus, device);
        Store.Set(Model.Live.PrinterStatus, printer);
        Store.Set(Model.Live.ErrorState, [(byte)(error | (low ? LowToner : 0))]);
        Store.Set(Model.Live.Console, Encoding.ASCII.GetBytes(text));
    }
}
