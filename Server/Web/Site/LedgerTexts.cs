using CopyTrack.Accounting.Ledger;
using CopyTrack.Accounting.Meters;
using CopyTrack.Accounting.Sessions;

namespace CopyTrack.Server.Web.Site;

/// <summary>What the ledger's words mean to people, as keys of translation.</summary>
internal static class LedgerTexts
{
    public static string Of(Cause cause) => cause switch
    {
        Cause.None => Words.Key("belongs to someone"),
        Cause.DirectPrint => Words.Key("print from a computer"),
        Cause.FaxReceived => Words.Key("fax received"),
        Cause.PanelBypass => Words.Key("panel bypassed"),
        Cause.ServicePages => Words.Key("service pages"),
        Cause.ServerDown => Words.Key("while no server ran"),
        Cause.DeviceUnreachable => Words.Key("while the device did not answer"),
        Cause.MeterReset => Words.Key("counters were reset"),
        Cause.DeviceReplaced => Words.Key("another device"),
        Cause.Unsplittable => Words.Key("counter shared by functions"),
        Cause.NotLicensed => Words.Key("without a licence"),
        Cause.Quarantined => Words.Key("faster than the engine"),
        Cause.UnknownFunction => Words.Key("function unknown"),
        Cause.TerminalOffline => Words.Key("terminal offline"),
        Cause.MeterLag => Words.Key("meter follows later"),
        Cause.ReceiptExceedsMeter => Words.Key("receipt above the meter"),
        Cause.MeteredOnly => Words.Key("metered only"),
        _ => cause.ToString(),
    };

    public static string Of(Confidence confidence) => confidence switch
    {
        Confidence.Exact => Words.Key("exact"),
        Confidence.Inferred => Words.Key("inferred"),
        _ => Words.Key("estimated"),
    };

    public static string Of(ReadingStatus status) => status switch
    {
        ReadingStatus.Border => Words.Key("border"),
        ReadingStatus.Evidence => Words.Key("evidence"),
        _ => Words.Key("rejected"),
    };

    public static string Of(EntrySource source) => source switch
    {
        EntrySource.Meter => Words.Key("meter"),
        EntrySource.Vendor => Words.Key("job report"),
        _ => Words.Key("offline upload"),
    };
}
