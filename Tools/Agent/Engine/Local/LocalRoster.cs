using System.Collections.Immutable;
using CopyTrack.Accounting.Fleet;
using CopyTrack.Agent.Devices;

namespace CopyTrack.Agent.Local;

/// <summary>A printer that a LocalAgent read: whose it is, at which of its places, and what it said. The key of the record is the LocalAgent's name of the place.</summary>
internal sealed record LocalRecord(string Host, FleetRecord Record)
{
    public string? Serial => SerialNumbers.Proof(Record.Inventory?.Identity.Serial ?? Record.Reading?.Serial);

    public long? Pages => Record.Reading?.Values.FirstOrDefault();

    public string? Model => Record.Inventory?.Identity.Model;

    public DateTimeOffset At => Record.Reading?.At ?? Record.InventoryAt ?? DateTimeOffset.MinValue;

    public string Where => Record.Inventory?.Identity.Location is { } place ? $"{Host}, {place}" : Host;
}

/// <summary>
/// A printer on USB that tells a serial number: under which name it is known, and where it was seen last. <see cref="Before"/> is the place that it is taken to have moved from; null when it never
/// moved, or it is known by now who stands there.
/// </summary>
internal sealed record KnownPrinter(string Serial, string Key, string Host, string Place, string Where, string? Model, long? Pages, LocalPlace? Before = null, DateTimeOffset? MovedAt = null);

/// <summary>A place of a LocalAgent where a printer was.</summary>
internal sealed record LocalPlace(string Host, string Place, string Where);

/// <summary>
/// The printers on USB that tell serial numbers, kept in a file. Two that tell one number, at one LocalAgent or at several, stay two; one that is plugged in elsewhere stays one. A printer has no MAC address there
/// and can't be asked where it was before, so three things decide: whether both places answer, the model, and the lifetime total, which never falls. Where they leave a doubt, it is told. Used by one round at a time.
/// </summary>
internal sealed class LocalRoster
{
    private const string FileName = "local.json";
    private const int Most = 2000, MostTold = 1000;
    private static readonly TimeSpan DoubtFor = TimeSpan.FromDays(7);

    private readonly StateFolder _folder;
    private readonly AgentIdentity _identity;
    private readonly DeviceRoster _network;
    private readonly IAgentObserver _observer;
    private readonly TimeProvider _time;
    private readonly List<KnownPrinter> _printers;
    private readonly Dictionary<(string Serial, string Host, string Place), DateTimeOffset> _waiting = [];
    private readonly HashSet<string> _told = new(StringComparer.Ordinal);
    private bool _changed;

    public LocalRoster(StateFolder folder, AgentIdentity identity, DeviceRoster network, IAgentObserver observer, TimeProvider time)
    {
        (_folder, _identity, _network, _observer, _time) = (folder, identity, network, observer, time);
        _printers = [.. (folder.Read(FileName, SettingsJson.Default.ListKnownPrinter) ?? []).Take(Most)];
        (Shared, Places) = (SharedNow(), PlacesNow());
    }

    /// <summary>Why the disk did not take the list the last time; null when it did.</summary>
    public string? Fault { get; private set; }

    /// <summary>Serial numbers that more than one printer tells, with the places of these.</summary>
    public IReadOnlyList<SharedSerial> Shared { get; private set; }

    /// <summary>Where the printers were seen last, by their names.</summary>
    public IReadOnlyDictionary<string, string> Places { get; private set; }

    /// <summary>What is not sure about a printer, for whoever looks after it; null for nothing.</summary>
    public string? DoubtOf(string key)
    {
        if (_printers.Find(p => p.Key == key) is not { } printer)
        {
            return null;
        }

        return _printers.Exists(p => p.Serial == printer.Serial && p.Key != key) ? "another printer on USB tells the same serial number; one of them has to be set right"
            : printer.Before is not null && printer.MovedAt is { } at && _time.GetUtcNow() - at < DoubtFor ? "the printer answers at another USB port or computer than before; if it is another one with the same serial number, connect both at one time, and they are told apart"
            : null;
    }

    /// <summary>The records of a round, each under the name of its printer. One whose place in things is not known yet is left out until the next round; its counters go on meanwhile.</summary>
    public IReadOnlyList<FleetRecord> Named(IReadOnlyList<LocalRecord> round)
    {
        var named = new List<FleetRecord>(round.Count);
        // Whoever is new somewhere may take a name from one that is known: then the known one has another, in the same round.
        foreach (var seen in round.OrderBy(r => _printers.Exists(p => (p.Host, p.Place) == (r.Host, r.Record.Key))))
        {
            var key = seen.Serial is { } serial ? KeyOf(seen, serial, round) : ByPlace(seen);
            if (key is not null && _network.Find(key) is { } device)
            {
                Tell(key + seen.Where, $"the USB printer at {seen.Where} tells the serial number of the device at {device.Address}: it is read over the network alone");
            }
            else if (key is not null)
            {
                named.Add(seen.Record with { Key = key });
            }
        }

        if (_changed)
        {
            _changed = false;
            Fault = _folder.TryWrite(FileName, _printers, SettingsJson.Default.ListKnownPrinter);
            (Shared, Places) = (SharedNow(), PlacesNow());
        }

        return [.. named.DistinctBy(r => r.Key)];
    }

