using CopyTrack.Accounting.Receipts;
using CopyTrack.Server.Data.Receipts;
using CopyTrack.Server.Data.Repositories;

namespace CopyTrack.Server.Web.Site;

/// <summary>What became of receipts, as keys of translation.</summary>
internal static class ReceiptTexts
{
    public static string StateOf(ReceiptView receipt) => (ReceiptStatus)receipt.Status switch
    {
        ReceiptStatus.Waiting => Words.Key("waits for a reading of the meters"),
        ReceiptStatus.Booked => receipt.Shortage == 0 ? Words.Key("booked") : Words.Key("booked; the meters had not shown all of it"),
        ReceiptStatus.OutsideLedger => Words.Key("of a time that the ledger does not cover"),
        ReceiptStatus.Unmetered => Words.Key("the device's meters do not count this"),
        _ => Words.Key("not licensed when it came"),
    };

    public static string ClassOf(ReceiptView receipt) => (ReceiptStatus)receipt.Status switch
    {
        ReceiptStatus.Booked => receipt.Shortage == 0 ? "good" : "warn",
        ReceiptStatus.OutsideLedger or ReceiptStatus.Unmetered => "quiet",
        _ => "warn",
    };

    /// <summary>What was wrong with a message that was refused.</summary>
    public static string Refused(string kind) => kind switch
    {
        "credential" => Words.Key("credential"), "rate" => Words.Key("too many"), "message" => Words.Key("message"), "body" => Words.Key("contents"), "panel" => Words.Key("panel"), _ => kind,
    };

    /// <summary>What a job did.</summary>
    public static string Service(string service) => service switch
    {
        "copy" => Words.Key("copies"), "print" => Words.Key("prints"), "scan" => Words.Key("scans"), "fax" => Words.Key("faxes"), _ => service,
    };
}
