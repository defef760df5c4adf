using System.Globalization;
using System.Text;
using CopyTrack.Accounting.Snmp;

namespace CopyTrack.Accounting.Tests.Inventory;

/// <summary>Rows as a recording writes them, so that a test can change some.</summary>
internal static class WalkText
{
    public static SnmpRecording ToRecording(IEnumerable<VarBind> rows) =>
        SnmpRecording.Parse(Encoding.ASCII.GetBytes(string.Join('\n', rows.OrderBy(r => r.Oid).DistinctBy(r => r.Oid).Select(Line)) + "\n"));

    private static string Line(VarBind row) => $"{row.Oid}|{row.Value switch
    {
        SnmpValue.OctetString s => "4x|" + Convert.ToHexString(s.Value.Span),
        SnmpValue.Opaque o => "68x|" + Convert.ToHexString(o.Value.Span),
        SnmpValue.ObjectIdentifier o => "6|" + o.Value,
        SnmpValue.IpAddress a => "64|" + a.Address,
        SnmpValue.Counter32 c => "65|" + c.Value.ToString(CultureInfo.InvariantCulture),
        SnmpValue.Gauge32 g => "66|" + g.Value.ToString(CultureInfo.InvariantCulture),
        SnmpValue.TimeTicks t => "67|" + t.Value.ToString(CultureInfo.InvariantCulture),
        SnmpValue.Counter64 c => "70|" + c.Value.ToString(CultureInfo.InvariantCulture),
        SnmpValue.Integer32 i => "2|" + i.Value.ToString(CultureInfo.InvariantCulture),
        _ => "5|",
    }}";
}
