using System.Collections.Immutable;

namespace CopyTrack.Accounting.Snmp.Transport;

/// <summary>
/// The manager over UDP. A few sockets serve all agents. Time-outs adapt to each agent (at least <see cref="SnmpClientOptions.MinTimeout"/>, at most the target's own), tries double them.
/// Disposing it ends all waiting requests by their time-outs.
/// </summary>
public sealed class UdpSnmpClient(TimeProvider time, SnmpClientOptions options) : ISnmpBulk, IDisposable
{
    private readonly SnmpExchange _exchange = new(time, options);

    /// <summary>Datagrams that came and were no answer to anything asked: strays, forgeries, garbage.</summary>
    public long Dropped => _exchange.Dropped;

    /// <inheritdoc/>
    public async Task<SnmpReply> GetAsync(SnmpTarget target, ImmutableArray<ObjectIdentifier> oids, CancellationToken cancellationToken)
    {
        var state = new SnmpGet(_exchange, target, oids, new Deadline(time, options.MaxGetTime));
        foreach (var (start, count) in SnmpGet.Split(target, oids, options.ReplyBudget))
        {
            if (await state.ReadAsync(start, count, cancellationToken) is { } failure)
            {
                return failure;
            }
        }

        return state.ToReply();
    }

    /// <inheritdoc/>
    public async Task<SnmpReply> GetAsync(SnmpTarget target, PreparedGet get, CancellationToken cancellationToken)
    {
        var agent = DatagramExchange.EndPointOf(target);
        if (_exchange.VersionOf(target) == SnmpVersion.V1 || _exchange.Traits.AnswersOutOfOrder(agent))
        {
            return await GetAsync(target, get.ToNames(), cancellationToken);
        }

        var (budget, traffic) = (options.ReplyBudget - SnmpGet.Overhead(target), default(SnmpTraffic));
        ImmutableArray<SnmpValue>.Builder? values = null;
        SnmpAnswer? first = null;
        for (var start = 0; start < get.Positions.Length;)
        {
            var part = new PreparedPart(get, start, get.Fitting(start, budget, SnmpGet.ValueRoom));
            var answer = await _exchange.AskAsync(target, new SnmpRequest.Prepared(part), cancellationToken);
            traffic += answer.Traffic;
            if (answer.Values.IsDefault)
            {
                if (answer.Response is null)
                {
                    return answer.ToReply(target, traffic);
                }

                // An error, another order, or something lost: that wants care, and this agent is likely to do it again.
                _exchange.Traits.AnsweredOutOfOrder(agent);
                var reply = await GetAsync(target, get.ToNames(), cancellationToken);
                return reply with { Traffic = traffic + reply.Traffic };
            }

            first ??= answer;
            if (part.Count == get.Positions.Length)
            {
                return new SnmpReply.Answered(answer.Values, answer.SentAt, answer.At, traffic);
            }

            (values ??= ImmutableArray.CreateBuilder<SnmpValue>(get.Positions.Length)).AddRange(answer.Values);
            start += part.Count;
            if (start == get.Positions.Length)
            {
                return new SnmpReply.Answered(values.DrainToImmutable(), first.SentAt, answer.At, traffic);
            }
        }

        return new SnmpReply.Answered([], default, default, default);
    }

    /// <inheritdoc/>
    public Task<SnmpWalk> WalkAsync(SnmpTarget target, ObjectIdentifier root, int maxRows, CancellationToken cancellationToken) =>
        new SubtreeWalk(_exchange, target, root, maxRows, options).RunAsync(cancellationToken);

    /// <inheritdoc/>
    public async Task<SnmpBulk> BulkAsync(
        SnmpTarget target, ImmutableArray<ObjectIdentifier> once, ImmutableArray<ObjectIdentifier> repeated, int repetitions, CancellationToken cancellationToken)
    {
        if (_exchange.VersionOf(target) == SnmpVersion.V1 || _exchange.Traits.MaxRows(DatagramExchange.EndPointOf(target)) == 0)
        {
            return new SnmpBulk([], null, default);
        }

        var answer = await _exchange.AskAsync(
            target, id => new Pdu.GetBulk(id, once.Length, repetitions, [.. once.AddRange(repeated).Select(o => new VarBind(o))]), cancellationToken);
        return new SnmpBulk(
            answer.Response is { ErrorStatus: SnmpErrorStatus.NoError } response ? response.VarBinds : [],
            answer.Response is null ? SnmpCauses.Describe(answer.Failure, target, answer.Detail) : null, answer.Traffic);
    }

    /// <inheritdoc/>
    public void Dispose() => _exchange.Dispose();
}
