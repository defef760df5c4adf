using CopyTrack.MfpSimulator.Device;

namespace CopyTrack.Integration.FaultLab;

/// <summary>A run and everything that goes wrong in it, drawn from its seed.</summary>
internal sealed record LabPlan
{
    private static readonly string[] s_models = ["kyocera", "ricoh", "konica", "sharp", "canon", "kyocera", "ricoh", "plain"];

    private static readonly TimeSpan s_slow = TimeSpan.FromSeconds(200);

    /// <summary>Where all of it comes from.</summary>
    public required int Seed { get; init; }

    /// <summary>Simulated time in which people come.</summary>
    public required TimeSpan Length { get; init; }

    /// <summary>True to keep the data in PostgreSQL.</summary>
    public bool PostgreSql { get; init; }

    /// <summary>The first midnight, local time; half of the weeks have a change of daylight saving in them.</summary>
    public required DateTimeOffset Start { get; init; }

    /// <summary>Models of the devices.</summary>
    public required IReadOnlyList<string> Models { get; init; }

    /// <summary>How late counters are.</summary>
    public required CounterLag Lag { get; init; }

    /// <summary>Visits of a working day at a device.</summary>
    public required int VisitsADay { get; init; }

    /// <summary>Polling:IdleSeconds.</summary>
    public required TimeSpan Idle { get; init; }

    /// <summary>Terminals:OfflineHours; 0 = no terminal may work offline.</summary>
    public required int OfflineHours { get; init; }

    /// <summary>What happens to datagrams.</summary>
    public required LabNetwork Network { get; init; }

    /// <summary>Server processes killed at a storage operation or at any time.</summary>
    public required int Kills { get; init; }

    /// <summary>Devices switched off and on.</summary>
    public required int PowerCycles { get; init; }

    /// <summary>Controllers replaced.</summary>
    public required int BoardSwaps { get; init; }

    /// <summary>Devices that do not answer for a while.</summary>
    public required int Silences { get; init; }

    /// <summary>Terminals without network for a while, the first for a day.</summary>
    public required int Outages { get; init; }

    /// <summary>Times in which the disk is full (or PostgreSQL is away, after a power cut).</summary>
    public required int FullDisks { get; init; }

    /// <summary>Restarts after which the server's clock is hours ahead, or hours behind where it was.</summary>
    public required int WrongClocks { get; init; }

    /// <summary>How the devices deliver their receipts; null where they send none.</summary>
    public LabDelivery? Delivery { get; init; }

    /// <summary>True when counters stand just before their wrap.</summary>
    public required bool NearWrap { get; init; }

    /// <summary>The plan of a seed.</summary>
    public static LabPlan Of(int seed, TimeSpan length, bool postgreSql = false)
    {
        var random = new Random(seed);
        var weeks = Math.Max(1, length.TotalDays / 7);
        int Some(int most) => (int)Math.Ceiling(random.Next(most + 1) * weeks);
        // Weeks of March and October 2026 with the change of clocks in Berlin, and others.
        var monday = random.Next(2) == 0 ? new DateTime(2026, random.Next(2) == 0 ? 3 : 10, random.Next(2) == 0 ? 23 : 25) : new DateTime(2026, 5, 4).AddDays(random.Next(100));
        var plan = new LabPlan
        {
            Seed = seed, Length = length, PostgreSql = postgreSql, Start = new DateTimeOffset(monday, TimeSpan.FromHours(1)).ToUniversalTime(),
            Models = [.. Enumerable.Range(0, 1 + random.Next(2)).Select(_ => s_models[random.Next(s_models.Length)])],
            Lag = random.Next(4) switch
            {
                0 => CounterLag.None,
                1 => new CounterLag { Max = TimeSpan.FromSeconds(1.2), Together = true },
                2 => new CounterLag { Max = TimeSpan.FromSeconds(2), AtJobEnd = true },
                _ => new CounterLag(),
            },
            VisitsADay = random.Next(20, 50), Idle = TimeSpan.FromSeconds(new[] { 60, 120, 200, 300, 300, 600, 600, 900 }[random.Next(8)]), OfflineHours = random.Next(2) * 48,
            Network = new LabNetwork(random.Next(3) * 0.01, random.Next(3) * 0.02, random.Next(3) * 0.01, random.Next(4) == 0 ? 8 : 30),
            Kills = Some(12), PowerCycles = Some(4), BoardSwaps = random.Next(3) == 0 ? Some(2) : 0, Silences = Some(3), Outages = Some(2), FullDisks = Some(2), WrongClocks = random.Next(3) == 0 ? Some(2) : 0,
            NearWrap = random.Next(3) == 0,
            Delivery = random.Next(3) == 0 ? new LabDelivery(random.Next(3) * 0.05, random.Next(3) * 0.05, 0.05, 0.02, TimeSpan.FromHours(random.Next(0, 120)), Shorter(TimeSpan.FromHours(random.Next(0, 160)), length)) : null,
        };
        // A week is 10,080 idle reads of a device at the normal pace, which cost more than all that people do in it: one device a run has them.
        return plan.Idle < s_slow && plan.Models.Count > 1 ? plan with { Idle = s_slow } : plan;
    }

    // What is kept back comes within the run, however short that is.
    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;

    /// <inheritdoc/>
    public override string ToString() =>
        $"seed {Seed}: {string.Join('+', Models)}, {(PostgreSql ? "PostgreSQL" : "SQLite")}, {Length.TotalDays:0.#} days from {Start:yyyy-MM-dd}, {VisitsADay} visits, idle {Idle.TotalSeconds} s, offline {OfflineHours} h, lag {Lag.Max.TotalSeconds}{(Lag.AtJobEnd ? " at end" : "")} s, kills {Kills}, power {PowerCycles}, swaps {BoardSwaps}, silent {Silences}, outages {Outages}, full {FullDisks}, clocks {WrongClocks}{(Delivery is null ? "" : ", receipts")}{(NearWrap ? ", near wrap" : "")}";
}
