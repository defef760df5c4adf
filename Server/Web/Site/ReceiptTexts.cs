using CopyTrack.Accounting.Receipts;
using CopyTrack.Server.Data.Receipts;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Receipts.Wire;

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

    /// <summary>What a receipt's job made, in words.</summary>
    public static string Made(Words words, string content)
    {
        JobReceipt receipt = ReceiptContent.Read(content);
        string[] parts =
        [
            .. new[]
            {
                (receipt.Pages.Sum(p => p.Impressions), Words.Key("{0} sides")), (receipt.Scans, Words.Key("{0} scans")), (receipt.Faxes, Words.Key("{0} fax pages")),
            }.Where(p => p.Item1 > 0).Select(p => words[p.Item2, p.Item1]),
        ];
        return $"{words[Service(ReceiptWords.Of(receipt.Service))]}: {(parts.Length == 0 ? words["nothing"] : string.Join(", ", parts))}";
    }

    /// <summary>What a job did.</summary>
    public static string Service(string service) => service switch
    {
        "copy" => Words.Key("copies"), "print" => Words.Key("prints"), "scan" => Words.Key("scans"), "fax" => Words.Key("faxes"), _ => service,
    };
}
