namespace CopyTrack.Accounting.Snmp.Transport;

/// <summary>The time that one piece of work may take in all, so that an agent which answers everything slowly can't hold its reader.</summary>
internal readonly struct Deadline(TimeProvider time, TimeSpan after)
{
    private readonly long _began = time.GetTimestamp();

    public bool IsOver => time.GetElapsedTime(_began) > after;
}
