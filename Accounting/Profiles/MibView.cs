using System.Collections.Immutable;
using CopyTrack.Accounting.Snmp;

namespace CopyTrack.Accounting.Profiles;

/// <summary>What has been read of one device so far, and the means to read more. After a device fell silent nothing more is asked.</summary>
internal sealed class MibView(ISnmpClient client, SnmpTarget target)
{
    private readonly Dictionary<ObjectIdentifier, SnmpValue> _values = [];
    private VarBind[]? _sorted;

    /// <summary>Why the device could not be read to the end; null while all went well.</summary>
    public string? Silence { get; private set; }

    /// <summary>Why the device refused; null while it did not.</summary>
    public string? Refusal { get; private set; }

    public SnmpTraffic Traffic { get; private set; }

    /// <summary>Subtrees that could not be read to their end, for a reader to see.</summary>
    public List<string> Warnings { get; } = [];

    public SnmpValue? this[ObjectIdentifier oid] => _values.GetValueOrDefault(oid);

    /// <summary>Rows below a prefix that were read, in order.</summary>
    public ReadOnlySpan<VarBind> Rows(ObjectIdentifier prefix)
    {
        _sorted ??= [.. _values.Select(v => new VarBind(v.Key, v.Value)).OrderBy(v => v.Oid)];
        int low = 0, high = _sorted.Length;
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = _sorted[middle].Oid < prefix ? (middle + 1, high) : (low, middle);
        }

        var end = low;
        while (end < _sorted.Length && _sorted[end].Oid.StartsWith(prefix))
        {
            end++;
        }

        return _sorted.AsSpan(low, end - low);
    }

    public async Task GetAsync(IEnumerable<ObjectIdentifier> oids, CancellationToken cancellationToken)
    {
        var wanted = oids.Where(o => !_values.ContainsKey(o)).Distinct().ToImmutableArray();
        if (Silence is not null || Refusal is not null || wanted.IsEmpty)
        {
            return;
        }

        var reply = await client.GetAsync(target, wanted, cancellationToken);
        Traffic += reply.Traffic;
        switch (reply)
        {
            case SnmpReply.Answered answered:
                for (var i = 0; i < wanted.Length; i++)
                {
                    if (!answered.Values[i].IsException)
                    {
                        _values[wanted[i]] = answered.Values[i];
                    }
                }

                _sorted = null;
                break;
            case SnmpReply.Silent silent:
                Silence = silent.Reason;
                break;
            case SnmpReply.Refused refused:
                Refusal = refused.Reason;
                break;
        }
    }

    public async Task WalkAsync(ObjectIdentifier root, int maxRows, CancellationToken cancellationToken)
    {
        if (Silence is not null || Refusal is not null)
        {
            return;
        }

        var walk = await client.WalkAsync(target, root, maxRows, cancellationToken);
        Traffic += walk.Traffic;
        foreach (var row in walk.Rows)
        {
            _values[row.Oid] = row.Value;
        }

        _sorted = null;
        if (walk.End == WalkEnd.Silent)
        {
            Silence = walk.Reason ?? "no answer";
        }
        else if (walk.End != WalkEnd.Complete && maxRows > 1)
        {
            Warnings.Add($"subtree {root} could not be read to its end: {walk.Reason ?? walk.End.ToString()}");
        }
    }
}
