using System.Collections.Immutable;

namespace CopyTrack.Accounting.Inventory;

/// <summary>What stops a device. Pure.</summary>
public static class DeviceTrouble
{
    /// <summary>Detected errors (RFC 2790, hrPrinterDetectedErrorState) with which a device works no more until somebody comes.</summary>
    public static readonly ImmutableArray<string> Stopping =
        ["noPaper", "noToner", "doorOpen", "jammed", "inputTrayMissing", "outputTrayMissing", "markerSupplyMissing", "outputFull", "serviceRequested", "offline"];

    /// <summary>The errors of a report that stop the device, a blank between; <c>stopped</c> or <c>offline</c> when it stands still and names none; null when it works.</summary>
    public static string? Of(ProbeReport report)
    {
        string[] errors = [.. report.Status.Errors.Where(Stopping.Contains).Distinct()];
        return errors.Length > 0 ? string.Join(' ', errors) : report.Status.Summary is "stopped" or "offline" ? report.Status.Summary : null;
    }
}
