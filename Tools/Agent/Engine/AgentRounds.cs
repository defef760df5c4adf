using System.Collections.Immutable;
using System.Threading.Channels;
using CopyTrack.Accounting.Fleet;
using CopyTrack.Agent.Clocks;
using CopyTrack.Agent.Devices;
using CopyTrack.Agent.Local;

namespace CopyTrack.Agent;

/// <summary>Reads all devices again and again, and has what they said kept.</summary>
internal sealed class AgentRounds(AgentSettings settings, ManagerOrders orders, DeviceRoster roster, LocalRoster printers, DeviceReader reader, MessageMaker maker, ClockBook clocks, IAgentObserver observer, SteadyTime time)
{
    private readonly LocalSource[] _local = [.. settings.Local.Select(l => new LocalSource(l, observer, time))];
    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private bool _discover;
    // By the machine's uptime: a clock that is put back by years must not put the next look off by years.
    private TimeSpan _inventoryDue = TimeSpan.Zero;

    /// <summary>The intervals that hold.</summary>
    public AgentIntervals Intervals => orders.Under(settings);

    /// <summary>Rounds in which every device was asked, since the start.</summary>
    public long Rounds { get; private set; }

    /// <summary>Does what the manager wants; a number that was taken before means nothing.</summary>
    public void Take(FleetWants wants)
    {
        if (!orders.Take(wants))
        {
            return;
        }

        _discover |= wants.DiscoverNow;
        if (wants.ReadNow)
        {
            _inventoryDue = TimeSpan.Zero;
        }

        if (wants.ReadNow || wants.DiscoverNow)
        {
            _wake.Writer.TryWrite(true);
        }
    }

    /// <summary>The owner wants all devices read now.</summary>
    public void ReadNow()
    {
        _inventoryDue = TimeSpan.Zero;
        _wake.Writer.TryWrite(true);
    }

    /// <summary>Reads until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var discoverDue = roster.All.Count == 0 ? TimeSpan.Zero : time.Elapsed + TimeSpan.FromHours(settings.DiscoverHours);
        while (true)
        {
            if (clocks.Follow() is { } step)
            {
                observer.Told($"the clock was set by {step:c}; what waits is dated anew when it is sent");
            }

            var began = time.Elapsed;
            if (_discover || began >= discoverDue)
            {
                _discover = false;
                discoverDue = began + TimeSpan.FromHours(settings.DiscoverHours);
                observer.Told($"{await reader.DiscoverAsync(cancellationToken)} devices answered that count pages");
            }

            await RoundAsync(cancellationToken);
            Rounds++;
            observer.Rested();
            var pause = began + TimeSpan.FromSeconds(Intervals.CounterSeconds) - time.Elapsed;
            await WaitAsync(pause < TimeSpan.Zero ? TimeSpan.Zero : pause, cancellationToken);
        }
    }

    /// <summary>Reads every device once.</summary>
    internal async Task RoundAsync(CancellationToken cancellationToken)
    {
        var now = time.Elapsed;
        var inventory = now >= _inventoryDue;
        if (inventory)
        {
            _inventoryDue = now + TimeSpan.FromSeconds(Intervals.InventorySeconds);
        }

        foreach (var chunk in roster.All.Chunk(MessageMaker.Batch))
        {
            var records = new FleetRecord?[chunk.Length];
            await Parallel.ForEachAsync(
                Enumerable.Range(0, chunk.Length), new ParallelOptions { MaxDegreeOfParallelism = settings.Parallel, CancellationToken = cancellationToken },
                async (i, ct) => records[i] = await reader.ReadAsync(chunk[i], counters: true, inventory, ct));
            maker.Keep(records.OfType<FleetRecord>().DistinctBy(r => r.Key));
        }

        var local = new ImmutableArray<LocalRecord>[_local.Length];
        await Parallel.ForEachAsync(Enumerable.Range(0, local.Length), new ParallelOptions { MaxDegreeOfParallelism = settings.Parallel, CancellationToken = cancellationToken }, async (i, ct) => local[i] = await _local[i].ReadAsync(ct));
        maker.Keep(printers.Named([.. local.SelectMany(r => r)]).Select(r => inventory || r.Reading is null ? r : r with { Inventory = null, InventoryAt = null }));
    }

    private async Task WaitAsync(TimeSpan pause, CancellationToken cancellationToken)
    {
        try
        {
            await _wake.Reader.WaitToReadAsync(cancellationToken).AsTask().WaitAsync(pause, time, cancellationToken);
            _wake.Reader.TryRead(out _);
        }
        catch (TimeoutException)
        {
            // The pause is over.
        }
    }
}
