using System.Globalization;
using System.Text.Json;
using CopyTrack.MfpSimulator;
using CopyTrack.MfpSimulator.Device;
using CopyTrack.MfpSimulator.Models;
using CopyTrack.MfpSimulator.Panels;

namespace CopyTrack.Server.Hosting.Demo;

/// <summary>A simulated copier of the office with its panel lock.</summary>
internal sealed class DemoMachine(DemoCopier copier, SimulatedMfp mfp, SwitchPanel panel)
{
    /// <summary>What it is.</summary>
    public DemoCopier Copier { get; } = copier;

    /// <summary>The simulation.</summary>
    public SimulatedMfp Mfp { get; } = mfp;

    /// <summary>The lock that its terminal works.</summary>
    public SwitchPanel Panel { get; } = panel;

    /// <summary>The terminal beside it, once it is enrolled.</summary>
    public DemoTerminal? Terminal { get; set; }

    /// <summary>Held while somebody stands at it.</summary>
    public SemaphoreSlim Place { get; } = new(1, 1);

    /// <summary>Who walked away without logging out, if anybody did.</summary>
    public DemoPerson? Forgot { get; set; }

    /// <summary>Puts all copiers of the office into a simulator; each answers SNMP on a free loopback port.</summary>
    public static DemoMachine[] AddAll(Simulator simulator) =>
    [
        .. DemoSite.Copiers.Select((copier, i) =>
        {
            var panel = new SwitchPanel();
            return new DemoMachine(copier, simulator.Add(Setup(copier, i, panel)), panel);
        }),
    ];

    /// <summary>How a copier of the office is simulated.</summary>
    public static MfpSetup Setup(DemoCopier copier, int index, IPanel panel) => new()
    {
        Model = MfpModel.BuiltIn(copier.Model), Serial = string.Create(CultureInfo.InvariantCulture, $"DEMO{index + 1:D4}"), Seed = index + 1, Panel = panel,
    };
}

/// <summary>Keeps what the copiers have counted in the demo's folder, because a meter goes on where it stood.</summary>
internal sealed class DemoCounters(string directory)
{
    /// <summary>Where they are kept.</summary>
    public const string FileName = "demo-counters.json";

    private readonly string file = Path.Combine(directory, FileName);
    private readonly Lock gate = new();

    /// <summary>True when an earlier run has kept counters here: its office was complete.</summary>
    public bool Known => File.Exists(file);

    /// <summary>Sets the counters of an earlier run; leaves new copiers as they are.</summary>
    public void Restore(IEnumerable<DemoMachine> machines)
    {
        if (!File.Exists(file))
        {
            return;
        }

        var kept = JsonSerializer.Deserialize<Dictionary<string, Dictionary<string, long>>>(File.ReadAllText(file)) ?? [];
        foreach (var machine in machines)
        {
            if (kept.GetValueOrDefault(machine.Copier.Name) is { } values)
            {
                machine.Mfp.WriteCounters(values);
            }
        }
    }

    /// <summary>Writes the counters as they stand, in place of the earlier ones.</summary>
    public void Keep(IEnumerable<DemoMachine> machines)
    {
        var now = machines.ToDictionary(m => m.Copier.Name, m => m.Mfp.ReadCounters());
        lock (gate)
        {
            File.WriteAllText(file + ".new", JsonSerializer.Serialize(now));
            File.Move(file + ".new", file, overwrite: true);
        }
    }
}
