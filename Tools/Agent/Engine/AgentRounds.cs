using System.Collections.Immutable;
using System.Threading.Channels;
using CopyTrack.Accounting.Fleet;
using CopyTrack.Agent.Local;

namespace CopyTrack.Agent;

/// <summary>What the manager last wanted, as far as it outlives a restart.</summary>
internal sealed record AgentOrders(long Number, int? CounterSeconds, int? InventorySeconds);

/// <summary>Reads all devices again and again, and puts what they said into the queue, at most <see cref="Batch"/> devices a message.</summary>
internal sealed class AgentRounds(AgentSettings settings, AgentIdentity identity, StateFolder folder, DeviceRoster roster, DeviceReader reader, MessageQueue queue, IAgentObserver observer, TimeProvider time)
{
    /// <summary>Devices of one message.</summary>
    public const int Batch = 100;

    private const string OrdersFile = "orders.json";
    private static readonly string s_program = typeof(AgentRounds).Assembly.GetName().Version!.ToString(3);

    private readonly LocalSource[] _local = [.. settings.Local.Select(l => new LocalSource(l, identity, settings, observer, time))];
    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private AgentOrders _orders = folder.Read(OrdersFile, SettingsJson.Default.AgentOrders) ?? new AgentOrders(0, null, null);
    private bool _discover;
    private DateTimeOffset _inventoryDue = DateTimeOffset.MinValue;

    /// <summary>The number of the manager's last wish that was taken.</summary>
    public long LastWish => _orders.Number;

    /// <summary>Rounds in which every device was asked, since the start.</summary>
    public long Rounds { get; private set; }

    /// <summary>Does what the manager wants; a number that was taken before means nothing.</summary>
    public void Take(FleetWants wants)
    {
        if (wants.Number <= _orders.Number)
        {
            return;
        }

        _orders = new AgentOrders(wants.Number, (int?)wants.CounterInterval?.TotalSeconds, (int?)wants.InventoryInterval?.TotalSeconds);
        folder.Write(OrdersFile, _orders, SettingsJson.Default.AgentOrders);
        _discover |= wants.DiscoverNow;
        if (wants.ReadNow)
        {
            _inventoryDue = DateTimeOffset.MinValue;
        }

        if (wants.ReadNow || wants.DiscoverNow)
        {
            _wake.Writer.TryWrite(true);
        }
    }

    /// <summary>The owner wants all devices read now.</summary>
    public void ReadNow()
    {
        _inventoryDue = DateTimeOffset.MinValue;
        _wake.Writer.TryWrite(true);
    }

    /// <summary>Reads until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var discoverDue = roster.All.Count == 0 ? time.GetUtcNow() : time.GetUtcNow() + TimeSpan.FromHours(settings.DiscoverHours);
        while (true)
        {
            var began = time.GetUtcNow();
            if (_discover || began >= discoverDue)
            {
                _discover = false;
                discoverDue = began + TimeSpan.FromHours(settings.DiscoverHours);
                observer.Told($"{await reader.DiscoverAsync(cancellationToken)} devices answered that count pages");
            }

            await RoundAsync(cancellationToken);
            Rounds++;
            observer.Rested();
            var pause = began + TimeSpan.FromSeconds(_orders.CounterSeconds ?? settings.CounterSeconds) - time.GetUtcNow();
            await WaitAsync(pause < TimeSpan.Zero ? TimeSpan.Zero : pause, cancellationToken);
        }
    }

    /// <summary>Reads every device once.</summary>
    internal async Task RoundAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var inventory = now >= _inventoryDue;
        if (inventory)
        {
            _inventoryDue = now + TimeSpan.FromSeconds(_orders.InventorySeconds ?? settings.InventorySeconds);
        }

        foreach (var chunk in roster.All.Chunk(Batch))
        {
            var records = new FleetRecord?[chunk.Length];
            await Parallel.ForEachAsync(
                Enumerable.Range(0, chunk.Length), new ParallelOptions { MaxDegreeOfParallelism = settings.Parallel, CancellationToken = cancellationToken },
                async (i, ct) => records[i] = await reader.ReadAsync(chunk[i], counters: true, inventory, ct));
            Keep([.. records.OfType<FleetRecord>().DistinctBy(r => r.Key)]);
        }

        var local = new ImmutableArray<FleetRecord>[_local.Length];
        await Parallel.ForEachAsync(Enumerable.Range(0, local.Length), new ParallelOptions { MaxDegreeOfParallelism = settings.Parallel, CancellationToken = cancellationToken }, async (i, ct) => local[i] = await _local[i].ReadAsync(ct));
        foreach (var chunk in local.SelectMany(r => r).DistinctBy(r => r.Key).Chunk(Batch))
        {
            Keep([.. chunk.Select(r => inventory || r.Reading is null ? r : r with { Inventory = null, InventoryAt = null })]);
        }
    }

    private void Keep(ImmutableArray<FleetRecord> records)
    {
        if (records.IsEmpty)
        {
            return;
        }

        var dropped = queue.Dropped;
        FleetMessage? message = null;
        try
        {
            queue.Append(sequence =>
            {
                message = new FleetMessage { Agent = identity.Agent, Sequence = sequence, Created = FleetTime.Cut(time.GetUtcNow()), Program = s_program, Devices = records };
                return FleetPacking.Pack(stream => FleetMessageWriter.Write(message, stream));
            });
            observer.Kept(message!);
        }
        catch (IOException e)
        {
            // Counters go on rising: the next round tells what this one could not.
            observer.Told($"a round could not be kept: {e.Message}");
        }

        if (queue.Dropped > dropped)
        {
            observer.Told($"the queue is full: {queue.Dropped - dropped} old messages were given up");
        }
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
