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
        var state = new SnmpGet(_exchange, target, oids);
        foreach (var (start, count) in SnmpGet.Split(oids, options.ReplyBudget))
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
        new SubtreeWalk(_exchange, target, root, maxRows, options.Repetitions).RunAsync(cancellationToken);

    /// <inheritdoc/>
    public async Task<SnmpBulk> BulkAsync(
        SnmpTarget target, ImmutableArray<ObjectIdentifier> once, ImmutableArray<ObjectIdentifier> repeated, int repetitions, CancellationToken cancellationToken)
    {
        var answer = await _exchange.AskAsync(
            target, id => new Pdu.GetBulk(id, once.Length, repetitions, [.. once.AddRange(repeated).Select(o => new VarBind(o))]), cancellationToken);
        return new SnmpBulk(answer.Response is { ErrorStatus: SnmpErrorStatus.NoError } response ? response.VarBinds : [], answer.Silence, answer.Traffic);
    }

    /// <inheritdoc/>
    public void Dispose() => _exchange.Dispose();
}
