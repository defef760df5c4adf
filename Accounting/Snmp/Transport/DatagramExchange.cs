using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace CopyTrack.Accounting.Snmp.Transport;

/// <summary>
/// Sends a datagram until one comes back that what waits for it accepts, over a few unconnected sockets for any number of agents. A reply counts only when it
/// comes from the address and port that was asked and names the id that was sent there. Every try has an id of its own, drawn at random, so that a late reply
/// still counts, with the time of its own try, and can't be guessed from outside.
/// </summary>
internal sealed class DatagramExchange(TimeProvider time, SnmpClientOptions options) : IDisposable
{
    // From so many requests in flight on, a thread is woken for several replies rather than for each.
    private const int Many = 8;

    private readonly ConcurrentDictionary<int, Attempt> _waiting = new();
    private readonly ConcurrentDictionary<AddressFamily, Lazy<SnmpSocket[]>> _sockets = new();
    private readonly SemaphoreSlim _inFlight = new(options.MaxInFlight);
    private readonly RoundTrips _times = new(options.MinTimeout);
    private readonly Strays _strays = new(time);
    private int _turn;
    private long _dropped;

    /// <summary>Datagrams that came and were no answer to anything asked.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>Address and port of a target, as datagrams from there name it.</summary>
    public static IPEndPoint EndPointOf(SnmpTarget target) =>
        new(target.Address.IsIPv4MappedToIPv6 ? target.Address.MapToIPv4() : target.Address, target.Port);

    /// <summary>True when the agent has answered before.</summary>
    public bool HasAnswered(IPEndPoint agent) => _times.Knows(agent);

    /// <summary>Sends until a verdict that settles it comes or the tries are used up. <paramref name="make"/> gives the datagram of a try (from 0) with its id, and what may answer it.</summary>
    public async Task<Exchanged> SendAsync(
        SnmpTarget target, IPEndPoint agent, Func<int, int, (byte[] Datagram, IExpectation Expected)> make, CancellationToken cancellationToken)
    {
        await _inFlight.WaitAsync(cancellationToken);
        var call = new Call();
        try
        {
            var address = agent.Serialize();
            var began = time.GetTimestamp();
            long sent = 0;
            for (var attempt = 0; attempt <= target.Retries; attempt++)
            {
                var id = RequestIds.Next();
                var (datagram, expected) = make(attempt, id);
                if (!_waiting.TryAdd(id, new Attempt(call, address, expected, time.GetUtcNow(), time.GetTimestamp())))
                {
                    // Another request drew the same number a moment ago.
                    attempt--;
                    continue;
                }

                call.Add(id);
                try
                {
                    SocketFor(agent.AddressFamily).Send(datagram, address);
                    sent += datagram.Length;
                    var (verdict, at, by, length) = await call.Done.Task.WaitAsync(_times.TimeoutFor(agent, attempt, target.Timeout), time, cancellationToken);
                    _times.Learn(agent, time.GetElapsedTime(by.Started, at));
                    return new Exchanged(verdict, by.Expected, default, null, by.SentAt, by.SentAt + time.GetElapsedTime(by.Started, at), new SnmpTraffic(attempt + 1, sent, length));
                }
                catch (TimeoutException)
                {
                    // Nothing yet: the next try, if any is left.
                }
                catch (SocketException e)
                {
                    return Exchanged.Failed(SnmpCause.CannotSend, e.SocketErrorCode.ToString(), new SnmpTraffic(attempt, sent, 0));
                }
            }

            var problem = call.Problem ?? _strays.From(agent, began);
            return Exchanged.Failed(problem?.Cause ?? SnmpCause.NoAnswer, problem?.Detail, new SnmpTraffic(target.Retries + 1, sent, 0));
        }
        finally
        {
            call.Forget(_waiting);
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

    private SnmpSocket SocketFor(AddressFamily family)
    {
        var sockets = _sockets.GetOrAdd(family, f => new Lazy<SnmpSocket[]>(
            () => [.. Enumerable.Range(0, options.Sockets).Select(_ => new SnmpSocket(f, Receive, IsBusy))])).Value;
        return sockets[(uint)Interlocked.Increment(ref _turn) % (uint)sockets.Length];
    }

    private bool IsBusy() => options.MaxInFlight - _inFlight.CurrentCount >= Many;

    [SuppressMessage("Design", "CA1031", Justification = "the receive loop must outlive any datagram")]
    private void Receive(Memory<byte> datagram, SocketAddress from)
    {
        if (!MessagePeek.TryReadId(datagram.Span, out var id) || !_waiting.TryGetValue(id, out var attempt))
        {
            _strays.Note(from, id != 0);
            Interlocked.Increment(ref _dropped);
            return;
        }

        Verdict verdict;
        if (!attempt.Address.Equals(from))
        {
            verdict = new Verdict.Unusable(SnmpCause.AnsweredFromElsewhere, Strays.EndPointOf(from)?.ToString());
        }
        else
        {
            try
            {
                verdict = attempt.Expected.Read(datagram.Span);
            }
            catch (CryptographicException e)
            {
                verdict = new Verdict.Unusable(SnmpCause.ReplyNotDecrypted, e.Message);
            }
        }

        if (verdict is Verdict.Unusable problem)
        {
            attempt.Call.Problem = problem;
            Interlocked.Increment(ref _dropped);
        }
        else
        {
            attempt.Call.Done.TrySetResult((verdict, time.GetTimestamp(), attempt, datagram.Length));
        }
    }

    private sealed record Attempt(Call Call, SocketAddress Address, IExpectation Expected, DateTimeOffset SentAt, long Started);

    private sealed class Call
    {
        private int _first;
        private List<int>? _others;

        /// <summary>The last datagram that named one of the ids but could not be believed.</summary>
        public volatile Verdict.Unusable? Problem;

        /// <summary>Takes over an id; nearly always there is one alone.</summary>
        public void Add(int id)
        {
            if (_first == 0)
            {
                _first = id;
            }
            else
            {
                (_others ??= []).Add(id);
            }
        }

        /// <summary>No reply is waited for any more.</summary>
        public void Forget(ConcurrentDictionary<int, Attempt> waiting)
        {
            waiting.TryRemove(_first, out _);
            foreach (var id in _others ?? [])
            {
                waiting.TryRemove(id, out _);
            }
        }

        public TaskCompletionSource<(Verdict Verdict, long At, Attempt By, int Length)> Done { get; } =
            new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}

/// <summary>A verdict with its times, or why there is none.</summary>
/// <param name="By">What the answered try waited for.</param>
internal sealed record Exchanged(Verdict? Verdict, IExpectation? By, SnmpCause Failure, string? Detail, DateTimeOffset SentAt, DateTimeOffset At, SnmpTraffic Traffic)
{
    public static Exchanged Failed(SnmpCause cause, string? detail, SnmpTraffic traffic) => new(null, null, cause, detail, default, default, traffic);
}
