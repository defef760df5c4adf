using System.Text;
using System.Xml.Linq;
using CopyTrack.Server.Receipts.Wire;

namespace CopyTrack.Server.Soap;

/// <summary>Whose fault it is: the sender mends the message, or sends the same again later.</summary>
internal enum FaultSide { Sender, Receiver }

/// <summary>One version of SOAP: namespace, media type, words of its faults.</summary>
internal sealed class SoapVersion
{
    private readonly XNamespace envelope;
    private readonly bool modern;

    private SoapVersion(string ns, string mediaType, bool modern) => (envelope, MediaType, this.modern) = (ns, mediaType, modern);

    /// <summary>SOAP 1.1 (W3C note of 2000).</summary>
    public static SoapVersion V11 { get; } = new("http://schemas.xmlsoap.org/soap/envelope/", "text/xml", modern: false);

    /// <summary>SOAP 1.2 (W3C recommendation).</summary>
    public static SoapVersion V12 { get; } = new("http://www.w3.org/2003/05/soap-envelope", "application/soap+xml", modern: true);

    /// <summary>Media type of its messages over HTTP.</summary>
    public string MediaType { get; }

    /// <summary>The version that a Content-Type names; null for another one.</summary>
    public static SoapVersion? Of(string? contentType) => contentType?.Split(';')[0].Trim().ToLowerInvariant() switch
    {
        "text/xml" => V11,
        "application/soap+xml" => V12,
        _ => null,
    };

    /// <summary>
    /// The one element of the body. Throws <see cref="WireFault"/> for what is no envelope of this version, has a header that must be understood, or more or less
    /// than one element in its body.
    /// </summary>
    public XElement Open(XElement root)
    {
        if (root.Name != envelope + "Envelope")
        {
            throw new WireFault($"the root must be Envelope of namespace {envelope.NamespaceName}, as the Content-Type says");
        }

        var must = root.Element(envelope + "Header")?.Elements().FirstOrDefault(h => h.Attribute(envelope + "mustUnderstand")?.Value is "1" or "true");
        if (must is not null)
        {
            throw new WireFault("a header that must be understood is not: this contract has none");
        }

        return root.Element(envelope + "Body")?.Elements().ToList() is [var only] ? only : throw new WireFault("the Body must hold exactly one element");
    }

    /// <summary>An envelope around an answer.</summary>
    public byte[] Wrap(XElement answer) => Bytes(answer);

    /// <summary>A fault. Its text names cause and next step, never anything from below.</summary>
    public byte[] Fault(FaultSide side, string text) => Bytes(modern
        ? new XElement(
            envelope + "Fault",
            new XElement(envelope + "Code", new XElement(envelope + "Value", $"env:{side}")),
            new XElement(envelope + "Reason", new XElement(envelope + "Text", new XAttribute(XNamespace.Xml + "lang", "en"), text)))
        : new XElement(envelope + "Fault", new XElement("faultcode", side == FaultSide.Sender ? "env:Client" : "env:Server"), new XElement("faultstring", text)));

    /// <summary>HTTP status of a fault: SOAP 1.1 knows 500 alone (§6.2), SOAP 1.2 400 for the sender's (part 2, §7.5.2.2).</summary>
    public int Status(FaultSide side) => modern && side == FaultSide.Sender ? 400 : 500;

    private byte[] Bytes(XElement content) => Encoding.UTF8.GetBytes(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>"
        + new XElement(envelope + "Envelope", new XAttribute(XNamespace.Xmlns + "env", envelope.NamespaceName), new XElement(envelope + "Body", content)).ToString(SaveOptions.DisableFormatting));
}