    private string? KeyOf(LocalRecord seen, string serial, IReadOnlyList<LocalRecord> round)
    {
        var waits = (serial, seen.Host, seen.Record.Key);
        var same = _printers.FindAll(p => p.Serial == serial);
        if (same.Find(p => (p.Host, p.Place) == (seen.Host, seen.Record.Key)) is { } here)
        {
            _waiting.Remove(waits);
            // How many pages it counted is for the next comparison, and not worth a write each round.
            _printers[_printers.IndexOf(here)] = here with { Pages = seen.Pages ?? here.Pages };
            return here.Key;
        }

        // By PJL and by IPP it is one printer: each way names its places by the first letter.
        if (same.Find(p => p.Host == seen.Host && WayOf(p.Place) != WayOf(seen.Record.Key)) is { } otherWay)
        {
            return otherWay.Key;
        }

        if (same.Count == 0)
        {
            return Add(seen, serial, _identity.DeviceKey(serial, null, ""));
        }

        if (_waiting.Count > Most)
        {
            _waiting.Clear();
        }

        var since = _waiting.TryGetValue(waits, out var first) ? first : _waiting[waits] = seen.At;
        var (away, there) = (new List<KnownPrinter>(), new List<KnownPrinter>());
        foreach (var printer in same)
        {
            if (round.FirstOrDefault(r => (r.Host, r.Record.Key) == (printer.Host, printer.Place) && r.Serial == serial) is not { } answer)
            {
                away.Add(printer);
            }
            else if (answer.At > since)
            {
                there.Add(printer);
            }
            else
            {
                // What is known of that place may be from before somebody pulled the plug there.
                return null;
            }
        }

        _waiting.Remove(waits);
        // One that stood here before and did not move away after all: whoever answers elsewhere is another one.
        if (same.Find(p => p.Before is { } before && (before.Host, before.Place) == (seen.Host, seen.Record.Key)) is { } taken && (there.Contains(taken) || !IsLikely(taken, seen)))
        {
            Replace(taken, At(taken, seen) with { Before = null, MovedAt = null });
            _printers.Add(taken with { Key = _identity.TwinKey(serial, null, $"{taken.Host}/{taken.Place}"), Before = null, MovedAt = null });
            Tell(serial, seen, taken.Where);
            return taken.Key;
        }

        if (away.Find(p => IsLikely(p, seen)) is { } moved)
        {
            Replace(moved, At(moved, seen) with { Before = new LocalPlace(moved.Host, moved.Place, moved.Where), MovedAt = _time.GetUtcNow() });
            Tell(serial + seen.Where, $"the USB printer {serial} answers at {seen.Where}, was at {moved.Where}, and is taken for the same; if it is another one with the same number, connect both at one time");
            return moved.Key;
        }

        Tell(serial, seen, (there.Count > 0 ? there : same)[0].Where);
        return Add(seen, serial, _identity.TwinKey(serial, null, $"{seen.Host}/{seen.Record.Key}"));
    }

    /// <summary>Whether what is seen can be the printer: of its model, and its total has not fallen.</summary>
    private static bool IsLikely(KnownPrinter printer, LocalRecord seen) =>
        (printer.Model is null || seen.Model is null || printer.Model == seen.Model) && (printer.Pages is null || seen.Pages is null || seen.Pages >= printer.Pages);

    private static KnownPrinter At(KnownPrinter printer, LocalRecord seen) =>
        printer with { Host = seen.Host, Place = seen.Record.Key, Where = seen.Where, Model = seen.Model ?? printer.Model, Pages = seen.Pages ?? printer.Pages };

    private static string WayOf(string place) => place.Split('-', 2)[0];

    private string ByPlace(LocalRecord seen) => _identity.DeviceKey(null, null, $"{seen.Host}/{seen.Record.Key}");

    private string Add(LocalRecord seen, string serial, string key)
    {
        if (_printers.Count >= Most)
        {
            // Whoever has so many is no office: none is taken for another one.
            return ByPlace(seen);
        }

        _printers.Add(new KnownPrinter(serial, key, seen.Host, seen.Record.Key, seen.Where, seen.Model, seen.Pages));
        _changed = true;
        return key;
    }

    private void Replace(KnownPrinter printer, KnownPrinter next)
    {
        _printers[_printers.IndexOf(printer)] = next;
        _changed = true;
    }

    private IReadOnlyList<SharedSerial> SharedNow() =>
        [.. _printers.GroupBy(p => p.Serial, StringComparer.Ordinal).Where(g => g.Skip(1).Any()).Select(g => new SharedSerial(g.Key, [.. g.Select(p => p.Where).Order(StringComparer.Ordinal)]))];

    private Dictionary<string, string> PlacesNow() => _printers.DistinctBy(p => p.Key).ToDictionary(p => p.Key, p => p.Where, StringComparer.Ordinal);

    private void Tell(string serial, LocalRecord seen, string where) =>
        Tell(serial + seen.Where + where, $"the USB printers at {where} and {seen.Where} tell the same serial number {serial}: both are read, and only one is known by that number; set the number of one of them right");

    private void Tell(string about, string line)
    {
        if (_told.Count < MostTold && _told.Add(about))
        {
            _observer.Told(line);
        }
    }
}
