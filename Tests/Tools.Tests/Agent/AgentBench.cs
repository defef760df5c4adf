using System.Collections.Immutable;
using System.Security.Cryptography;
using CopyTrack.Accounting.Fleet;
using CopyTrack.Accounting.Inventory;
using CopyTrack.Accounting.Meters;
using CopyTrack.Accounting.Profiles;
using CopyTrack.Agent;
using CopyTrack.Agent.Clocks;
using CopyTrack.Agent.Devices;
using CopyTrack.Agent.Local;
using CopyTrack.Agent.Sending;

namespace CopyTrack.Tools.Tests.Agent;

/// <summary>The parts of an enrolled agent in a folder of their own, with a clock that tests set, and without anything to read.</summary>
internal sealed class AgentBench : IAgentObserver, IDisposable
{
    public static readonly DateTimeOffset Start = new(2026, 11, 22, 8, 0, 0, TimeSpan.Zero);

    private readonly string _path = Directory.CreateTempSubdirectory("copytrack-bench-").FullName;

    public AgentBench(Func<AgentSettings, AgentSettings>? change = null, long queueBytes = 64 << 20)
    {
        Settings = new AgentSettings { Manager = new Uri("http://localhost:1"), State = _path, Ranges = ["192.0.2.1"], RetrySeconds = 1 };
        Settings = change?.Invoke(Settings) ?? Settings;
        Folder = new StateFolder(_path);
        Folder.Write("identity.json", new AgentIdentityFile("7", Convert.ToBase64String(Manager.ExportSubjectPublicKeyInfo())), SettingsJson.Default.AgentIdentityFile);
        Identity = AgentIdentity.Load(Folder)!;
        QueueBytes = queueBytes;
        Open();
    }

    public AgentSettings Settings { get; set; }

    public StateFolder Folder { get; }

    public AgentIdentity Identity { get; }

    public ECDsa Manager { get; } = FleetKeys.Create();

    public TestClock Clock { get; } = new(Start);

    public SteadyTime Time { get; private set; } = null!;

    public ClockBook Clocks { get; private set; } = null!;

    public MessageQueue Queue { get; private set; } = null!;

    public MessageEnds Ends { get; private set; } = null!;

    public DeviceRoster Roster { get; private set; } = null!;

    public LocalRoster Printers { get; private set; } = null!;

    public MessageMaker Maker { get; private set; } = null!;

    public OutgoingMessages Outgoing { get; private set; } = null!;

    public List<string> Lines { get; } = [];

    public List<FleetMessage> Messages { get; } = [];

    /// <summary>Called before the queue writes.</summary>
    public Action BeforeWrite { get; set; } = static () => { };

    private long QueueBytes { get; }

    /// <summary>Ends the agent and starts it again on its folder.</summary>
    public void Restart()
    {
        Queue.Dispose();
        Open();
    }

    /// <summary>All messages that wait, as a manager reads them now.</summary>
    public IEnumerable<(MessageEnvelope Envelope, FleetMessage Message, byte[] Bytes)> Sent() => Queue.Waiting.Select(w =>
    {
        var bytes = Outgoing.Seal(w.Sequence)!.Value.Envelope;
        var envelope = MessageEnvelope.Read(bytes, out _);
        return (envelope, FleetMessageReader.Read(FleetPacking.Unpack(envelope.Packed)), bytes);
    });

    public void Told(string line) => Lines.Add(line);

    public void Kept(FleetMessage message) => Messages.Add(message);

    public void Dispose()
    {
        Queue.Dispose();
        Identity.Dispose();
        Manager.Dispose();
        Directory.Delete(_path, recursive: true);
    }

    /// <summary>A device of a key as it is read now.</summary>
    public FleetRecord Record(string key, string? serial = "SN-4711", ProbeReport? report = null) => new()
    {
        Key = key, Address = "192.0.2.7", InventoryAt = report is null ? null : Time.GetUtcNow(), Inventory = report,
        Reading = new MeterReading
        {
            SentAt = Time.GetUtcNow(), At = Time.GetUtcNow(), UpTime = 5, Serial = serial, Trigger = ReadingTrigger.Idle, Token = 0, Values = [4711],
            Set = new BaseCounterSet { Profile = "p", ProfileVersion = 1, Counters = [new BaseCounter { Index = 0, Key = new CounterKey(PageFunction.Total, PageColor.Any, PageSize.Any, PageSides.Any, CounterUnit.Impressions), Role = CounterRole.Total, Oids = [] }] },
        },
    };

    /// <summary>What a device says of itself.</summary>
    public static ProbeReport Report(string? serial, string? mac = null, string? host = null, params ImmutableArray<Supply> supplies) => new()
    {
        Identity = new DeviceIdentity("Kyocera", "TASKalfa 4054ci", serial, host, mac, "1.3.6.1.4.1.1347.41", "a system", "2nd floor", "2V7_S000.002.107"),
        Status = new DeviceStatus("running", "idle", [], "ready"), Profile = "kyocera", Supplies = supplies,
    };

    private void Open()
    {
        Time = new SteadyTime(Clock, () => Clock.Moment);
        Clocks = new ClockBook(Folder, Time);
        Queue = new MessageQueue(_path, QueueBytes, beforeWrite: () => BeforeWrite());
        Ends = new MessageEnds(Folder, Time);
        Roster = new DeviceRoster(Folder);
        Printers = new LocalRoster(Folder, Identity, Roster, this, Time);
        Maker = new MessageMaker(Identity, Roster, Printers, Queue, Ends, new AddressVeil(Settings), Clocks, this);
        Outgoing = new OutgoingMessages(Identity, Queue, Ends, Clocks, this, Time);
    }
}

/// <summary>A machine's clocks: time of day and uptime go on together, and the time of day can be set.</summary>
internal sealed class TestClock(DateTimeOffset now) : TimeProvider
{
    private DateTimeOffset _now = now;

    public BootMoment Moment { get; private set; } = new(Guid.NewGuid(), TimeSpan.FromSeconds(40));

    public override DateTimeOffset GetUtcNow() => _now;

    /// <summary>Time goes by.</summary>
    public void Pass(TimeSpan time)
    {
        _now += time;
        Moment = Moment with { Uptime = Moment.Uptime + time };
    }

    /// <summary>Somebody sets the time of day.</summary>
    public void Set(DateTimeOffset now) => _now = now;

    /// <summary>The machine begins anew, with this time of day.</summary>
    public void Boot(DateTimeOffset now) => (_now, Moment) = (now, new BootMoment(Guid.NewGuid(), TimeSpan.FromSeconds(10)));
}
