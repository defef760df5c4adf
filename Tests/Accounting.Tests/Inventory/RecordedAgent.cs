using System.Collections.Immutable;
using CopyTrack.Accounting.Snmp;

namespace CopyTrack.Accounting.Tests.Inventory;

/// <summary>Answers as an agent does that holds a recording: GETBULK row by row (RFC 3416 §4.2.3), replies never longer than one Ethernet frame carries.</summary>
internal static class RecordedAgent
{
    private const int MaxReply = 1472;

    public static IEnumerable<byte[]> Answer(SnmpRecording recording, SnmpMessage message)
    {
        switch (message.Pdu)
        {
            case Pdu.Get get:
                var exact = Reply(message, [.. get.VarBinds.Select(v => new VarBind(v.Oid, recording.Get(v.Oid) ?? SnmpValue.NoSuchInstance.Instance))]);
                yield return exact.Length <= MaxReply ? exact : Reply(message, [], SnmpErrorStatus.TooBig);
                break;
            case Pdu.GetNext next:
                yield return Reply(message, [.. next.VarBinds.Select(v => After(recording, v.Oid))]);
                break;
            case Pdu.GetBulk bulk:
                yield return Bulk(recording, message, bulk);
                break;
        }
    }

    private static byte[] Bulk(SnmpRecording recording, SnmpMessage message, Pdu.GetBulk bulk)
    {
        var rows = bulk.VarBinds.Take(bulk.NonRepeaters).Select(v => After(recording, v.Oid)).ToList();
        var last = bulk.VarBinds.Skip(bulk.NonRepeaters).ToArray();
        for (var i = 0; i < bulk.MaxRepetitions && last.Length > 0; i++)
        {
            for (var column = 0; column < last.Length; column++)
            {
                last[column] = After(recording, last[column].Oid);
                rows.Add(last[column]);
            }

            if (last.All(l => l.Value.IsException))
            {
                break;
            }
        }

        // The agent stops where its reply is full.
        var length = 60 + rows.Sum(r => r.EncodedLength);
        while (length > MaxReply)
        {
            length -= rows[^1].EncodedLength;
            rows.RemoveAt(rows.Count - 1);
        }

        return Reply(message, [.. rows]);
    }

    private static VarBind After(SnmpRecording recording, ObjectIdentifier oid) => recording.Next(oid) ?? new VarBind(oid, SnmpValue.EndOfMibView.Instance);

    private static byte[] Reply(SnmpMessage to, ImmutableArray<VarBind> varBinds, SnmpErrorStatus error = SnmpErrorStatus.NoError) =>
        (to with { Pdu = new Pdu.Response(to.Pdu.RequestId, error, 0, varBinds) }).Encode();
}
