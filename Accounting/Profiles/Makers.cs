using System.Collections.Frozen;
using CopyTrack.Accounting.Snmp;

namespace CopyTrack.Accounting.Profiles;

/// <summary>Names of makers, from their enterprise numbers (IANA) and from what stands at the beginning of descriptions.</summary>
internal static class Makers
{
    private static readonly ObjectIdentifier Enterprises = ObjectIdentifier.Parse("1.3.6.1.4.1");
    private static readonly ObjectIdentifier LabelPrinters = ObjectIdentifier.Parse("1.3.6.1.4.1.1129.1.2.1");

    private static readonly FrozenDictionary<uint, string> ByNumber = new Dictionary<uint, string>
    {
        [11] = "HP", [236] = "Samsung", [253] = "Xerox", [297] = "Fujifilm", [367] = "Ricoh", [641] = "Lexmark", [674] = "Dell", [1129] = "Toshiba",
        [1248] = "Epson", [1347] = "Kyocera", [1602] = "Canon", [2001] = "OKI", [2385] = "Sharp", [2435] = "Brother", [10642] = "Zebra",
        [18334] = "Konica Minolta", [40093] = "Pantum",
    }.ToFrozenDictionary();

    // Longer beginnings before shorter ones.
    private static readonly (string Text, string Maker)[] Brands =
    [
        ("KONICA MINOLTA", "Konica Minolta"), ("KYOCERA Document Solutions", "Kyocera"), ("KYOCERA", "Kyocera"), ("Copystar", "Copystar"), ("UTAX", "UTAX"),
        ("TA Triumph-Adler", "Triumph-Adler"), ("RICOH", "Ricoh"), ("NRG", "NRG"), ("LANIER", "Lanier"), ("SAVIN", "Savin"), ("Gestetner", "Gestetner"),
        ("infotec", "Infotec"), ("Canon", "Canon"), ("FUJI XEROX", "Fuji Xerox"), ("FUJIFILM", "Fujifilm"), ("Xerox", "Xerox"), ("Hewlett-Packard", "HP"), ("HP", "HP"),
        ("Lexmark", "Lexmark"), ("Dell", "Dell"), ("SHARP", "Sharp"), ("Brother", "Brother"), ("EPSON", "Epson"), ("TOSHIBA TEC", "Toshiba"), ("TOSHIBA", "Toshiba"),
        ("OKI", "OKI"), ("Samsung", "Samsung"), ("Pantum", "Pantum"), ("Develop", "Develop"), ("Olivetti", "Olivetti"), ("Zebra", "Zebra"),
    ];

    /// <summary>The maker whose brand a description begins with.</summary>
    public static string? Find(string? description) =>
        // A JetDirect card calls itself HP in whatever printer it sits.
        description is null || description.StartsWith("HP ETHERNET", StringComparison.Ordinal) ? null
            : Brands.FirstOrDefault(b => IsBrand(description, b.Text)).Maker;

    /// <summary>The maker of an enterprise number.</summary>
    public static string? Find(ObjectIdentifier? sysObjectId) =>
        sysObjectId is { } oid && oid.StartsWith(Enterprises) && oid.Length > Enterprises.Length
            ? ByNumber.GetValueOrDefault(oid[Enterprises.Length]) : null;

    /// <summary>A model without its brand before it and "series" behind it.</summary>
    public static string? WithoutBrand(string? model, string? maker)
    {
        if (model is null)
        {
            return null;
        }

        var brand = Brands.FirstOrDefault(b => b.Maker == maker && IsBrand(model, b.Text)).Text;
        var text = brand is null ? model : model[brand.Length..].Trim();
        text = text.EndsWith(" series", StringComparison.OrdinalIgnoreCase) ? text[..^7].TrimEnd() : text;
        return text.Length == 0 ? model : text;
    }

    /// <summary>Agents of computers (net-snmp, Windows), which list the printers they print to as devices of their own.</summary>
    public static bool IsHost(ObjectIdentifier sysObjectId) =>
        sysObjectId.StartsWith(Enterprises) && sysObjectId.Length > Enterprises.Length && sysObjectId[Enterprises.Length] is 311 or 8072;

    /// <summary>Toshiba TEC's label printers, which have no page counters.</summary>
    public static bool IsLabelPrinter(ObjectIdentifier sysObjectId) => sysObjectId.StartsWith(LabelPrinters);

    private static bool IsBrand(string text, string brand) =>
        text.StartsWith(brand, StringComparison.OrdinalIgnoreCase) && (text.Length == brand.Length || !char.IsLetterOrDigit(text[brand.Length]));
}
