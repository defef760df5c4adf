using CopyTrack.Accounting.Snmp;

namespace CopyTrack.Accounting.Profiles;

/// <summary>Objects of the MIBs that every printer should have: MIB-II (RFC 1213), Host Resources (RFC 2790), Printer-MIB (RFC 3805). Columns are without their index.</summary>
internal static class StandardMib
{
    public static ObjectIdentifier SysDescr { get; } = Oid("1.3.6.1.2.1.1.1.0");
    public static ObjectIdentifier SysObjectId { get; } = Oid("1.3.6.1.2.1.1.2.0");
    public static ObjectIdentifier SysUpTime { get; } = Oid("1.3.6.1.2.1.1.3.0");
    public static ObjectIdentifier SysName { get; } = Oid("1.3.6.1.2.1.1.5.0");
    public static ObjectIdentifier SysLocation { get; } = Oid("1.3.6.1.2.1.1.6.0");
    public static ObjectIdentifier IfType { get; } = Oid("1.3.6.1.2.1.2.2.1.3");
    public static ObjectIdentifier IfPhysAddress { get; } = Oid("1.3.6.1.2.1.2.2.1.6");
    public static ObjectIdentifier IfOperStatus { get; } = Oid("1.3.6.1.2.1.2.2.1.8");
    public static ObjectIdentifier HrDeviceType { get; } = Oid("1.3.6.1.2.1.25.3.2.1.2");
    public static ObjectIdentifier HrDeviceDescr { get; } = Oid("1.3.6.1.2.1.25.3.2.1.3");
    public static ObjectIdentifier HrDeviceStatus { get; } = Oid("1.3.6.1.2.1.25.3.2.1.5");
    public static ObjectIdentifier HrPrinterStatus { get; } = Oid("1.3.6.1.2.1.25.3.5.1.1");
    public static ObjectIdentifier HrPrinterErrors { get; } = Oid("1.3.6.1.2.1.25.3.5.1.2");
    public static ObjectIdentifier PrinterType { get; } = Oid("1.3.6.1.2.1.25.3.1.5");
    public static ObjectIdentifier PrinterMib { get; } = Oid("1.3.6.1.2.1.43");
    public static ObjectIdentifier PrinterName { get; } = Oid("1.3.6.1.2.1.43.5.1.1.16");
    public static ObjectIdentifier SerialNumber { get; } = Oid("1.3.6.1.2.1.43.5.1.1.17");
    public static ObjectIdentifier CharacterSet { get; } = Oid("1.3.6.1.2.1.43.7.1.1.4");
    public static ObjectIdentifier Covers { get; } = Oid("1.3.6.1.2.1.43.6.1.1");
    public static ObjectIdentifier Input { get; } = Oid("1.3.6.1.2.1.43.8.2.1");
    public static ObjectIdentifier Output { get; } = Oid("1.3.6.1.2.1.43.9.2.1");
    public static ObjectIdentifier MarkerUnit { get; } = Oid("1.3.6.1.2.1.43.10.2.1.3");
    public static ObjectIdentifier MarkerLifeCount { get; } = Oid("1.3.6.1.2.1.43.10.2.1.4");
    public static ObjectIdentifier MarkerPowerOnCount { get; } = Oid("1.3.6.1.2.1.43.10.2.1.5");
    public static ObjectIdentifier Supplies { get; } = Oid("1.3.6.1.2.1.43.11.1.1");
    public static ObjectIdentifier Colorant { get; } = Oid("1.3.6.1.2.1.43.12.1.1.4");
    public static ObjectIdentifier PathSpeedUnit { get; } = Oid("1.3.6.1.2.1.43.13.4.1.2");
    public static ObjectIdentifier PathSpeed { get; } = Oid("1.3.6.1.2.1.43.13.4.1.4");
    public static ObjectIdentifier ConsoleText { get; } = Oid("1.3.6.1.2.1.43.16.5.1.2");
    public static ObjectIdentifier Alerts { get; } = Oid("1.3.6.1.2.1.43.18.1.1");

    private static ObjectIdentifier Oid(string text) => ObjectIdentifier.Parse(text);
}
