namespace CopyTrack.Accounting.Snmp.Usm;

/// <summary>Which complaint a report makes, by the counter that it carries (RFC 3414 §5, RFC 3412 §5, RFC 3413 §4.1.2).</summary>
internal static class UsmReports
{
    private static readonly (ObjectIdentifier Counter, SnmpCause Cause)[] Known =
    [
        (ObjectIdentifier.Parse("1.3.6.1.6.3.15.1.1.1"), SnmpCause.UnsupportedLevel),
        (ObjectIdentifier.Parse("1.3.6.1.6.3.15.1.1.2"), SnmpCause.NotInTimeWindow),
        (ObjectIdentifier.Parse("1.3.6.1.6.3.15.1.1.3"), SnmpCause.UnknownUser),
        (ObjectIdentifier.Parse("1.3.6.1.6.3.15.1.1.4"), SnmpCause.UnknownEngine),
        (ObjectIdentifier.Parse("1.3.6.1.6.3.15.1.1.5"), SnmpCause.WrongDigest),
        (ObjectIdentifier.Parse("1.3.6.1.6.3.15.1.1.6"), SnmpCause.DecryptionError),
        (ObjectIdentifier.Parse("1.3.6.1.6.3.11.2.1.1"), SnmpCause.UnknownSecurityModel),
        (ObjectIdentifier.Parse("1.3.6.1.6.3.12.1.4"), SnmpCause.UnknownContext),
        (ObjectIdentifier.Parse("1.3.6.1.6.3.12.1.5"), SnmpCause.UnknownContext),
    ];

    /// <summary>The cause, and the counter's name for one that is not known.</summary>
    public static (SnmpCause Cause, string Detail) Read(Pdu.Report report)
    {
        if (report.VarBinds is not [{ } first, ..])
        {
            return (SnmpCause.OtherReport, "without a counter");
        }

        foreach (var (counter, cause) in Known)
        {
            if (first.Oid.StartsWith(counter))
            {
                return (cause, counter.ToString());
            }
        }

        return (SnmpCause.OtherReport, first.Oid.ToString());
    }
}
