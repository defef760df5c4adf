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
