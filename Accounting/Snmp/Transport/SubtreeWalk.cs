using System.Collections.Immutable;

namespace CopyTrack.Accounting.Snmp.Transport;

/// <summary>Reads one subtree by GETBULK, or by GETNEXT in v1 and where an agent fails at GETBULK (RFC 3416 §4.2.2, §4.2.3).</summary>
internal sealed class SubtreeWalk(SnmpExchange exchange, SnmpTarget target, ObjectIdentifier root, int maxRows, int repetitions)
{
    private readonly ImmutableArray<VarBind>.Builder _rows = ImmutableArray.CreateBuilder<VarBind>();
    private SnmpTraffic _traffic;

    public async Task<SnmpWalk> RunAsync(CancellationToken cancellationToken)
    {
        var bulk = target.Version != SnmpVersion.V1;
        var last = root;
        while (true)
        {
            var from = last;
            var asked = Math.Max(1, Math.Min(repetitions, maxRows - _rows.Count + 1));
            var answer = await exchange.AskAsync(
                target,
                id => bulk ? new Pdu.GetBulk(id, 0, asked, [new VarBind(from)]) : new Pdu.GetNext(id, [new VarBind(from)]),
                cancellationToken);
            _traffic += answer.Traffic;
            if (answer.Response is not { } response || response.ErrorStatus != SnmpErrorStatus.NoError || response.VarBinds.IsEmpty)
            {
                if (answer.Response is { ErrorStatus: SnmpErrorStatus.NoSuchName })
                {
                    return End(WalkEnd.Complete);
                }

                if (!bulk)
                {
                    return End(answer.Response is null ? WalkEnd.Silent : WalkEnd.Refused);
                }

                bulk = false;
                continue;
            }

            if (Take(response, ref last) is { } end)
            {
                return End(end);
            }
        }
    }

    private WalkEnd? Take(Pdu.Response response, ref ObjectIdentifier last)
    {
        foreach (var varBind in response.VarBinds)
        {
            if (varBind.Value.IsException || !varBind.Oid.StartsWith(root))
            {
                // A name before the subtree is no honest end of it.
                return varBind.Value.IsException || varBind.Oid > last ? WalkEnd.Complete : WalkEnd.WentBackwards;
            }

            if (varBind.Oid <= last)
            {
                return WalkEnd.WentBackwards;
            }

            if (_rows.Count >= maxRows)
            {
                return WalkEnd.TooManyRows;
            }

            last = varBind.Oid;
            _rows.Add(varBind);
        }

        return null;
    }

    private SnmpWalk End(WalkEnd end) => new(_rows.ToImmutable(), end, _traffic);
}
