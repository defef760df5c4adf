using System.Collections.Immutable;
using CopyTrack.Accounting.Ledger;
using CopyTrack.Accounting.Meters;
using CopyTrack.MfpSimulator.Meters;
using CopyTrack.MfpSimulator.Truths;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Ledger;
using CopyTrack.Server.Reports;
using Dapper;

namespace CopyTrack.Integration.FaultLab;

/// <summary>A session as it is kept.</summary>
internal sealed record LabSession
{
    public long Id { get; init; }
    public long DeviceId { get; init; }
    public long PersonId { get; init; }
    public DateTimeOffset OpenedAt { get; init; }
    public DateTimeOffset? EndedAt { get; init; }
    public DateTimeOffset? SettledAt { get; init; }
    public int EndReason { get; init; }
    public string? InferredReason { get; init; }
    public string? LocalId { get; init; }
}

/// <summary>Compares ledger, roll-ups, reports and audit of a run with what truly happened in the simulator.</summary>
internal sealed class LabJudge(LabPlan plan, IDatabase database, Truth truth, IReadOnlyList<LabTerminal> terminals, IEnumerable<LabLog> logs, LabSettings settings, LabTimes times)
{
    private static readonly TimeSpan s_stay = TimeSpan.FromMinutes(30);

    private readonly LabVerdict verdict = new() { Runs = 1 };
    private List<EpochRecord> epochs = [];
    private List<ReadingRecord> readings = [];
    private List<EntryRecord> entries = [];
    private IReadOnlyList<TruthJob> jobs = [];
    private ILookup<string, long> made = Enumerable.Empty<int>().ToLookup(_ => "", _ => 0L);

    /// <summary>The verdict on the data as they stand.</summary>
    public async Task<LabVerdict> JudgeAsync(VirtualLoop loop) => await loop.OutsideAsync(async () =>
    {
        verdict.Faults.AddRange(logs.SelectMany(l => l.Errors).Select(e => $"logged: {e}"));
        verdict.Doubts.AddRange(logs.SelectMany(l => l.Notes));
        jobs = truth.Jobs;
        made = jobs.Where(j => j.Function == JobFunction.Copy).ToLookup(j => j.Who, j => (long)j.Impressions);
        epochs = [.. (await ListAsync<EpochRow>("select * from epoch")).Select(r => r.ToRecord())];
        readings = [.. (await ListAsync<ReadingRow>("select * from reading order by device_id, seq")).Select(r => r.ToRecord())];
        entries = [.. (await ListAsync<EntryRow>("select * from entry order by device_id, seq")).Select(r => r.ToRecord())];
        await AuditAsync();
        Meters();
        await ReportsAsync();
        await PeopleAsync();
        await LabReceipts.JudgeAsync(database, terminals, verdict);
        for (var i = 0; i < verdict.Faults.Count; i++)
        {
            verdict.Faults[i] = $"[{plan.Seed}] {verdict.Faults[i]}";
        }

        return verdict;
    });

    private bool IsTotalOnly(long device) => plan.Models[(int)device - 1] is "plain" or "hp";

    private async Task AuditAsync()
    {
        var report = await new AuditRunner(database, TimeProvider.System, null).RunAsync(1, null, full: true, default);
        foreach (var device in report!.Devices)
        {
            verdict.Faults.AddRange(device.Violations.Select(v => $"audit of {device.Device}: {v}"));
        }
    }

    /// <summary>Meters against ledger with nothing of the server's own arithmetic: for every device, epoch and counter, and against the truth where no board was changed.</summary>
    private void Meters()
    {
        foreach (var device in terminals.Select(t => t.Device))
        {
            var id = (long)device.Number;
            var mine = entries.Where(e => e.DeviceId == id).ToList();
            verdict.Duplicates += mine.Count - mine.Select(e => e.Seq).Distinct().Count();
            var gone = mine.Where(e => e.Reverses is not null).Select(e => e.Reverses!.Value).ToList();
            verdict.Duplicates += gone.Count - gone.Distinct().Count();
            var made = new Dictionary<CounterKey, long>();
            var sums = mine.GroupBy(e => (e.Epoch, e.Counter)).ToDictionary(g => g.Key, g => g.Sum(e => e.Delta));
            var bordersOf = readings.Where(r => r.DeviceId == id && r.Status == ReadingStatus.Border).ToLookup(r => r.Epoch);
            foreach (var epoch in epochs.Where(e => e.DeviceId == id))
            {
                var borders = bordersOf[epoch.Epoch].ToList();
                foreach (var counter in epoch.Set.Counters)
                {
                    var values = borders.Select(b => b.Values[counter.Index]).OfType<long>().ToList();
                    var metered = values.Zip(values.Skip(1), (a, b) => b >= a ? b - a : b - a + counter.Modulus).Sum();
                    made[counter.Key] = made.GetValueOrDefault(counter.Key) + metered;
                    var booked = sums.GetValueOrDefault((epoch.Epoch, counter.Index));
                    if (!Remainder.IsPosted(epoch.Set, counter))
                    {
                        continue;
                    }

                    verdict.Metered += counter.Role == CounterRole.Facet ? 0 : metered;
                    if (booked != metered)
                    {
                        verdict.Unexplained += Math.Abs(booked - metered);
                        verdict.Faults.Add($"device {id}, epoch {epoch.Epoch}, {counter.Key}: metered {metered}, ledger {booked}");
                    }
                }
            }

            Truly(device, made);
        }
    }

