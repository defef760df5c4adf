using System.Collections.Immutable;
using System.Net;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using CopyTrack.Accounting.Inventory;
using CopyTrack.Accounting.Profiles;
using CopyTrack.Accounting.Snmp;

namespace CopyTrack.Accounting.Discovery;

/// <summary>Something that answered. <see cref="Way"/> is the number of the access that it answered to.</summary>
public sealed record DiscoveredDevice(IPAddress Address, int Port, SnmpVersion Version, int Way, Classification Classification, ProbeReport Report);

/// <summary>How far a sweep is: addresses asked, those that answered, and those that answered but refused, each with its reason.</summary>
public sealed record SweepProgress(int Asked, int Of, int Answered, ImmutableArray<(IPAddress Address, string Reason)> Refused)
{
    /// <summary>The most refusals that are kept.</summary>
    public const int MaxRefused = 1000;
}

/// <summary>How a sweep goes.</summary>
public sealed record SweepOptions
{
    /// <summary>New addresses a second. 50, so that the address resolution for a subnet full of holes stays below what one busy computer causes.</summary>
    public int PerSecond { get; init; } = 50;

    /// <summary>Devices read at one time after they answered.</summary>
    public int Parallel { get; init; } = 8;

    /// <summary>How long an address is waited for, in each of two tries.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Addresses waited for at one time.</summary>
    public int InFlight { get; init; } = 256;
}

/// <summary>
/// Looks at addresses gently: one small datagram to each, no faster than its pace, a second one to those that were silent, and a whole look only at what answers. Each address is asked in
/// every way that is given (communities, users), one after the other, until it answers.
/// </summary>
public sealed class DiscoverySweep(ISnmpClient client, ProfileLibrary library, TimeProvider time, SweepOptions options)
{
    private static readonly ImmutableArray<ObjectIdentifier> s_first = [ObjectIdentifier.Parse("1.3.6.1.2.1.1.2.0")];

    private readonly Lock _gate = new();
    private SweepPace _pace = new(options.PerSecond);
    private SweepProgress _progress = new(0, 0, 0, []);

    /// <summary>How far it is.</summary>
    public SweepProgress Progress => Volatile.Read(ref _progress);

