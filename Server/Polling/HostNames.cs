using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace CopyTrack.Server.Polling;

/// <summary>Asks the system for the addresses of a name. Throws <see cref="SocketException"/> when there are none.</summary>
internal delegate Task<IPAddress[]> NameLookup(string name, CancellationToken cancellationToken);

/// <summary>An address, or why there is none, in words for an administrator.</summary>
internal readonly record struct NamedAddress(IPAddress? Address, string? Fault);

/// <summary>
/// Addresses of devices that are known by name. An answer of the name service is kept for <see cref="PollingOptions.NameKept"/>, and looked up anew before that when the device there
/// does not answer. While the name service is away the last known address goes on serving. Bounded in entries, in lookups at one time, and in the time of each. Safe for use by many at once.
/// </summary>
internal sealed class HostNames(NameLookup lookup, PollingOptions options, TimeProvider time) : IDisposable
{
    private const int MaxNames = 65_536, MaxLookups = 16;
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);

    // A name that does not exist, or whose device is silent, is asked for again, but not at every poll.
    private static readonly TimeSpan SoonAgain = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<string, Entry> names = new(StringComparer.OrdinalIgnoreCase);
    private readonly SemaphoreSlim slots = new(MaxLookups);

    /// <summary>Address of a literal or a name. Never throws for what the name service does.</summary>
    public async ValueTask<NamedAddress> FindAsync(string name, CancellationToken cancellationToken)
    {
        if (IPAddress.TryParse(name, out var literal))
        {
            return new NamedAddress(literal, null);
        }

        if (names.Count >= MaxNames)
        {
            names.Clear();
        }

        var entry = names.GetOrAdd(name, _ => new Entry());
        if (entry.IsFresh(time.GetUtcNow()))
        {
            return entry.Answer(name);
        }

        // One looks, the others wait for what it finds.
        await entry.Gate.WaitAsync(cancellationToken);
        try
        {
            if (!entry.IsFresh(time.GetUtcNow()))
            {
                await LookAsync(name, entry, cancellationToken);
            }

            return entry.Answer(name);
        }
        finally
        {
            entry.Gate.Release();
        }
    }

    /// <summary>The device at that address did not answer: the name may have moved, or another of its addresses may be the one.</summary>
    public void Doubt(string name, IPAddress address)
    {
        if (names.TryGetValue(name, out var entry) && address.Equals(entry.Address))
        {
            entry.Doubted(time.GetUtcNow());
        }
    }

    /// <inheritdoc/>
    public void Dispose() => slots.Dispose();

    private async Task LookAsync(string name, Entry entry, CancellationToken cancellationToken)
    {
        await slots.WaitAsync(cancellationToken);
        try
        {
            // Where the system's call can't be broken off, the wait for it can.
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(Longest);
            var found = await lookup(name, limit.Token).WaitAsync(Longest, time, cancellationToken);
            entry.Found([.. found.Where(a => a.AddressFamily is AddressFamily.InterNetwork or AddressFamily.InterNetworkV6)], time.GetUtcNow(), options.NameKept);
        }
        catch (Exception e) when (e is SocketException or TimeoutException or ArgumentException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            entry.NotFound(e is SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.NoData }
                ? "the name service knows no such name" : "the name service does not answer", time.GetUtcNow(), SoonAgain);
        }
        finally
        {
            slots.Release();
        }
    }

    private sealed class Entry
    {
        private volatile State state = new(null, DateTimeOffset.MinValue, DateTimeOffset.MinValue, null, false);

        public SemaphoreSlim Gate { get; } = new(1);

        public IPAddress? Address => state.Address;

        public bool IsFresh(DateTimeOffset now) => now < state.Until;

        public NamedAddress Answer(string name) => state is { Address: { } address }
            ? new NamedAddress(address, null)
            : new NamedAddress(null, $"the address of {name} is unknown: {state.Fault}; check the name, or enter an IP address");

        /// <summary>Stays with the address in use while the name has it and its device answers; else takes the next one of the answer.</summary>
        public void Found(IPAddress[] addresses, DateTimeOffset now, TimeSpan kept)
        {
            var old = state;
            var at = old.Address is null ? -1 : Array.IndexOf(addresses, old.Address);
            var address = addresses.Length == 0 ? old.Address
                : at < 0 ? addresses[0]
                : old.IsDoubted ? addresses[(at + 1) % addresses.Length]
                : old.Address;
            state = new State(address, now + kept, now, address is null ? "the name has no address" : null, false);
        }

        public void NotFound(string fault, DateTimeOffset now, TimeSpan again) => state = new State(state.Address, now + again, now, fault, state.IsDoubted);

        public void Doubted(DateTimeOffset now)
        {
            var old = state;
            var soon = old.LookedAt + SoonAgain;
            state = old with { IsDoubted = true, Until = soon > now ? soon : now };
        }

        private sealed record State(IPAddress? Address, DateTimeOffset Until, DateTimeOffset LookedAt, string? Fault, bool IsDoubted);
    }
}
