using CopyTrack.Accounting.Ledger;
using CopyTrack.Accounting.Meters;
using CopyTrack.Accounting.Sessions;

namespace CopyTrack.Accounting.Tests.Sessions;

/// <summary>A device with a terminal that works offline: three colour and five mono copies, one of them large, were made while it was away.</summary>
public sealed class OfflineLedger
{
    public static readonly DateTimeOffset Start = new(2026, 3, 2, 8, 0, 0, TimeSpan.Zero);
    private static readonly PaperModel Model = PaperModel.Doubles(0);

    public OfflineLedger()
    {
        Read(0, 0, 0, 0, 0);
        Read(10, 6, 3, 2, 8);
    }

    public PaperStore Store { get; } = new();

    public static OfflineLogin Login(string id, long session, long person, int from, int to) =>
        new(id, session, "T1", person, "copy", Start.AddMinutes(from), Start.AddMinutes(to));

    public OfflineOutcome Upload(Func<DeviceChange, DeviceChange>? seam = null, params OfflineLogin[] logins)
    {
        Store.Seam = seam;
        return Store.Apply(OfflineRules.Upload(Store.State, Context(20), Posted(), logins.Length > 0 ? logins : [Login("a", 500, 3, 2, 8)]));
    }

    public OfflineOutcome Expire(int minutes, double hours) =>
        Store.Apply(OfflineRules.Expire(Store.State, Context(minutes), Posted(), TimeSpan.FromHours(hours)));

    public void Read(int minute, long mono, long color, long large, long sheets) => Store.Apply(WalkUpRules.Reading(Store.State, Context(minute), new MeterReading
    {
        SentAt = Start.AddMinutes(minute), At = Start.AddMinutes(minute), UpTime = 100_000 + (minute * 6000), Idle = true, PagesPerMinute = 30, Set = Model.Set,
        Values = [100 + mono + color, 40 + mono, 30 + color, 20, 10, large, 0, 0, 0, 70 + sheets, 5], Trigger = ReadingTrigger.Idle, Token = 0,
    }));

    private static DecisionContext Context(int minute) =>
        new(Start.AddMinutes(minute), new SessionOptions(), TimeZoneInfo.Utc, new PriceList("EUR", 10, 70, 5, 1, 1)) { TerminalOffline = true };

    private List<PostedEntry> Posted() => Store.Entries.ConvertAll(e =>
    {
        var borders = Store.Readings.Where(r => r.Status == ReadingStatus.Border && r.Epoch == e.Epoch && r.Seq < e.Interval).ToList();
        return new PostedEntry(e, Store.Epochs.Single(x => x.Epoch == e.Epoch).Set, borders[^1].Values[e.Counter] ?? 0, borders[^1].At);
    });
}
