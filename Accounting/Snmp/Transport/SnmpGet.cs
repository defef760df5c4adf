using System.Collections.Immutable;
using CopyTrack.Accounting.Snmp.Usm;

namespace CopyTrack.Accounting.Snmp.Transport;

/// <summary>One GET of any length: splits what is too big, leaves out what a v1 agent does not know and asks on, and asks again for what an agent lost.</summary>
internal sealed class SnmpGet(SnmpExchange exchange, SnmpTarget target, ImmutableArray<ObjectIdentifier> oids, Deadline deadline)
{
    // What a value takes beyond the Null of the request, as a rule.
    public const int ValueRoom = 6;

    private readonly SnmpValue?[] _values = new SnmpValue?[oids.Length];
    private DateTimeOffset? _sentAt;
    private DateTimeOffset _at;
    private SnmpTraffic _traffic;

    /// <summary>Runs of objects whose reply is expected within a budget in bytes.</summary>
    public static IEnumerable<(int Start, int Count)> Split(SnmpTarget target, ImmutableArray<ObjectIdentifier> oids, int budget)
    {
        var start = 0;
        var overhead = Overhead(target);
        var size = overhead;
        for (var i = 0; i < oids.Length; i++)
        {
            var length = new VarBind(oids[i]).EncodedLength + ValueRoom;
            if (i > start && size + length > budget)
            {
                yield return (start, i - start);
                (start, size) = (i, overhead);
            }

            size += length;
        }

        if (start < oids.Length)
        {
            yield return (start, oids.Length - start);
        }
    }

    /// <summary>What a message takes beside its variables: version, ids and community; with version 3 the header, engine id twice, user, digest and salt too.</summary>
    public static int Overhead(SnmpTarget target) => target.User is { } user && target.Version == SnmpVersion.V3
        ? 130 + user.NameBytes.Length + target.Context.Length + UsmDigest.Sent(user.Auth)
        : 40 + target.Community.Length;

    public SnmpReply ToReply() => new SnmpReply.Answered(
        [.. _values.Select(v => v ?? SnmpValue.NoSuchInstance.Instance)], _sentAt ?? default, _at, _traffic);

    /// <summary>Reads a run; null when every object of it has its value or is known to be missing.</summary>
    public Task<SnmpReply?> ReadAsync(int start, int count, CancellationToken cancellationToken) =>
        ReadAsync([.. Enumerable.Range(start, count)], cancellationToken);

    private async Task<SnmpReply?> ReadAsync(ImmutableArray<int> wanted, CancellationToken cancellationToken)
    {
        while (!wanted.IsEmpty)
        {
            if (deadline.IsOver)
            {
                return SnmpAnswer.Failed(SnmpCause.TooSlow, null, default).ToReply(target, _traffic);
            }

            var asked = wanted;
            var answer = await exchange.AskAsync(
                target, id => new Pdu.Get(id, [.. asked.Select(i => new VarBind(oids[i]))]), cancellationToken);
            _traffic += answer.Traffic;
            if (answer.Response is not { } response)
            {
                return answer.ToReply(target, _traffic);
            }

            _sentAt ??= answer.SentAt;
            _at = answer.At;
            if (response.ErrorStatus == SnmpErrorStatus.NoError)
            {
                return await TakeAsync(wanted, response, cancellationToken);
            }

            if (response.ErrorStatus is SnmpErrorStatus.AuthorizationError or SnmpErrorStatus.NoAccess)
            {
                return SnmpAnswer.Failed(SnmpCause.AccessDenied, null, default).ToReply(target, _traffic);
            }

            if (response.ErrorIndex > 0 && response.ErrorIndex <= wanted.Length && response.ErrorStatus != SnmpErrorStatus.TooBig)
            {
                // RFC 1157 §4.1.2: a v1 agent names the first object it does not have and answers none of the others.
                var at = wanted[response.ErrorIndex - 1];
                _values[at] = SnmpValue.NoSuchObject.Instance;
                wanted = wanted.RemoveAt(response.ErrorIndex - 1);
            }
            else if (wanted.Length == 1)
            {
                return await ReadByNextAsync(wanted[0], cancellationToken);
            }
            else
            {
                return await ReadHalvesAsync(wanted, cancellationToken);
            }
        }

        return null;
    }

    private async Task<SnmpReply?> TakeAsync(ImmutableArray<int> wanted, Pdu.Response response, CancellationToken cancellationToken)
    {
        var came = new Dictionary<ObjectIdentifier, SnmpValue>(response.VarBinds.Length);
        foreach (var varBind in response.VarBinds)
        {
            came[varBind.Oid] = varBind.Value;
        }

        var lost = ImmutableArray.CreateBuilder<int>();
        foreach (var i in wanted)
        {
            if (came.TryGetValue(oids[i], out var value) && value is not SnmpValue.Null)
            {
                _values[i] = value;
            }
            else
            {
                lost.Add(i);
            }
        }

        return lost.Count switch
        {
            0 => null,
            1 => await ReadByNextAsync(lost[0], cancellationToken),
            _ => await ReadHalvesAsync(lost.ToImmutable(), cancellationToken),
        };
    }

    private async Task<SnmpReply?> ReadHalvesAsync(ImmutableArray<int> wanted, CancellationToken cancellationToken)
    {
        var middle = wanted.Length / 2;
        return await ReadAsync(wanted[..middle], cancellationToken) ?? await ReadAsync(wanted[middle..], cancellationToken);
    }

    /// <summary>The last resort for one object: asks for what follows the name just before it.</summary>
    private async Task<SnmpReply?> ReadByNextAsync(int at, CancellationToken cancellationToken)
    {
        var oid = oids[at];
        var before = oid.Last == 0 ? new ObjectIdentifier(oid.Arcs[..^1]) : new ObjectIdentifier([.. oid.Arcs[..^1], oid.Last - 1]);
        var answer = await exchange.AskAsync(target, id => new Pdu.GetNext(id, [new VarBind(before)]), cancellationToken);
        _traffic += answer.Traffic;
        if (answer.Response is not { } response)
        {
            return answer.ToReply(target, _traffic);
        }

        _at = answer.At;
        _values[at] = response.ErrorStatus == SnmpErrorStatus.NoError && response.VarBinds is [{ } found] && found.Oid == oid
            ? found.Value
            : SnmpValue.NoSuchInstance.Instance;
        return null;
    }
}
