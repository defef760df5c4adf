using CopyTrack.Accounting.Fleet;
using CopyTrack.Accounting.Inventory;
using CopyTrack.Accounting.Meters;

namespace CopyTrack.Agent.Page;

/// <summary>A device as the agent last saw it; <see cref="Readings"/> are its last ones, the newest first.</summary>
public sealed record SeenDevice(string Key, ProbeReport? Report, IReadOnlyList<MeterReading> Readings, string? Silent, DateTimeOffset SeenAt)
{
    /// <summary>The newest reading; null when its counters were never told.</summary>
    public MeterReading? Last => Readings is [var last, ..] ? last : null;
}

/// <summary>A message that was put into the queue.</summary>
public sealed record KeptMessage(long Sequence, DateTimeOffset Created, int Devices);

/// <summary>What the page shows, out of what the agent tells; bounded. Passes everything on.</summary>
public sealed class AgentMemory(IAgentObserver next) : IAgentObserver
{
    private const int MostDevices = 10_000, MostReadings = 24, MostMessages = 200, MostLines = 100;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, SeenDevice> _devices = new(StringComparer.Ordinal);
    private readonly Queue<KeptMessage> _messages = new();
    private readonly Queue<string> _lines = new();

    /// <summary>The devices by what they are called.</summary>
    public IReadOnlyList<SeenDevice> Devices
    {
        get
        {
            lock (_gate)
            {
                return [.. _devices.Values.OrderBy(d => d.Report?.Identity.Model, StringComparer.OrdinalIgnoreCase).ThenBy(d => d.Key, StringComparer.Ordinal)];
            }
        }
    }

    /// <summary>The last messages, the newest first.</summary>
    public IReadOnlyList<KeptMessage> Messages
    {
        get
        {
            lock (_gate)
            {
                return [.. _messages.Reverse()];
            }
        }
    }

    /// <summary>The last lines for the owner, the newest first.</summary>
    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_gate)
            {
                return [.. _lines.Reverse()];
            }
        }
    }

    /// <summary>A device by its key.</summary>
    public SeenDevice? Find(string key)
    {
        lock (_gate)
        {
            return _devices.GetValueOrDefault(key);
        }
    }

    /// <inheritdoc/>
    public void Told(string line)
    {
        lock (_gate)
        {
            Put(_lines, line, MostLines);
        }

        next.Told(line);
    }

    /// <inheritdoc/>
    public void Kept(FleetMessage message)
    {
        lock (_gate)
        {
            Put(_messages, new KeptMessage(message.Sequence, message.Created, message.Devices.Length), MostMessages);
            foreach (var record in message.Devices)
            {
                var known = _devices.GetValueOrDefault(record.Key);
                if (known is null && _devices.Count >= MostDevices)
                {
                    continue;
                }

                _devices[record.Key] = new SeenDevice(
                    record.Key, record.Inventory ?? known?.Report, record.Reading is { } reading ? [reading, .. (known?.Readings ?? []).Take(MostReadings - 1)] : known?.Readings ?? [], record.Silent, message.Created);
            }
        }

        next.Kept(message);
    }

    /// <inheritdoc/>
    public void Rested() => next.Rested();

    private static void Put<T>(Queue<T> queue, T item, int most)
    {
        while (queue.Count >= most)
        {
            queue.Dequeue();
        }

        queue.Enqueue(item);
    }
}
