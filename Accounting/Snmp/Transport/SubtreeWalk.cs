using System.Collections.Immutable;

namespace CopyTrack.Accounting.Snmp.Transport;

/// <summary>
/// Reads one subtree by GETBULK, or by GETNEXT in version 1 and where an agent fails at GETBULK (RFC 3416 §4.2.2, §4.2.3). Each request asks for as many rows as fill
/// one frame, as far as the size of the rows that came until then tells, and never for more than the agent was found to give.
/// </summary>
internal sealed class SubtreeWalk(SnmpExchange exchange, SnmpTarget target, ObjectIdentifier root, int maxRows, SnmpClientOptions options)
{
    private const int MaxRepetitions = 64;
    private readonly ImmutableArray<VarBind>.Builder _rows = ImmutableArray.CreateBuilder<VarBind>();
    private readonly System.Net.IPEndPoint _agent = DatagramExchange.EndPointOf(target);
    private SnmpTraffic _traffic;
    private bool _bulk;
    private int _repetitions = options.Repetitions;

    private ObjectIdentifier Last => _rows.Count == 0 ? root : _rows[^1].Oid;

    public async Task<SnmpWalk> RunAsync(CancellationToken cancellationToken)
    {
        var spent = new Deadline(exchange.Time, options.MaxWalkTime);
        _bulk = exchange.VersionOf(target) != SnmpVersion.V1 && exchange.Traits.MaxRows(_agent) > 0;
        while (!spent.IsOver)
        {
            var (bulk, last) = (_bulk, Last);
            var asked = Math.Clamp(Math.Min(_repetitions, maxRows - _rows.Count + 1), 1, Math.Max(1, exchange.Traits.MaxRows(_agent)));
            var answer = await exchange.AskAsync(
                target, id => bulk ? new Pdu.GetBulk(id, 0, asked, [new VarBind(last)]) : new Pdu.GetNext(id, [new VarBind(last)]), cancellationToken);
            _traffic += answer.Traffic;
            if (answer.Response is { ErrorStatus: SnmpErrorStatus.NoError, VarBinds.IsEmpty: false } response)
            {
                if (Take(response) is { } end)
                {
                    return End(end);
                }

                Adapt(response.VarBinds.Length, asked, answer.Traffic.BytesReceived);
            }
            else if (answer.Response is { ErrorStatus: SnmpErrorStatus.NoSuchName })
            {
                // RFC 1157 §4.1.3: nothing follows in an agent of version 1.
                return End(WalkEnd.Complete);
            }
            else if (!AskForLess(asked, answer.Response is not null))
            {
                return Failed(answer);
            }
        }

        return Failed(SnmpAnswer.Failed(SnmpCause.TooSlow, null, default));
    }

    private WalkEnd? Take(Pdu.Response response)
    {
        foreach (var varBind in response.VarBinds)
        {
            if (varBind.Value.IsException || !varBind.Oid.StartsWith(root))
            {
                // A name before the subtree is no honest end of it.
                return varBind.Value.IsException || varBind.Oid > Last ? WalkEnd.Complete : WalkEnd.WentBackwards;
            }

            if (varBind.Oid <= Last)
            {
                return WalkEnd.WentBackwards;
            }

            if (_rows.Count >= maxRows)
            {
                return WalkEnd.TooManyRows;
            }

            _rows.Add(varBind);
        }

        return null;
    }

    private void Adapt(int came, int asked, long bytes)
    {
        if (!_bulk)
        {
            return;
        }

        if (came < asked)
        {
            exchange.Traits.CutTo(_agent, came);
        }

        _repetitions = (int)Math.Clamp(options.ReplyBudget * came / Math.Max(bytes, 1), 1, MaxRepetitions);
    }

    /// <summary>After an error or a silence; false when there is no less to ask for.</summary>
    private bool AskForLess(int asked, bool answered)
    {
        if (!_bulk)
        {
            return false;
        }

        if (answered && asked > 1)
        {
            _repetitions = asked / 2;
            return true;
        }

        exchange.Traits.CutTo(_agent, 0);
        _bulk = false;
        return true;
    }

    private SnmpWalk End(WalkEnd end) => new(_rows.ToImmutable(), end, _traffic);

    private SnmpWalk Failed(SnmpAnswer answer)
    {
        var cause = answer.Response is not { } response ? answer.Failure
            : response.ErrorStatus is SnmpErrorStatus.AuthorizationError or SnmpErrorStatus.NoAccess ? SnmpCause.AccessDenied
            : SnmpCause.ErrorStatus;
        return End(SnmpCauses.IsSilence(cause) ? WalkEnd.Silent : WalkEnd.Refused) with
        {
            Reason = SnmpCauses.Describe(cause, target, answer.Response?.ErrorStatus.ToString() ?? answer.Detail),
        };
    }
}