    private void Truly(CopyTrack.MfpSimulator.Device.SimulatedMfp device, Dictionary<CounterKey, long> made)
    {
        var mine = epochs.Where(e => e.DeviceId == device.Number).ToList();
        foreach (var counter in mine[^1].Set.Counters.Where(c => !c.Oids.IsEmpty))
        {
            var expected = counter.Oids.Sum(o => device.Expected(o.TrimStart('-').Split('#')[0]) * (o.StartsWith('-') ? -1 : 1));
            if (expected is { } truly && !counter.Oids.Any(o => o.Contains('#', StringComparison.Ordinal)) && (mine.Count == 1 ? made[counter.Key] != truly : made[counter.Key] > truly))
            {
                verdict.Faults.Add($"device {device.Number}, {counter.Key}: metered {made[counter.Key]}, truly {truly}, {mine.Count} epoch(s)");
            }
        }
    }

    /// <summary>Roll-ups against entries: reports out of one and out of the other tell the same, and nothing is unexplained.</summary>
    private async Task ReportsAsync()
    {
        ReportOptions options = new() { TimeZone = settings.Zone, Prices = settings.Prices };
        EntryReader reader = new(database);
        UsageReader usage = new(database, reader, options);
        ReportService reports = new(new PageReports(usage, reader, options), new JobsReport(database, reader, options), new MeterReports(database, new MeterSpans(database), reader, usage));
        var period = ReportPeriod.TryParse("2020-01-01", "2030-01-01", settings.Zone, plan.Start, out var fault) ?? throw new InvalidOperationException(fault);
        var rows = await RowsAsync(reports, period, "jobs");
        var devices = await RowsAsync(reports, period, "devices");
        foreach (var row in devices)
        {
            foreach (var column in (string[])["impressions", "sheets", "scans", "faxes", "cost"])
            {
                var told = rows.Where(j => (string?)j["device"] == (string?)row["key"]).Sum(j => j[column] is { } v ? Convert.ToDecimal(v, System.Globalization.CultureInfo.InvariantCulture) : 0);
                if (row[column] is { } sum && Convert.ToDecimal(sum, System.Globalization.CultureInfo.InvariantCulture) != told)
                {
                    verdict.Faults.Add($"report devices: {row["key"]} has {sum} {column}, its entries {told}");
                }
            }
        }

        foreach (var row in await RowsAsync(reports, period, "coverage"))
        {
            verdict.Unexplained += Math.Abs((long)row["unexplained"]!);
        }

        foreach (var job in rows.Where(j => j["cause"] is not null))
        {
            var cause = (string)job["cause"]!;
            verdict.Causes[cause] = verdict.Causes.GetValueOrDefault(cause) + (long)job["impressions"]!;
        }

        loose = [.. rows.Where(j => j["session"] is null && j["user"] is not null && j["function"] as string == "copy")
            .Select(j => ((string)j["device"]!, (string)j["user"]!, (DateTimeOffset)j["at"]!, (long)j["impressions"]!, (string)j["confidence"]! == "exact"))];
        sides = rows.Where(j => j["session"] is not null).ToLookup(j => long.Parse((string)j["session"]!, System.Globalization.CultureInfo.InvariantCulture), j => ((long)j["impressions"]!, (DateTimeOffset)j["at"]!, (string)j["confidence"]! == "exact"));
    }

    /// <summary>Of people, outside any session: what a receipt alone gave them.</summary>
    private List<(string Device, string Person, DateTimeOffset At, long Sides, bool Exact)> loose = [];

    private ILookup<long, (long Sides, DateTimeOffset At, bool Exact)> sides = Enumerable.Empty<int>().ToLookup(_ => 0L, _ => (0L, default(DateTimeOffset), false));

