using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using CopyTrack.Accounting.Fleet;
using CopyTrack.Accounting.Meters;
using CopyTrack.Agent;
using CopyTrack.MfpSimulator;
using CopyTrack.MfpSimulator.Device;
using CopyTrack.MfpSimulator.Meters;
using CopyTrack.MfpSimulator.Models;
using CopyTrack.TestKit;

namespace CopyTrack.Integration.Fleet;

/// <summary>A customer's site: simulated devices, a line to the manager, and an agent that can be ended and started again.</summary>
internal sealed class FleetSite : IAgentObserver, IAsyncDisposable
{
    private static readonly string[] s_models = ["kyocera", "ricoh", "konica", "sharp", "hp", "canon"];

    private readonly string _state = Directory.CreateTempSubdirectory("copytrack-agent-").FullName;
    private readonly Simulator _simulator = new(TimeProvider.System);
    private CancellationTokenSource? _stop;
    private FleetAgent? _agent;
    private Task _running = Task.CompletedTask;

    /// <summary>The site of a number with that many devices, on addresses 127.77.NUMBER.x of one free port.</summary>
    public FleetSite(int number, int devices)
    {
        Name = $"site {number}";
        SnmpPort = FreePort.Take();
        for (var i = 1; i <= devices; i++)
        {
            Devices.Add(_simulator.Add(new MfpSetup
            {
                Model = MfpModel.BuiltIn(s_models[i % s_models.Length]), Address = IPAddress.Parse($"127.77.{number}.{i}"), Port = SnmpPort, Serial = $"SIM{number}{i:D4}", Seed = (number * 1000) + i,
            }));
        }

        Settings = new AgentSettings
        {
            Manager = new Uri($"https://localhost:{Line.Port}"), State = _state, Ranges = [$"127.77.{number}.1-{devices}"], Port = SnmpPort, CounterSeconds = 1, InventorySeconds = 5, RetrySeconds = 1, AskSeconds = 1,
            DiscoverPerSecond = 1000,
        };
    }

    public string Name { get; }

    public int SnmpPort { get; }

    public List<SimulatedMfp> Devices { get; } = [];

    public CuttableLine Line { get; } = new();

    public AgentSettings Settings { get; set; }

    /// <summary>Every reading that was kept: serial number, message, the agent's name of the device, when it was sent for, and its values.</summary>
    public ConcurrentBag<(string Serial, long Sequence, string Key, DateTimeOffset SentAt, string Values)> Readings { get; } = [];

    /// <summary>The agent's id at the manager, once it has run.</summary>
    public string Agent { get; private set; } = "";

    public ConcurrentQueue<string> Lines { get; } = [];

    public int Waiting => _agent?.Waiting ?? 0;

    public int Known => _agent?.Devices ?? 0;

    public long Delivered => _agent?.Delivered ?? 0;

    public IReadOnlyList<string> Faults => _agent?.Health.Faults ?? [];

    public async Task StartAsync()
    {
        _stop = new CancellationTokenSource();
        _agent = await FleetAgent.OpenAsync(Settings, this, TimeProvider.System, default);
        Agent = _agent.Id;
        _running = _agent.RunAsync(_stop.Token);
    }

    /// <summary>Ends the agent, whatever it is doing.</summary>
    public async Task StopAsync()
    {
        if (_stop is not null)
        {
            await _stop.CancelAsync();
            await _running;
            _agent!.Dispose();
            _stop.Dispose();
            _stop = null;
        }
    }

    /// <summary>Gives devices jobs of their own, those that have nothing to do: a day's jobs in minutes would only queue up, and keep them busy long after the day.</summary>
    public void Work(int round)
    {
        foreach (var (device, i) in Devices.Select((d, i) => (d, i)))
        {
            if ((i + round) % 3 == 0 && device.IsQuiet)
            {
                device.Submit(new JobRequest { Function = i % 2 == 0 ? JobFunction.Copy : JobFunction.Print, Pages = 1 + ((i + round) % 4) });
            }
        }
    }

    public Task QuietAsync() => _simulator.WhenQuietAsync().WaitAsync(TimeSpan.FromSeconds(90));

    public void Told(string line) => Lines.Enqueue(line);

    public void Kept(FleetMessage message)
    {
        // As a message holds them: to the millisecond.
        var told = FleetMessageReader.Read(FleetMessageWriter.Write(message));
        foreach (var record in told.Devices.Where(d => d.Reading is not null))
        {
            Readings.Add((record.Reading!.Serial ?? "", message.Sequence, record.Key, record.Reading.SentAt, ValuesOf(record.Reading)));
        }
    }

    /// <summary>The values of a reading as one text.</summary>
    public static string ValuesOf(MeterReading reading) => string.Join(' ', reading.Values.Select(v => v?.ToString(CultureInfo.InvariantCulture) ?? "-"));

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await Line.DisposeAsync();
        _simulator.Dispose();
        Directory.Delete(_state, recursive: true);
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Name}: {Known} devices, {Readings.Count} readings, {Waiting} waiting, {string.Join(" | ", Lines.TakeLast(5))}");
}
