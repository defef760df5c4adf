using CopyTrack.Accounting.Snmp.Usm;

namespace CopyTrack.Accounting.Snmp.Transport;

/// <summary>
/// Requests of version 3: asks for the engine's id first, takes its clock from the discovery (proven by the first signed answer), sets the clock once when
/// the engine finds a request outside its window, and asks for the id once more when the engine does not know the one that was used (RFC 3414 §3.2, §4).
/// </summary>
internal sealed class UsmExchange(DatagramExchange datagrams, TimeProvider time, SnmpClientOptions options)
{
    private readonly EngineTable _engines = new();

    public async Task<SnmpAnswer> AskAsync(SnmpTarget target, SnmpRequest request, CancellationToken cancellationToken)
    {
        if (target.User is not { } user)
        {
            return SnmpAnswer.Failed(SnmpCause.NoUser, null, default);
        }

        var agent = DatagramExchange.EndPointOf(target);
        var traffic = default(SnmpTraffic);
        bool synchronised = false, rediscovered = false;
        while (true)
        {
            var engine = _engines.Find(agent);
            if (engine is null)
            {
                var found = await datagrams.SendAsync(target, agent, (_, id) => (UsmWriter.Discovery(id), DiscoveryExpectation.Instance), cancellationToken);
                traffic += found.Traffic;
                if (found.Verdict is not Verdict.Discovered discovered)
                {
                    return SnmpAnswer.Failed(found.Failure == SnmpCause.NoAnswer ? SnmpCause.NoDiscovery : found.Failure, found.Detail, traffic);
                }

                engine = _engines.Put(agent, discovered, Now());
            }

            var keys = engine.KeysOf(user);
            var exchanged = await datagrams.SendAsync(target, agent, (_, id) => Request(target, user, engine, keys, request, id), cancellationToken);
            traffic += exchanged.Traffic;
            switch (exchanged.Verdict)
            {
                case Verdict.Answer or Verdict.InOrder:
                    engine.Answered(user);
                    return SnmpAnswer.Of(exchanged, traffic);
                case Verdict.Complaint { Cause: SnmpCause.NotInTimeWindow } late when !synchronised:
                    synchronised = true;
                    if (late.Signed)
                    {
                        engine.Set(late.Boots, late.Time, Now());
                    }
                    else
                    {
                        _engines.Forget(agent, engine);
                    }

                    break;
                case Verdict.Complaint { Cause: SnmpCause.UnknownEngine } when !rediscovered:
                    rediscovered = true;
                    _engines.Forget(agent, engine);
                    break;
                case Verdict.Complaint complaint:
                    return SnmpAnswer.Failed(complaint.Cause, complaint.Detail, traffic);
                default:
                    return SnmpAnswer.Failed(
                        exchanged.Failure == SnmpCause.NoAnswer ? engine.HasAnswered(user) ? SnmpCause.NoDiscovery : SnmpCause.SilentAfterDiscovery : exchanged.Failure,
                        exchanged.Detail, traffic);
            }
        }
    }

    private (byte[] Datagram, IExpectation Expected) Request(SnmpTarget target, SnmpUser user, Engine engine, LocalKeys keys, SnmpRequest request, int id)
    {
        var (boots, engineTime) = engine.TimesAt(Now());
        // An agent that is told how much fits one frame cuts its bulks to that by itself.
        var maxSize = request.IsBulk ? Math.Max(options.ReplyBudget, 484) : SnmpMessage.MaxLength;
        return (UsmWriter.Request(user, keys, engine.Id, boots, engineTime, target.Context, request, id, maxSize),
            new UsmExpectation(id, user, keys, engine.Id, (b, t) => engine.Take(b, t, Now()), request.Expected));
    }

    /// <summary>Seconds of a clock that only goes forward.</summary>
    private long Now() => time.GetTimestamp() / time.TimestampFrequency;
}
