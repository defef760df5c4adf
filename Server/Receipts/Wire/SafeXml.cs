using System.Globalization;
using System.Xml;
using System.Xml.Linq;
using System.Xml.Schema;

namespace CopyTrack.Server.Receipts.Wire;

/// <summary>
/// XML from outside: no DTD and so no entities, nothing fetched, bounded in bytes, depth, elements and attributes, and valid against the contract wherever that
/// declares an element.
/// </summary>
internal static class SafeXml
{
    /// <summary>Most bytes of a message: a hundred long receipts.</summary>
    public const int MostBytes = 512 * 1024;

    private const int Deepest = 16, MostElements = 20_000, MostAttributes = 16;

    private static readonly XmlSchemaSet Schemas = Load();

    /// <summary>The document's root. Throws <see cref="WireFault"/> that says what is wrong and where.</summary>
    public static XElement Parse(ReadOnlyMemory<byte> body)
    {
        try
        {
            Measure(body);
            var settings = Settings();
            settings.Schemas = Schemas;
            settings.ValidationType = ValidationType.Schema;
            settings.ValidationEventHandler += static (_, e) =>
            {
                if (e.Severity == XmlSeverityType.Error)
                {
                    throw e.Exception;
                }
            };
            using var reader = XmlReader.Create(Stream(body), settings);
            return XElement.Load(reader);
        }
        catch (XmlSchemaException e)
        {
            throw new WireFault(string.Create(CultureInfo.InvariantCulture, $"line {e.LineNumber}: {Short(e.Message)}"));
        }
        catch (XmlException e)
        {
            throw new WireFault(string.Create(CultureInfo.InvariantCulture, $"line {e.LineNumber}: not XML that can be taken (no DTD, no entities, UTF-8 or UTF-16): {Short(e.Message)}"));
        }
    }

    private static void Measure(ReadOnlyMemory<byte> body)
    {
        using var reader = XmlReader.Create(Stream(body), Settings());
        var elements = 0;
        while (reader.Read())
        {
            if (reader.Depth > Deepest)
            {
                throw new WireFault($"the document is deeper than {Deepest} elements");
            }

            if (reader.NodeType == XmlNodeType.Element && (++elements > MostElements || reader.AttributeCount > MostAttributes))
            {
                throw new WireFault($"the document has more than {MostElements} elements, or an element more than {MostAttributes} attributes");
            }
        }
    }

    private static XmlReaderSettings Settings() => new()
    {
        DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, MaxCharactersInDocument = MostBytes, IgnoreComments = true, IgnoreProcessingInstructions = true, CloseInput = true,
    };

    private static MemoryStream Stream(ReadOnlyMemory<byte> body) =>
        System.Runtime.InteropServices.MemoryMarshal.TryGetArray(body, out var segment) ? new MemoryStream(segment.Array!, segment.Offset, segment.Count, false) : new MemoryStream(body.ToArray(), false);

    private static XmlSchemaSet Load()
    {
        var set = new XmlSchemaSet { XmlResolver = null };
        using var reader = XmlReader.Create(new StringReader(ContractFiles.Schema), new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null });
        set.Add(null, reader);
        set.Compile();
        return set;
    }

    private static string Short(string message) => message.Length <= 300 ? message : message[..300];
}
