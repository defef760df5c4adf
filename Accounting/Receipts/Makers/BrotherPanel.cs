using System.Text;
using System.Xml.Linq;

namespace CopyTrack.Accounting.Receipts.Makers;

/// <summary>
/// The panel lock of Brother devices with BSI: the device POSTs to a server's URL and does the one command of the answer. Only ActivateLock is written here: it frees
/// the panel for a user, function by function and with or without colour. What a device says of a finished copy is not public.
/// </summary>
public static class BrotherPanel
{
    /// <summary>
    /// The answer that frees the panel. <paramref name="functions"/> are the names of docs/terminal-protocol.md §3; <paramref name="finished"/> is called by the device
    /// when the command was done. Prints from computers and received faxes need no one at the panel and stay free.
    /// </summary>
    public static byte[] Unlock(string userId, IReadOnlyCollection<string> functions, string finished)
    {
        bool Has(string name) => functions.Contains(name, StringComparer.Ordinal);
        var color = Has("copyColor");
        return Bytes(new XElement(
            "ActivateLock",
            new XElement("UserId", userId),
            new XElement(
                "LockInfo", Function("Copy", Has("copy") || color, color), Function("SendFax", Has("fax"), Has("fax")), Function("ScanAndSend", Has("scan"), Has("scan")),
                Function("DirectPrint", Has("print"), Has("print")), Function("PrintFax", true, true), Function("PcPrint", true, true)),
            new XElement("JobFinAckUrl", finished)));
    }

    private static XElement Function(string name, bool permitted, bool color) =>
        new(name, new XAttribute("permitted", permitted ? "true" : "false"), new XAttribute("colorEnable", permitted && color ? "true" : "false"));

    private static byte[] Bytes(XElement command) => Encoding.UTF8.GetBytes(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>" + new XElement("SerioCommands", new XAttribute("version", "1.0"), command).ToString(SaveOptions.DisableFormatting));
}
