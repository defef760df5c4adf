using System.Collections.Immutable;
using CopyTrack.Accounting.Snmp;
using CopyTrack.MfpSimulator.Device;

namespace CopyTrack.Integration.FaultLab;

/// <summary>What the network does to datagrams, as shares of all: lost on the way, answered by an old reply first, held up; and how many objects one of them asks for.</summary>
internal sealed record LabNetwork(double Lost, double Doubled, double Held, int PerDatagram);

/// <summary>
/// The way to the simulated agents without sockets: the server's own messages as bytes, the agents' bytes back, with the network's faults between them, on the server's clock.
/// The target's port is the number of the device.
/// </summary>
internal sealed class LabSnmp(TimeProvider clock, IReadOnlyDictionary<int, SimulatedMfp> devices, LabNetwork network, Random random) : ISnmpClient
{
    private const int Tries = 3, Repetitions = 8;
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(2);

    private readonly Dictionary<int, byte[]> old = [];
    private int nextId = 1;

    /// <inheritdoc/>
    public async Task<SnmpReply> GetAsync(SnmpTarget target, ImmutableArray<ObjectIdentifier> oids, CancellationToken cancellationToken)
    {
        var values = ImmutableArray.CreateBuilder<SnmpValue>(oids.Length);
        DateTimeOffset? sentAt = null;
        foreach (var some in oids.Chunk(network.PerDatagram))
        {
            if (await AskAsync(target, id => new Pdu.Get(id, [.. some.Select(o => new VarBind(o))])) is not { } answer)
            {
                return new SnmpReply.Silent(SnmpCause.NoAnswer, "no answer", default);
            }

            sentAt ??= answer.SentAt;
            values.AddRange(answer.Rows.Select(r => r.Value));
        }

        return new SnmpReply.Answered(values.ToImmutable(), sentAt ?? clock.GetUtcNow(), clock.GetUtcNow(), default);
    }

    /// <inheritdoc/>
    public async Task<SnmpWalk> WalkAsync(SnmpTarget target, ObjectIdentifier root, int maxRows, CancellationToken cancellationToken)
    {
        var rows = ImmutableArray.CreateBuilder<VarBind>();
        for (var last = root; ;)
        {
            var from = last;
            if (await AskAsync(target, id => new Pdu.GetBulk(id, 0, Repetitions, [new VarBind(from)])) is not { } answer)
            {
                return new SnmpWalk(rows.ToImmutable(), WalkEnd.Silent, default) { Reason = "no answer" };
            }

            foreach (var row in answer.Rows)
            {
                if (row.Value is SnmpValue.EndOfMibView || !row.Oid.StartsWith(root))
                {
                    return new SnmpWalk(rows.ToImmutable(), WalkEnd.Complete, default);
                }

                if (rows.Count == maxRows)
                {
                    return new SnmpWalk(rows.ToImmutable(), WalkEnd.TooManyRows, default);
                }

                rows.Add(row);
                last = row.Oid;
            }
        }
    }

    private async Task<(ImmutableArray<VarBind> Rows, DateTimeOffset SentAt)?> AskAsync(SnmpTarget target, Func<int, Pdu> make)
    {
        for (var tries = 0; tries < Tries; tries++)
        {
            var id = nextId++;
            var sentAt = clock.GetUtcNow();
            var bytes = new SnmpMessage(SnmpVersion.V2c, target.Community, make(id)).Encode();
            await Task.Delay(TimeSpan.FromMilliseconds(1 + random.Next(15)), clock);
            var luck = random.NextDouble();
            var reply = luck < network.Lost ? [] : Answer(target.Port, bytes);
            if (luck >= 1 - network.Held)
            {
                // The agent looked at once, and the network took its time.
                await Task.Delay(TimeSpan.FromMilliseconds(random.Next(200, 1900)), clock);
            }

            // A copy of an earlier reply that comes first names another request and is waited past.
            foreach (var one in (ReadOnlySpan<byte[]>)(luck < network.Lost + network.Doubled && old.TryGetValue(target.Port, out var copy) ? [copy, reply] : [reply]))
            {
                if (one.Length > 0 && SnmpMessage.Decode(one).Pdu is Pdu.Response response && response.RequestId == id)
                {
                    if (response.ErrorStatus != SnmpErrorStatus.NoError)
                    {
                        throw new InvalidOperationException($"the laboratory asks for more than an agent answers: {response.ErrorStatus}");
                    }

                    old[target.Port] = one;
                    return (response.VarBinds, sentAt);
                }
            }

            await Task.Delay(s_timeout, clock);
        }

        return null;
    }

    private byte[] Answer(int port, byte[] datagram)
    {
        Span<byte> buffer = stackalloc byte[16_384];
        return devices.TryGetValue(port, out var device) ? device.Answer(datagram, buffer).ToArray() : [];
    }
}
