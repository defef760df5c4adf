using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace CopyTrack.Accounting.Snmp.Transport;

/// <summary>
/// One request, one response, over a few unconnected sockets for any number of agents. A reply counts only when it comes from the address
/// and port that was asked, with the request id that was sent there; all else is counted and dropped. Every try has an id of its own, drawn at random,
/// so that a late reply still counts, with the time of its own try, and can't be guessed from outside.
/// </summary>
internal sealed class SnmpExchange(TimeProvider time, SnmpClientOptions options) : IDisposable
{
    private readonly ConcurrentDictionary<int, Attempt> _waiting = new();
    private readonly ConcurrentDictionary<AddressFamily, Lazy<SnmpSocket[]>> _sockets = new();
    private readonly SemaphoreSlim _inFlight = new(options.MaxInFlight);
    private readonly RoundTrips _times = new(options.MinTimeout);
    private int _turn;
    private long _dropped;

    /// <summary>Datagrams that came and were no answer to anything asked.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>Asks until an answer comes or the tries are used up. <paramref name="make"/> gives the PDU for a request id.</summary>
    public async Task<Answer> AskAsync(SnmpTarget target, Func<int, Pdu> make, CancellationToken cancellationToken)
    {
        await _inFlight.WaitAsync(cancellationToken);
        var call = new Call();
        try
        {
            return await AskAsync(target, make, call, cancellationToken);
        }
        finally
        {
            foreach (var id in call.Ids)
            {
                _waiting.TryRemove(id, out _);
            }

            _inFlight.Release();
        }
    }

    public void Dispose()
    {
        foreach (var set in _sockets.Values.Where(s => s.IsValueCreated))
        {
            foreach (var socket in set.Value)
            {
                socket.Dispose();
            }
        }

        _inFlight.Dispose();
    }

    private async Task<Answer> AskAsync(SnmpTarget target, Func<int, Pdu> make, Call call, CancellationToken cancellationToken)
    {
        var agent = new IPEndPoint(target.Address.IsIPv4MappedToIPv6 ? target.Address.MapToIPv4() : target.Address, target.Port);
        var address = agent.Serialize();
        var sockets = _sockets.GetOrAdd(agent.AddressFamily, family => new Lazy<SnmpSocket[]>(
            () => [.. Enumerable.Range(0, options.Sockets).Select(_ => new SnmpSocket(family, time, Receive))])).Value;
        long sent = 0;
        for (var attempt = 0; attempt <= target.Retries; attempt++)
        {
            int id;
            do
            {
                id = RandomNumberGenerator.GetInt32(1, int.MaxValue);
            }
            while (!_waiting.TryAdd(id, new Attempt(call, address, target.Version, time.GetUtcNow(), time.GetTimestamp())));

            call.Ids.Add(id);
            var datagram = new SnmpMessage(target.Version, target.Community, make(id)).Encode();
            try
            {
                var socket = sockets[(uint)Interlocked.Increment(ref _turn) % (uint)sockets.Length];
                await socket.SendAsync(datagram, address, cancellationToken);
                sent += datagram.Length;
                var (response, at, by, length) = await call.Done.Task.WaitAsync(_times.TimeoutFor(agent, attempt, target.Timeout), time, cancellationToken);
                _times.Learn(agent, time.GetElapsedTime(by.Started, at));
                return new Answer(response, null, by.SentAt, by.SentAt + time.GetElapsedTime(by.Started, at), new SnmpTraffic(attempt + 1, sent, length));
            }
            catch (TimeoutException)
            {
                // Nothing yet: the next try, if any is left.
            }
            catch (SocketException e)
            {
                return new Answer(null, $"can't send: {e.SocketErrorCode}", default, default, new SnmpTraffic(attempt, sent, 0));
            }
        }

        return new Answer(null, "no answer", default, default, new SnmpTraffic(target.Retries + 1, sent, 0));
    }

    [SuppressMessage("Design", "CA1031", Justification = "the receive loop must outlive any datagram")]
    private void Receive(ReadOnlyMemory<byte> datagram, SocketAddress from)
    {
        try
        {
            var message = SnmpMessage.Decode(datagram.Span);
            if (message.Pdu is Pdu.Response response && _waiting.TryGetValue(response.RequestId, out var attempt) &&
                attempt.Version == message.Version && attempt.Address.Equals(from))
            {
                attempt.Call.Done.TrySetResult((response, time.GetTimestamp(), attempt, datagram.Length));
                return;
            }
        }
        catch (SnmpFormatException)
        {
            // Counted below with all else that is no answer.
        }

        Interlocked.Increment(ref _dropped);
    }

    /// <summary>A response, or why there is none.</summary>
    internal sealed record Answer(Pdu.Response? Response, string? Silence, DateTimeOffset SentAt, DateTimeOffset At, SnmpTraffic Traffic);

    private sealed record Attempt(Call Call, SocketAddress Address, SnmpVersion Version, DateTimeOffset SentAt, long Started);

    private sealed class Call
    {
        public List<int> Ids { get; } = [];

        public TaskCompletionSource<(Pdu.Response Response, long At, Attempt By, int Length)> Done { get; } =
            new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
