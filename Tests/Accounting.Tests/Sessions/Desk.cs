using System.Collections.Immutable;
using CopyTrack.Accounting.Ledger;
using CopyTrack.Accounting.Meters;
using CopyTrack.Accounting.Sessions;

namespace CopyTrack.Accounting.Tests.Sessions;

/// <summary>A device with total, copy and print counters, and a clock that the test turns.</summary>
public sealed class Desk
{
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 8, 0, 0, TimeSpan.Zero);
    private long boot;
    private long session = 100;

    /// <summary>First reading at 0 s and an idle one a minute later: total 1000, copies 600, prints 300, 100 others.</summary>
    public Desk(long modulus = 0, long total = 1000, long copy = 600, long print = 300)
    {
        Set = SetOf(1, modulus, PageFunction.Copy, PageFunction.Print);
        Read(0, total, copy, print);
        Read(60, total, copy, print);
    }

    public PaperStore Store { get; } = new();
    public BaseCounterSet Set { get; set; }
    public string? Serial { get; set; } = "SN-1";
    public bool TerminalOffline { get; set; }
    public bool? Idle { get; set; } = true;
    public SessionOptions Options { get; } = new();

    public DeviceState State => Store.State;
    public ReadingRecord LastReading => Store.Readings[^1];

    public static BaseCounterSet SetOf(int version, long modulus, params PageFunction[] parts) => new()
    {
        Profile = "desk", ProfileVersion = version,
        Counters = [.. parts.Prepend(PageFunction.Total).Select((f, i) => new BaseCounter
        {
            Index = i, Role = i == 0 ? CounterRole.Total : CounterRole.Part, Modulus = modulus, Oids = [$"1.{i}"],
            Key = new CounterKey(f, PageColor.Any, PageSize.Any, PageSides.Any, CounterUnit.Impressions),
        })],
    };

    public DecisionContext At(double seconds) => new(Start.AddSeconds(seconds), Options, TimeZoneInfo.Utc, PriceList.Free) { TerminalOffline = TerminalOffline };

    public void Rebooted(double at) => boot = (long)(at * 100) + 360_000;

    public MeterReading Meters(double at, params long?[] values) => new()
    {
        SentAt = Start.AddSeconds(at), At = Start.AddSeconds(at + 0.1), UpTime = 360_000 + (long)(at * 100) - boot, Serial = Serial, Idle = Idle, PagesPerMinute = 30,
        Set = Set, Values = [.. values], Trigger = ReadingTrigger.Watch, Token = 0,
    };

    public ReadingOutcome Read(double at, params long?[] values) => Take(at, Meters(at, values));

    public ReadingOutcome Take(double at, MeterReading reading, bool handover = false) => Store.Apply(WalkUpRules.Reading(State, At(at + 0.1), reading, handover));

    public LoginOutcome Login(double at, long person, bool project = false) =>
        Store.Apply(WalkUpRules.Login(State, At(at), new LoginGrant(++session, "T1", person, "card", "copy", project)));

    public void Logout(double at) => Store.Apply(WalkUpRules.End(State, At(at), null, EndReason.User));

    /// <summary>What each entry says: <c>+3 copy 5</c> for a person's, <c>+3 print DirectPrint</c> for no one's; a mark for what is not exact.</summary>
    public ImmutableArray<string> Ledger => [.. Store.Entries.Select(e =>
        $"{(e.Delta < 0 ? "" : "+")}{e.Delta} {Store.Epochs.Single(x => x.Epoch == e.Epoch).Set.Counters[e.Counter].Key.Function.ToString().ToLowerInvariant()} "
        + (e.PersonId?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? e.Cause.ToString()) + e.Confidence switch { Confidence.Inferred => " inferred", Confidence.Estimated => " estimated", _ => "" })];

    public IEnumerable<string> Alarms => Store.Events.Where(e => e.Topic == "alert").Select(e => e.Data["kind"]);
}
