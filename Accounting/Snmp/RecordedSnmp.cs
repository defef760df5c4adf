using System.Collections.Immutable;

namespace CopyTrack.Accounting.Snmp;

/// <summary>A recorded device in the place of a live one: every target is the recording, and nothing is sent.</summary>
public sealed class RecordedSnmp(SnmpRecording recording, TimeProvider time) : ISnmpClient
{
    /// <inheritdoc/>
    public Task<SnmpReply> GetAsync(SnmpTarget target, ImmutableArray<ObjectIdentifier> oids, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        return Task.FromResult<SnmpReply>(new SnmpReply.Answered(
            [.. oids.Select(o => recording.Get(o) ?? SnmpValue.NoSuchInstance.Instance)], now, now, default));
    }

    /// <inheritdoc/>
    public Task<SnmpWalk> WalkAsync(SnmpTarget target, ObjectIdentifier root, int maxRows, CancellationToken cancellationToken)
    {
        var rows = ImmutableArray.CreateBuilder<VarBind>();
        var end = WalkEnd.Complete;
        for (var i = recording.IndexAfter(root); i < recording.Rows.Length && recording.Rows[i].Oid.StartsWith(root); i++)
        {
            if (rows.Count == maxRows)
            {
                end = WalkEnd.TooManyRows;
                break;
            }

            rows.Add(recording.Rows[i]);
        }

        return Task.FromResult(new SnmpWalk(rows.ToImmutable(), end, default));
    }
}
