using System.Collections.Immutable;

namespace CopyTrack.Accounting.Inventory;

/// <summary>hrDeviceStatus, hrPrinterStatus and the detected errors as one word: they mean something only together (RFC 3805 §2.2.13).</summary>
internal static class StatusSummary
{
    private static readonly string[] Stopping = ["noPaper", "noToner", "doorOpen", "jammed", "inputTrayMissing", "outputTrayMissing", "markerSupplyMissing", "outputFull"];

    /// <summary><c>ready</c>, <c>printing</c>, <c>warmingUp</c>, <c>asleep</c>, <c>warning</c> (it works, but something wants attention), <c>stopped</c>, <c>offline</c>, <c>testing</c>, <c>unknown</c>.</summary>
    public static string Of(string device, string printer, ImmutableArray<string> errors) => (device, printer) switch
    {
        ("down", "warmup") => "warmingUp",
        ("down", _) => errors.Contains("offline") && !errors.Any(Stopping.Contains) ? "offline" : "stopped",
        ("testing", _) => "testing",
        (_, "warmup") => "warmingUp",
        ("running", "idle") => "ready",
        ("running", "printing") => "printing",
        ("running", "other") => "asleep",
        ("warning", _) => "warning",
        (_, "idle") => errors.IsEmpty ? "ready" : "warning",
        (_, "printing") => "printing",
        _ => errors.IsEmpty ? "unknown" : "warning",
    };
}
