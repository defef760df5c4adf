using System.Collections.Immutable;
using System.Net;
using CopyTrack.Accounting.Snmp;

namespace CopyTrack.Accounting.Tests.Profiles;

/// <summary>A recorded device whose rows a test changes, and which tells what was asked.</summary>
internal sealed class TestDevice(SnmpRecording recording) : ISnmpClient
{
    private SnmpRecording _recording = recording;

    public static SnmpTarget Target { get; } = SnmpTarget.V2c(IPAddress.Loopback, 161, "public");

    public List<ImmutableArray<ObjectIdentifier>> Asked { get; } = [];

    public void Set(string oid, string? tagAndValue)
    {
        var row = ObjectIdentifier.Parse(oid);
        var added = tagAndValue is null ? SnmpRecording.Parse([]) : SnmpRecording.Parse(System.Text.Encoding.UTF8.GetBytes($"{oid}|{tagAndValue}"));
        var others = SnmpRecording.Parse([]);
        foreach (var kept in _recording.Rows.Where(r => r.Oid != row))
        {
            others = others.With(Single(kept));
        }

        _recording = added.With(others);
    }

    public void Add(string oid, long more) =>
        Set(oid, $"{(_recording.Get(ObjectIdentifier.Parse(oid)) is SnmpValue.Counter32 ? 65 : 2)}|{_recording.Get(ObjectIdentifier.Parse(oid))!.AsInteger + more}");

    public Task<SnmpReply> GetAsync(SnmpTarget target, ImmutableArray<ObjectIdentifier> oids, CancellationToken cancellationToken)
    {
        Asked.Add(oids);
        return new RecordedSnmp(_recording, TimeProvider.System).GetAsync(target, oids, cancellationToken);
    }

    public Task<SnmpWalk> WalkAsync(SnmpTarget target, ObjectIdentifier root, int maxRows, CancellationToken cancellationToken) =>
        new RecordedSnmp(_recording, TimeProvider.System).WalkAsync(target, root, maxRows, cancellationToken);

    private static SnmpRecording Single(VarBind row) => SnmpRecording.Parse(System.Text.Encoding.UTF8.GetBytes(row.Value switch
    {
        SnmpValue.OctetString s => $"{row.Oid}|4x|{Convert.ToHexString(s.Value.Span)}",
        SnmpValue.ObjectIdentifier o => $"{row.Oid}|6|{o.Value}",
        SnmpValue.TimeTicks t => $"{row.Oid}|67|{t.Value}",
        SnmpValue.Counter32 c => $"{row.Oid}|65|{c.Value}",
        _ => $"{row.Oid}|2|{row.Value.AsInteger}",
    }));
}
