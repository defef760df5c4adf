using System.Globalization;
using System.Text.Json.Nodes;
using CopyTrack.MfpSimulator.Meters;
using CopyTrack.MfpSimulator.Truths;

namespace CopyTrack.Integration.Office;

/// <summary>What a day came to: the server's reports beside the truth of the simulator.</summary>
internal sealed record OfficeVerdict
{
    /// <summary>Visits whose login came through.</summary>
    public int Sessions { get; init; }

    /// <summary>Sides that people truly copied.</summary>
    public long WalkUpPages { get; set; }

    /// <summary>Of them, those that stand under the person who made them.</summary>
    public long Right { get; set; }

    /// <summary>Pages that no meter can tell apart: they moved after the next person had not waited for the counters. Both sides are marked inferred.</summary>
    public long Undecidable { get; set; }

    /// <summary>Attributed pages that are not exact, on devices that count their functions.</summary>
    public long Inferred { get; set; }

    /// <summary>Attributed pages on devices that count nothing but a total; all are inferred.</summary>
    public long TotalOnly { get; set; }

    /// <summary>Pages metered on all devices, each in its unit.</summary>
    public long Metered { get; set; }

    /// <summary>Pages that stand in no entry.</summary>
    public long Unexplained { get; set; }

    /// <summary>Sides copied past the panel's lock.</summary>
    public long Bypassed { get; set; }

    /// <summary>What was inferred, by reason.</summary>
    public SortedDictionary<string, long> Reasons { get; } = [];

    /// <summary>Pages that belong to no one, by cause.</summary>
    public SortedDictionary<string, long> Causes { get; } = [];

    /// <summary>Alerts by kind.</summary>
    public SortedDictionary<string, int> Alerts { get; } = [];

    /// <summary>Each pair of sessions with undecidable pages.</summary>
    public List<string> UndecidableList { get; } = [];

    /// <summary>What is wrong; empty for a good day.</summary>
    public List<string> Faults { get; } = [];

    /// <summary>Share of walk-up pages that are inferred.</summary>
    public double InferredShare => (double)(Inferred + TotalOnly) / Math.Max(1, WalkUpPages);

    /// <summary>One line of figures.</summary>
    public string Line => string.Create(CultureInfo.InvariantCulture,
        $"sessions {Sessions}, walk-up pages {WalkUpPages}, right {Right}, undecidable {Undecidable}, inferred {Inferred} and {TotalOnly} on total-only devices ({InferredShare:P2}), metered {Metered}, unexplained {Unexplained}, bypassed {Bypassed}, faults {Faults.Count}");
}

/// <summary>Compares the reports with the truth.</summary>
internal sealed class OfficeJudge(OfficeServer server, OfficeDatabase database, OfficeSite site, IReadOnlyList<OfficeDesk> desks, IReadOnlyList<OfficeAlert> alerts)
{
    private Truth Truth => site.Simulator.Truth;

    /// <summary>The verdict on the day as it stands now.</summary>
    public async Task<OfficeVerdict> JudgeAsync()
    {
        var verdict = new OfficeVerdict { Sessions = desks.Sum(d => d.Visits.Count(v => v.Session is not null)) };
        verdict.Faults.AddRange(desks.SelectMany(d => d.Faults));
        await AuditAsync(verdict);
        await MetersAsync(verdict);
        await CoverageAsync(verdict);
        await PeopleAsync(verdict);
        await SessionsAsync(verdict);
        return verdict;
    }

    private async Task AuditAsync(OfficeVerdict verdict)
    {
        var audit = JsonNode.Parse(await server.RunAsync(["audit", "--full", "--format", "json"], 1))!;
        if (!(bool)audit["ok"]!)
        {
            verdict.Faults.Add("audit: " + string.Join("; ", audit["devices"]!.AsArray().SelectMany(d => d!["violations"]!.AsArray()).Select(v => v!.ToString())));
        }

        foreach (var epoch in audit["devices"]!.AsArray().SelectMany(d => d!["epochs"]!.AsArray().Select(e => (Device: d, Epoch: e!))))
        {
            if ((long)epoch.Epoch["difference"]! != 0)
            {
                verdict.Faults.Add($"audit: {epoch.Device["device"]} metered {epoch.Epoch["metered"]}, ledger {epoch.Epoch["ledger"]}");
            }
        }
    }