    private async Task PeopleAsync()
    {
        var sessions = await ListAsync<LabSession>(
            "select s.*, o.local_id from session s left join offline_upload o on o.session_id = s.id order by s.device_id, s.opened_at, s.id");
        verdict.Sessions = sessions.Count;
        verdict.Visits = terminals.Sum(t => t.Visits.Count);
        verdict.Faults.AddRange(sessions.Where(s => s.SettledAt is null).Select(s => $"session {s.Id} of device {s.DeviceId} never settled"));
        foreach (var terminal in terminals)
        {
            if (!IsTotalOnly(terminal.Device.Number))
            {
                Device(terminal, [.. sessions.Where(s => s.DeviceId == terminal.Device.Number)]);
            }
        }
    }

    private void Device(LabTerminal terminal, List<LabSession> sessions)
    {
        var bySession = terminal.Visits.Where(v => v.Session is not null).ToLookup(v => v.Session!);
        var byLocal = terminal.Visits.Where(v => v.LocalId is not null).ToDictionary(v => v.LocalId!);
        var intervals = new LabIntervals(terminal, readings, jobs, plan, times);
        var outside = Outside(terminal, sessions, intervals);
        var claimed = new HashSet<LabVisit>();
        foreach (var group in Stays(sessions, s => VisitsOf(s, bySession, byLocal), intervals))
        {
            List<LabVisit> visits = [];
            long told = 0;
            foreach (var session in group)
            {
                visits.AddRange(VisitsOf(session, bySession, byLocal));
                told += sides[session.Id].Sum(s => s.Sides);
                var doubtful = sides[session.Id].Where(s => !s.Exact).ToList();
                var unsure = doubtful.Where(s => !intervals.IsShared(s.At)).Sum(s => s.Sides);
                verdict.Inferred += session.LocalId is null ? unsure : 0;
                verdict.InferredOffline += session.LocalId is null ? 0 : unsure;
                verdict.InferredShared += doubtful.Sum(s => s.Sides) - unsure;
                if (unsure > 0)
                {
                    verdict.Doubts.Add($"[{plan.Seed}] {unsure} sides of session {session.Id} at d{session.DeviceId}: {session.InferredReason}; {session.OpenedAt:MM-dd HH:mm:ss.f} to {session.EndedAt:HH:mm:ss.f}, settled {session.SettledAt:HH:mm:ss.f}, reason {session.EndReason}");
                    verdict.Reasons[session.InferredReason ?? "(no reason)"] = verdict.Reasons.GetValueOrDefault(session.InferredReason ?? "(no reason)") + unsure;
                }
            }

            claimed.UnionWith(visits);
            told += visits.Sum(outside.GetValueOrDefault);
            Count(terminal, group[^1], visits, visits.Sum(Made), told, intervals);
        }

        foreach (var visit in terminal.Visits)
        {
            var shared = intervals.Undecidable([visit]);
            verdict.Undecidable += shared;
            verdict.Offline += visit.LocalId is null ? 0 : Made(visit) - shared;
        }

        // Visits that the ledger knows nothing of: an offline login that was refused, a session that was never answered.
        foreach (var visit in terminal.Visits.Except(claimed))
        {
            var (made, told) = (Made(visit), outside.GetValueOrDefault(visit));
            verdict.WalkUp += made;
            verdict.Right += Math.Min(made, told);
            verdict.Wrong += Math.Max(0, told - made);
            made = Math.Max(0, made - told);
            if (made > 0)
            {
                var hidden = Math.Min(made, intervals.Undecidable([visit]));
                verdict.Astray += hidden;
                verdict.NoOne += made - hidden;
                verdict.Differences.Add($"[{plan.Seed}] {visit.Tag} made {made}, {hidden} undecidable, and has no session ({visit.Refused ?? visit.LocalId ?? visit.Session}) at {visit.LoginAt:MM-dd HH:mm:ss}; rejected: {string.Join("; ", terminal.Rejected)}");
            }
        }
    }

