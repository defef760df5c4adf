using System.Collections.Immutable;
using CopyTrack.Accounting.Fleet;
using CopyTrack.Accounting.Inventory;
using CopyTrack.Agent.Clocks;
using CopyTrack.Agent.Devices;
using CopyTrack.Agent.Local;
using CopyTrack.Agent.Sending;

namespace CopyTrack.Agent;

/// <summary>
/// Makes messages of what devices said, and keeps them: as many devices in one as go in by count and by bytes, none with more than its share, nothing that is to stay at the site. Used by one round at a time.
/// </summary>
internal sealed class MessageMaker(AgentIdentity identity, DeviceRoster roster, LocalRoster printers, MessageQueue queue, MessageEnds ends, AddressVeil veil, ClockBook clocks, IAgentObserver observer)
{
    /// <summary>Most devices of one message.</summary>
    public const int Batch = 100;

    private const string SharedIndex = "agent-serial";
    private const int MostTold = 1000;
    private static readonly string s_program = typeof(MessageMaker).Assembly.GetName().Version!.ToString(3);

    private readonly HashSet<string> _cut = new(StringComparer.Ordinal);
    private bool _full;

    /// <summary>Keeps what was read of some devices, each of them once.</summary>
    public void Keep(IEnumerable<FleetRecord> records)
    {
        foreach (var chunk in records.Select(r => new Told(FleetRecordBound.Cut(r, out _), Leaves(r))).Chunk(Batch))
        {
            Keep(ImmutableArray.Create(chunk));
        }
    }

    private void Keep(ImmutableArray<Told> records)
    {
        try
        {
            var now = clocks.Now;
            var origin = now with { Created = FleetTime.Cut(now.Created) };
            var message = new FleetMessage { Agent = identity.Agent, Sequence = 0, Created = origin.Created, Program = s_program, Devices = [.. records.Select(r => r.Leaves)] };
            var sequence = queue.Append(n => FleetPacking.Pack(stream => FleetMessageWriter.Write(message with { Sequence = n }, stream), MessageEnvelope.MaxPacked), origin, out var dropped);
            if (sequence is { } number)
            {
                observer.Kept(message with { Sequence = number, Devices = [.. records.Select(r => r.Read)] });
            }
            else if (records.Length > 1)
            {
                Keep(records[..(records.Length / 2)]);
                Keep(records[(records.Length / 2)..]);
            }
            else
            {
                // Its share is far below what a message takes; without it the others are told all the same.
                observer.Told($"device {records[0].Read.Key} can't be told: what it says is longer than a message");
            }

            if (dropped is { } gone)
            {
                ends.Note(gone.First, gone.Last, MessageStanding.Dropped, "");
                observer.Told($"the queue is full: {gone.Last - gone.First + 1} old messages were given up");
            }

            if (_full)
            {
                _full = false;
                observer.Told("the disk takes messages again");
            }
        }
        catch (IOException e)
        {
            // Counters go on rising: the next round tells what this one could not.
            if (!_full)
            {
                _full = true;
                observer.Told($"what is read can't be kept: {e.Message}; rounds go on, and are kept once the disk takes them");
            }
        }
    }

    /// <summary>What leaves the site of a record.</summary>
    private FleetRecord Leaves(FleetRecord record)
    {
        if (!record.Key.StartsWith(AgentIdentity.BySerial, StringComparison.Ordinal))
        {
            // A number that does not prove which device it is would make one device of many at the manager too.
            record = record with
            {
                Reading = record.Reading is { } reading ? reading with { Serial = null } : null,
                Inventory = record.Inventory is { } report ? report with { Identity = report.Identity with { Serial = null } } : null,
            };
        }

        var doubt = roster.IsShared(record.Key) ? "another device of this site tells the same serial number; one of them has to be set right" : printers.DoubtOf(record.Key);
        if (record.Inventory is { } shown && doubt is not null)
        {
            var alert = new DeviceAlert(SharedIndex, "warning", "agent", null, doubt, null);
            record = record with { Inventory = shown with { Alerts = shown.Alerts.Insert(0, alert) } };
        }

        // Names are taken out before texts are cut: half of one tells it too.
        var bounded = FleetRecordBound.Cut(veil.Over(record), out var cut);
        if (cut is not null && _cut.Count < MostTold && _cut.Add(record.Key))
        {
            observer.Told($"device {record.Address ?? record.Key}: {cut}");
        }

        return bounded;
    }

    /// <summary>A record as it was read, for the owner, and as it leaves the site.</summary>
    private sealed record Told(FleetRecord Read, FleetRecord Leaves);
}