    private async Task MetersAsync(OfficeVerdict verdict)
    {
        foreach (var row in await RowsAsync("meters"))
        {
            var desk = desks.Single(d => d.Name == (string)row["key"]!);
            var truth = Truth.Sum(new TruthFilter { Device = desk.Device.Number });
            var unit = (string)row["unit"]!;
            // Parts of normal size in impressions and large ones in equivalents: together equivalents.
            var expected = unit is "equivalents" or "mixed" ? truth.Equivalents : truth.Impressions;
            if ((long)row["delta"]! != expected)
            {
                verdict.Faults.Add($"meters: {desk.Name} moved by {row["delta"]} {unit}, truly {expected}");
            }

            if (unit == "impressions" && !desk.Device.ReadCounters().Values.Contains((long)row["last"]!))
            {
                verdict.Faults.Add($"meters: {desk.Name} ends at {row["last"]}, which no counter of it shows");
            }

            verdict.Metered += (long)row["delta"]!;
        }
    }

    private async Task CoverageAsync(OfficeVerdict verdict)
    {
        foreach (var row in await RowsAsync("coverage"))
        {
            var desk = desks.Single(d => d.Name == (string)row["key"]!);
            verdict.Unexplained += (long)row["unexplained"]!;
            foreach (var (cause, pages) in row["explained"]!.AsObject())
            {
                verdict.Causes[cause] = verdict.Causes.GetValueOrDefault(cause) + (long)pages!;
            }

            var truth = Truth.Sum(new TruthFilter { Device = desk.Device.Number, Bypass = true });
            verdict.Bypassed += truth.Impressions;
            var told = alerts.Where(a => a.Device == desk.Name && Kind(a) == "panelBypass").Sum(a => long.Parse((string)JsonNode.Parse(a.Payload)!["impressions"]!, CultureInfo.InvariantCulture));
            var expected = desk.TotalOnly ? 0 : truth.Impressions;
            var booked = (long?)row["explained"]!["panelBypass"] ?? 0;
            if (told != expected || booked != (desk.TotalOnly ? 0 : (string)row["unit"]! is "equivalents" or "mixed" ? truth.Equivalents : truth.Impressions))
            {
                verdict.Faults.Add($"bypass: {desk.Name} truly {expected}, alerts {told}, booked {booked} {row["unit"]}");
            }
        }

        if (verdict.Unexplained != 0)
        {
            verdict.Faults.Add($"coverage: {verdict.Unexplained} unexplained");
        }

        foreach (var alert in alerts)
        {
            verdict.Alerts[Kind(alert)] = verdict.Alerts.GetValueOrDefault(Kind(alert)) + 1;
        }
    }

    /// <summary>The report of persons beside the truth, person by person; pages that can't be told apart are left to the sessions.</summary>
    private async Task PeopleAsync(OfficeVerdict verdict)
    {
        var rows = (await RowsAsync("users")).Where(r => r["key"] is not null).ToDictionary(r => (string)r["key"]!);
        foreach (var visits in desks.SelectMany(d => d.Visits).GroupBy(v => v.Person))
        {
            var truth = visits.Sum(v => Made(v).Pages);
            var row = rows.GetValueOrDefault(visits.Key);
            var told = (long?)row?["impressions"] ?? 0;
            verdict.WalkUpPages += truth;
            verdict.Right += Math.Min(truth, told);
            var scans = visits.Sum(v => Made(v).Scans);
            if (((long?)row?["scans"] ?? 0) != scans)
            {
                verdict.Faults.Add($"scans: {visits.Key} {row?["scans"]}, truly {scans}");
            }
        }
    }

