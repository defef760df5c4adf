using System.Text;
using System.Xml.Linq;

namespace CopyTrack.Accounting.Receipts.Makers;

/// <summary>
/// The panel of Brother devices with BSI: the device POSTs to a server's URL and does the one command of the answer. ActivateLock frees the panel for a user, function by function
/// and with or without colour; DisplayForm shows a text with one button that asks again. How a form takes a card or a PIN, and what the device says of a finished copy, is not public.
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

    /// <summary>The answer that leaves everything locked and shows <paramref name="text"/>; its button, <paramref name="button"/>, and the passing of <paramref name="seconds"/> ask <paramref name="again"/>.</summary>
    public static byte[] Wait(string title, string text, string button, string again, int seconds)
    {
        var screen = new XElement(
            "UiScreen", new XAttribute("infoLevel", "Normal"), new XElement("Title", title), new XElement("AutoTransition", seconds),
            new XElement("Operations", new XElement("Op", new XAttribute("type", "Submit"), new XAttribute("action", again), new XElement("Label", button))),
            new XElement("IoScreen", new XElement("IoObject", new XElement("Title", title), new XElement("Message", text))));
        return Bytes(new XElement("DisplayForm", new XElement("Script", new XCData(screen.ToString(SaveOptions.DisableFormatting)))));
    }

    private static XElement Function(string name, bool permitted, bool color) =>
        new(name, new XAttribute("permitted", permitted ? "true" : "false"), new XAttribute("colorEnable", permitted && color ? "true" : "false"));

    private static byte[] Bytes(XElement command) => Encoding.UTF8.GetBytes(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>" + new XElement("SerioCommands", new XAttribute("version", "1.0"), command).ToString(SaveOptions.DisableFormatting));
}
