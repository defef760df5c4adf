using System.Globalization;
using System.Xml;
using System.Xml.Linq;

namespace CopyTrack.Accounting.Receipts.Makers;

/// <summary>Makers' XML: no DTD, nothing fetched, bounded.</summary>
internal static class MakerXml
{
    private const int MostCharacters = 512 * 1024, Deepest = 24;

    /// <summary>The root. Throws <see cref="MakerFormatException"/>.</summary>
    public static XElement Parse(ReadOnlyMemory<byte> message)
    {
        try
        {
            using (var measure = Reader(message))
            {
                while (measure.Read())
                {
                    if (measure.Depth > Deepest)
                    {
                        throw new MakerFormatException($"the document is deeper than {Deepest} elements");
                    }
                }
            }

            using var reader = Reader(message);
            return XElement.Load(reader);
        }
        catch (XmlException e)
        {
            throw new MakerFormatException(string.Create(CultureInfo.InvariantCulture, $"line {e.LineNumber}: not XML that can be taken"));
        }
    }

    /// <summary>A number of 0 or more in a child; null when the child is absent or empty.</summary>
    public static long? Number(XElement parent, XName name)
    {
        var text = parent.Element(name)?.Value.Trim();
        return string.IsNullOrEmpty(text) ? null
            : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
            : throw new MakerFormatException($"{name.LocalName} is no count");
    }

    private static XmlReader Reader(ReadOnlyMemory<byte> message) => XmlReader.Create(
        new MemoryStream(message.ToArray(), false),
        new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, MaxCharactersInDocument = MostCharacters, IgnoreComments = true, CloseInput = true });
}