    private static IEnumerable<LabVisit> VisitsOf(LabSession session, ILookup<string, LabVisit> bySession, Dictionary<string, LabVisit> byLocal) =>
        session.LocalId is { } local && byLocal.TryGetValue(local, out var offline) ? [offline] : bySession[session.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)];

    /// <summary>Sessions of one person shortly after each other, or with no reading between them, count together: whichever of them has a page, it is theirs.</summary>
    private static List<List<LabSession>> Stays(List<LabSession> sessions, Func<LabSession, IEnumerable<LabVisit>> visits, LabIntervals intervals)
    {
        List<List<LabSession>> stays = [];
        var last = new Dictionary<long, List<LabSession>>();
        foreach (var session in sessions)
        {
            if (last.TryGetValue(session.PersonId, out var stay)
                && (session.OpenedAt - (stay[^1].EndedAt ?? stay[^1].OpenedAt) < s_stay || (visits(stay[^1]).LastOrDefault() is { } before && visits(session).FirstOrDefault() is { } now && intervals.AreOne(before, now))))
            {
                stay.Add(session);
            }
            else
            {
                stays.Add(last[session.PersonId] = [session]);
            }
        }

        return stays;
    }

    private void Count(LabTerminal terminal, LabSession session, List<LabVisit> visits, long made, long told, LabIntervals intervals)
    {
        verdict.WalkUp += made;
        verdict.Right += Math.Min(made, told);
        if (made == told)
        {
            return;
        }

        var hidden = Math.Min(Math.Max(0, made - told), intervals.Undecidable(visits));
        verdict.Astray += hidden;
        var missing = Math.Max(0, made - told - hidden);
        var over = Math.Max(0, told - made);
        var foreign = intervals.AreAdrift(visits) ? over : Math.Min(over, intervals.Foreign(visits));
        verdict.NoOne += missing;
        verdict.Wrong += over - foreign;
        verdict.Differences.Add(
            $"[{plan.Seed}] session {session.Id} {string.Join('+', visits.Select(v => v.Tag))} at d{terminal.Device.Number}: made {made}, told {told}, undecidable {hidden}, of others undecidable {foreign}; {session.OpenedAt:MM-dd HH:mm:ss.f} to {session.EndedAt:HH:mm:ss.f}, settled {session.SettledAt:HH:mm:ss.f}, reason {session.EndReason}, {session.InferredReason ?? "exact"}");
    }

    /// <summary>What people have outside any session. Only receipts that name none give such pages: to the visits of such jobs as far as they lack some, else to the last visit before.</summary>
    private Dictionary<LabVisit, long> Outside(LabTerminal terminal, List<LabSession> sessions, LabIntervals intervals)
    {
        Dictionary<LabVisit, long> found = [];
        var told = sessions.Where(s => s.LocalId is not null).ToDictionary(s => s.LocalId!, s => sides[s.Id].Sum(x => x.Sides));
        var placeless = jobs.Where(j => j.Function == JobFunction.Copy && terminal.Reporter?.Placeless.ContainsKey(j.Id) == true).ToLookup(j => j.Who, j => (long)j.Impressions);
        var lacking = terminal.Visits.Where(v => placeless.Contains(v.Tag))
            .Select(v => (Visit: v, Sides: Math.Max(0, placeless[v.Tag].Sum() - (v.LocalId is { } local ? told.GetValueOrDefault(local) : 0)))).ToList();
        foreach (var row in loose.Where(r => r.Device == $"d{terminal.Device.Number}"))
        {
            verdict.Inferred += row.Exact ? 0 : row.Sides;
            var rest = row.Sides;
            for (var i = 0; i < lacking.Count && rest > 0; i++)
            {
                var (visit, open) = lacking[i];
                var part = visit.Person == row.Person ? Math.Min(open, rest) : 0;
                lacking[i] = (visit, open - part);
                found[visit] = found.GetValueOrDefault(visit) + part;
                rest -= part;
            }

            if (rest > 0 && (terminal.Visits.LastOrDefault(v => v.Person == row.Person && intervals.AreAdrift([v]))
                ?? terminal.Visits.LastOrDefault(v => v.Person == row.Person && v.CameAt <= times.True(row.At))) is { } last)
            {
                found[last] = found.GetValueOrDefault(last) + rest;
            }
            else if (rest > 0)
            {
                verdict.Wrong += rest;
                verdict.Differences.Add($"[{plan.Seed}] {row.Person} has {rest} sides at {row.Device} before ever being there ({row.At:MM-dd HH:mm:ss})");
            }
        }

        return found;
    }

    private long Made(LabVisit visit) => made[visit.Tag].Sum();

    private static async Task<List<Dictionary<string, object?>>> RowsAsync(ReportService reports, ReportPeriod period, string name)
    {
        var report = await reports.BuildAsync(new ReportRequest(name, period, ReportScope.Everything), default);
        List<Dictionary<string, object?>> rows = [];
        await foreach (var row in report.Rows)
        {
            rows.Add(report.Columns.Zip(row).ToDictionary(p => p.First.Name, p => p.Second));
        }

        return rows;
    }

    private async Task<List<T>> ListAsync<T>(string sql) => [.. await database.ReadAsync((c, _) => c.QueryAsync<T>(sql), default)];
}
