using System.Collections.Immutable;
using System.Globalization;
using System.Xml;
using System.Xml.Linq;
using CopyTrack.Accounting.Receipts;

namespace CopyTrack.Server.Receipts.Wire;

/// <summary>Receipts as XML (accounting.xsd, SendReceipts). What the schema has checked is not checked again.</summary>
internal static class ReceiptXml
{
    public static readonly XNamespace Ns = ContractFiles.Namespace;

    /// <summary>The receipts of a SendReceipts element.</summary>
    public static ReceiptMessage Read(XElement message)
    {
        if (message.Name != Ns + "SendReceipts")
        {
            throw new WireFault($"the root must be SendReceipts of namespace {ContractFiles.Namespace}");
        }

        return new ReceiptMessage(Time(message, "sentAt"), [.. message.Elements(Ns + "receipt").Select((e, i) => ReceiptWords.Checked(Receipt(e), i + 1))]);
    }

    /// <summary>The answer, SendReceiptsResponse.</summary>
    public static XElement Write(Data.Receipts.IntakeAnswer answer) => new(
        Ns + "SendReceiptsResponse",
        answer.Answers.Select(a => new XElement(
            Ns + "result", new XElement(Ns + "key", a.Key), new XElement(Ns + "receipt", a.Id.ToString(CultureInfo.InvariantCulture)), new XElement(Ns + "outcome", a.Outcome.ToString().ToLowerInvariant()))),
        Missing(answer.Missing));

    /// <summary>What a device never sent.</summary>
    public static IEnumerable<XElement> Missing(IEnumerable<MissingReceipts> missing) => missing.Select(m => new XElement(
        Ns + "missing", new XElement(Ns + "bootId", m.BootId), new XElement(Ns + "from", m.From), new XElement(Ns + "to", m.To)));

    /// <summary>The text of a child; null when it is absent.</summary>
    public static string? Text(XElement parent, string name) => parent.Element(Ns + name)?.Value;

    /// <summary>The time of a child; a time without an offset is UTC. Null when it is absent.</summary>
    public static DateTimeOffset? Time(XElement parent, string name)
    {
        if (Text(parent, name) is not { } text)
        {
            return null;
        }

        try
        {
            // A time without an offset would else be taken in the server's own time zone.
            return DateTimeOffset.Parse(text.Trim(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal);
        }
        catch (Exception e) when (e is FormatException or ArgumentOutOfRangeException)
        {
            throw new WireFault($"{name} is no time that can be taken");
        }
    }

    /// <summary>The identities among the children.</summary>
    public static ImmutableArray<JobIdentity> Identities(XElement parent) =>
        [.. parent.Elements(Ns + "identity").Select(i => new JobIdentity(ReceiptWords.Kind(Text(i, "kind")!), Text(i, "value")!))];

    private static JobReceipt Receipt(XElement e) => new()
    {
        JobUuid = Text(e, "jobUuid")?.ToLowerInvariant(),
        BootId = Text(e, "bootId"),
        JobId = Text(e, "jobId"),
        Sequence = Number(e, "sequence"),
        Service = ReceiptWords.Service(Text(e, "service")!),
        State = ReceiptWords.State(Text(e, "state")),
        Reasons = [.. e.Elements(Ns + "reason").Select(r => r.Value)],
        Session = ReceiptWords.Session(Text(e, "session")),
        Identities = Identities(e),
        StartedAt = Time(e, "startedAt"),
        EndedAt = Time(e, "endedAt") ?? throw new WireFault("endedAt is missing"),
        Pages = [.. e.Elements(Ns + "pages").Select(p => new CompletedPages(
            ReceiptWords.Color(Text(p, "color")), ReceiptWords.Sides(Text(p, "sides")), Text(p, "media"), Number(p, "impressions") ?? 0, Number(p, "sheets")))],
        Scans = Number(e, "scans") ?? 0,
        Faxes = Number(e, "faxes") ?? 0,
    };

    private static long? Number(XElement parent, string name) => Text(parent, name) is { } text ? XmlConvert.ToInt64(text) : null;
}