    private async Task SessionsAsync(OfficeVerdict verdict)
    {
        var ledger = (await RowsAsync("jobs")).Where(r => r["session"] is not null).ToLookup(r => (string)r["session"]!);
        var kept = await database.SessionsAsync();
        var desk = desks.ToDictionary(d => d.Name);
        foreach (var session in kept)
        {
            var unsure = ledger[session.Id].Where(r => (string)r["confidence"]! != "exact").Sum(r => (long)r["impressions"]!);
            if (desk[session.Device].TotalOnly)
            {
                verdict.TotalOnly += unsure;
            }
            else if (unsure != 0)
            {
                verdict.Inferred += unsure;
                var reason = session.InferredReason ?? "(no reason)";
                verdict.Reasons[reason] = verdict.Reasons.GetValueOrDefault(reason) + unsure;
            }
        }

        foreach (var device in kept.GroupBy(s => s.Device))
        {
            Device(verdict, desk[device.Key], [.. device], ledger);
        }

        if (verdict.Reasons.ContainsKey("(no reason)"))
        {
            verdict.Faults.Add("inferred without a reason");
        }
    }

    /// <summary>Session by session; a difference that the next session makes up for, both marked inferred, could not be decided.</summary>
    private void Device(OfficeVerdict verdict, OfficeDesk desk, IReadOnlyList<KeptSession> sessions, ILookup<string, JsonObject> ledger)
    {
        var visits = desk.Visits.Where(v => v.Session is not null).ToLookup(v => v.Session!);
        long carried = 0;
        for (var i = 0; i < sessions.Count; i++)
        {
            var session = sessions[i];
            var (pages, scans) = visits[session.Id].Select(Made).Aggregate((Pages: 0L, Scans: 0L), (a, b) => (a.Pages + b.Pages, a.Scans + b.Scans));
            var difference = ledger[session.Id].Sum(r => (long)r["impressions"]!) - pages;
            var late = carried != 0 && difference == -carried && session.InferredReason is not null && sessions[i - 1].InferredReason is not null;
            if (late)
            {
                if (session.User != sessions[i - 1].User)
                {
                    verdict.Undecidable += Math.Abs(carried);
                    verdict.UndecidableList.Add($"{Math.Abs(carried)} of {sessions[i - 1].User} ({sessions[i - 1].Id}) under {session.User} ({session.Id}) at {desk.Name}, handed over {session.OpenedAt:HH:mm:ss.fff}");
                }

                carried = 0;
                continue;
            }

            if (carried != 0)
            {
                verdict.Faults.Add(Text(sessions[i - 1], carried, desk));
            }

            carried = difference;
        }

        if (carried != 0)
        {
            verdict.Faults.Add(Text(sessions[^1], carried, desk));
        }
    }

    private string Text(KeptSession session, long difference, OfficeDesk desk)
    {
        var jobs = string.Join(", ", Truth.Jobs.Where(j => j.Device == desk.Device.Number && j.At >= session.OpenedAt.AddSeconds(-15) && j.At <= (session.SettledAt ?? session.OpenedAt).AddSeconds(5))
            .Select(j => $"{j.Function} {j.Impressions}p {j.Originals}o {j.At:HH:mm:ss.f}-{j.LastPageAt:HH:mm:ss.f} {j.End} {j.Who}"));
        return $"session {session.Id} of {session.User} at {desk.Name}: {difference:+#;-#} pages; opened {session.OpenedAt:HH:mm:ss.fff}, ended {session.EndedAt:HH:mm:ss.fff} ({session.EndReason}), settled {session.SettledAt:HH:mm:ss.fff}, {session.InferredReason ?? "exact"}; jobs: {jobs}";
    }

    private (long Pages, long Scans) Made(Visit visit) => (
        Truth.Sum(new TruthFilter { Who = visit.Tag, Function = JobFunction.Copy }).Impressions, Truth.Sum(new TruthFilter { Who = visit.Tag, Function = JobFunction.Scan }).Originals);

    private static string Kind(OfficeAlert alert) => (string?)JsonNode.Parse(alert.Payload)!["kind"] ?? "";

    private async Task<List<JsonObject>> RowsAsync(string report) =>
        [.. JsonNode.Parse(await server.RunAsync(["report", report, "--format", "json"]))!["rows"]!.AsArray().Select(r => r!.AsObject())];
}