    /// <summary>Looks at every address. What answers comes as it is found; printers and others alike. <paramref name="ways"/> makes the targets of an address, the likeliest first.</summary>
    public async IAsyncEnumerable<DiscoveredDevice> RunAsync(
        AddressRanges ranges, Func<IPAddress, IReadOnlyList<SnmpTarget>> ways, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        _progress = _progress with { Of = ranges.Count };
        var found = Channel.CreateBounded<DiscoveredDevice>(64);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var sweep = SweepAsync(ranges, ways, found.Writer, stop.Token);
        try
        {
            await foreach (var device in found.Reader.ReadAllAsync(cancellationToken))
            {
                yield return device;
            }
        }
        finally
        {
            await stop.CancelAsync();
            await sweep.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await sweep;
    }

    private async Task SweepAsync(AddressRanges ranges, Func<IPAddress, IReadOnlyList<SnmpTarget>> ways, ChannelWriter<DiscoveredDevice> found, CancellationToken cancellationToken)
    {
        // Not disposed: they have no handle, and outlive this method where a sweep is given up.
        var inFlight = new SemaphoreSlim(options.InFlight);
        var looks = new SemaphoreSlim(options.Parallel);
        Exception? failure = null;
        var running = new List<Task>();
        try
        {
            var due = time.GetTimestamp();
            foreach (var address in ranges.Spread())
            {
                await inFlight.WaitAsync(cancellationToken);
                due = await PaceAsync(due, cancellationToken);
                running.Add(OneAsync(ways(address), inFlight, looks, found, cancellationToken));
                running.RemoveAll(t => t.IsCompletedSuccessfully);
            }
        }
        catch (OperationCanceledException e)
        {
            failure = e;
        }

        try
        {
            await Task.WhenAll(running);
        }
        catch (OperationCanceledException e)
        {
            failure ??= e;
        }
        finally
        {
            found.TryComplete(failure);
        }
    }

    /// <summary>Waits for the turn of the next address, and gives when that was; time that was lost is not made up for by a burst.</summary>
    private async Task<long> PaceAsync(long due, CancellationToken cancellationToken)
    {
        var now = time.GetTimestamp();
        if (due > now)
        {
            await Task.Delay(time.GetElapsedTime(now, due), time, cancellationToken);
        }

        lock (_gate)
        {
            return Math.Max(due, now) + (long)(_pace.Interval.TotalSeconds * time.TimestampFrequency);
        }
    }

    private async Task OneAsync(
        IReadOnlyList<SnmpTarget> ways, SemaphoreSlim inFlight, SemaphoreSlim looks, ChannelWriter<DiscoveredDevice> found, CancellationToken cancellationToken)
    {
        SnmpTarget? answered = null;
        var way = 0;
        try
        {
            (answered, way) = await FirstAnswerAsync(ways, cancellationToken);
        }
        finally
        {
            Change(p => p with { Asked = p.Asked + 1, Answered = p.Answered + (answered is null ? 0 : 1) });
            inFlight.Release();
        }

        if (answered is null)
        {
            return;
        }

        await looks.WaitAsync(cancellationToken);
        try
        {
            var target = answered with { Timeout = options.Timeout * 2, Retries = 2 };
            switch (await new DeviceProbe(client, library).RunAsync(target, null, time.GetUtcNow(), cancellationToken))
            {
                case ProbeOutcome.Seen seen:
                    await found.WriteAsync(new DiscoveredDevice(target.Address, target.Port, target.Version, way, DeviceClassifier.Classify(seen.Report), seen.Report), cancellationToken);
                    break;
                case ProbeOutcome.Unreachable unreachable:
                    // It answered a moment ago: that was too much for it, or for the network.
                    Change(p => p with { Refused = Add(p.Refused, target.Address, unreachable.Reason) }, p => p.Slower());
                    break;
                default:
                    throw new InvalidOperationException("an outcome that is none");
            }
        }
        finally
        {
            looks.Release();
        }
    }

    private async Task<(SnmpTarget? Target, int Way)> FirstAnswerAsync(IReadOnlyList<SnmpTarget> ways, CancellationToken cancellationToken)
    {
        string? refusal = null;
        for (var way = 0; way < ways.Count; way++)
        {
            switch (await client.GetAsync(ways[way] with { Timeout = options.Timeout, Retries = 1 }, s_first, cancellationToken))
            {
                case SnmpReply.Answered:
                    Change(p => p, p => p.Faster());
                    return (ways[way], way);
                case SnmpReply.Refused refused:
                    refusal ??= refused.Reason;
                    break;
                case SnmpReply.Silent { Cause: SnmpCause.CannotSend }:
                    Change(p => p, p => p.Slower());
                    break;
                case SnmpReply.Silent { Cause: SnmpCause.SilentAfterDiscovery or SnmpCause.AnsweredFromElsewhere } silent:
                    refusal ??= silent.Reason;
                    break;
            }
        }

        if (refusal is not null)
        {
            Change(p => p with { Refused = Add(p.Refused, ways[0].Address, refusal) });
        }

        return (null, 0);
    }

    private static ImmutableArray<(IPAddress, string)> Add(ImmutableArray<(IPAddress Address, string Reason)> refused, IPAddress address, string reason) =>
        refused.Length < SweepProgress.MaxRefused ? refused.Add((address, reason)) : refused;

    private void Change(Func<SweepProgress, SweepProgress> progress, Func<SweepPace, SweepPace>? pace = null)
    {
        lock (_gate)
        {
            Volatile.Write(ref _progress, progress(_progress));
            _pace = pace is null ? _pace : pace(_pace);
        }
    }
}
