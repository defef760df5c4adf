using System.Globalization;
using CopyTrack.Accounting.Snmp;

namespace CopyTrack.Accounting.Profiles;

/// <summary>
/// One object of a counter. In text: the OID, <c>-</c> before it when it is subtracted, <c>#</c> and two hexadecimal digits behind it when the
/// count is a record of that kind inside an octet string (seven octets: kind, 01, 04 and the value, big endian; FF ends them).
/// </summary>
public readonly record struct CounterTerm(ObjectIdentifier Oid, byte? Record, bool Subtracted)
{
    /// <summary>Reads the text form; false when it is none.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out CounterTerm term)
    {
        term = default;
        var subtracted = text is ['-', ..];
        text = subtracted ? text[1..] : text;
        byte? record = null;
        if (text.IndexOf('#') is >= 0 and var at)
        {
            if (text.Length != at + 3 || !byte.TryParse(text[(at + 1)..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var kind))
            {
                return false;
            }

            record = kind;
            text = text[..at];
        }

        if (!ObjectIdentifier.TryParse(text, out var oid))
        {
            return false;
        }

        term = new CounterTerm(oid, record, subtracted);
        return true;
    }

    /// <summary>The count that a value holds: null when it is missing, negative, or of a kind that is no count.</summary>
    public long? ValueOf(SnmpValue? value)
    {
        if (Record is { } kind)
        {
            return value is SnmpValue.OctetString octets ? InRecords(octets.Value.Span, kind) : null;
        }

        return value is SnmpValue.Integer32 or SnmpValue.Counter32 or SnmpValue.Gauge32 or SnmpValue.Counter64 && value.AsInteger is >= 0 and var count
            ? count
            : value is SnmpValue.OctetString text && text.Value.Length is > 0 and <= 10 &&
              long.TryParse(text.Value.Span, NumberStyles.None, CultureInfo.InvariantCulture, out var written)
                // Some firmware writes a count as text where its maker's MIB has a number.
                ? written
                : null;
    }

    /// <inheritdoc/>
    public override string ToString() =>
        (Subtracted ? "-" : "") + Oid + (Record is { } kind ? "#" + kind.ToString("x2", CultureInfo.InvariantCulture) : "");

    private static long? InRecords(ReadOnlySpan<byte> records, byte kind)
    {
        while (records.Length >= 7 && records[0] != 0xFF)
        {
            if (records[1] != 1 || records[2] != 4)
            {
                return null;
            }

            if (records[0] == kind)
            {
                return System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(records[3..]);
            }

            records = records[7..];
        }

        return null;
    }
}
