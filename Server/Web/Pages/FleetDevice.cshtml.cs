using System.Collections.Immutable;
using System.Globalization;
using CopyTrack.Accounting.Inventory;
using CopyTrack.Accounting.Meters;
using CopyTrack.Server.Alerts;
using CopyTrack.Server.Api;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Alerts;
using CopyTrack.Server.Data.Fleet;
using CopyTrack.Server.Data.Journal;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Fleet;
using CopyTrack.Server.Reports;
using CopyTrack.Server.Web.Charts;
using CopyTrack.Server.Web.Language;
using CopyTrack.Server.Web.SignIn;
using CopyTrack.Server.Web.Site;
using CopyTrack.Server.Web.Tables;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace CopyTrack.Server.Web.Pages;

/// <summary>One metered device for those who may see it: what it is, how it stands, when its supplies run out, its counters and readings, its pages of a year.</summary>
internal sealed class FleetDeviceModel(FleetDevices devices, FleetReadings readings, FleetScopes scopes, SupplyForecasts forecasts, InventoryRepository inventories, AlertRepository alerts, MeterSwaps swaps, FleetOptions options, ReportOptions reports, Words words, TimeProvider time) : PageModel
{
    private const int Months = 13, LevelDays = 92, MostLines = 8, MostAlerts = 20, MostColumns = 8;

    public FleetDeviceRow Row { get; private set; } = null!;
    public ProbeReport? Report { get; private set; }
    public IReadOnlyDictionary<(long DeviceId, string Supply), SupplyForecast> Ends { get; private set; } = new Dictionary<(long, string), SupplyForecast>();
    public Chart? Pages { get; private set; }

    /// <summary>How full supplies were on the days of three months; null before the second day.</summary>
    public Chart? Levels { get; private set; }

    /// <summary>Alerts of this device that go on.</summary>
    public IReadOnlyList<AlertRow> Alerts { get; private set; } = [];

    /// <summary>What the counters said last, and when; empty before the first reading.</summary>
    public IReadOnlyList<(CounterKey Key, long? Value)> Counters { get; private set; } = [];
    public DateTimeOffset? CountedAt { get; private set; }

    /// <summary>Readings, the newest first, and the counters that are shown of them.</summary>
    public IReadOnlyList<FleetReading> Readings { get; private set; } = [];
    public IReadOnlyList<CounterKey> Shown { get; private set; } = [];

    /// <summary>Where the next page of readings begins; null without one.</summary>
    public string? Next { get; private set; }
    public TableQuery MeterQuery => TableQuery.Of(Request, "m");
    public TableQuery ReadingQuery => TableQuery.Of(Request, "r");
    public AlertSentences Sentences { get; } = new(new ReportWords(words), reports.TimeZone);

    /// <summary>Offsets of its meters; null where there are none and nobody here may enter any.</summary>
    public OffsetsView? Offsets { get; private set; }

    /// <summary>True for administrators: others look.</summary>
    public bool MayChange => WebCaller.Of(HttpContext).May(Access.Administration);

    public int Today => SupplyForecasts.DayOf(time.GetUtcNow());

    public string State => Freshness.Of(Row, options, time.GetUtcNow());

    public async Task<IActionResult> OnGetAsync(string? name, CancellationToken cancellationToken)
    {
        if (await scopes.OfAsync(WebCaller.Of(HttpContext).Scope, cancellationToken) is not { } scope || await devices.OneAsync(scope, name ?? "", cancellationToken) is not { } row)
        {
            return NotFound();
        }

        Row = row;
        Report = ProbeReport.TryParse(row.Report);
        Ends = await forecasts.OfAsync([row.DeviceId], Today, cancellationToken);
        DateOnly today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(time.GetUtcNow(), reports.TimeZone).DateTime);
        int last = ChangeSet.MonthOf(today), first = last - Months + 1;
        Dictionary<long, DeviceMonthRow> months = (await devices.MonthsAsync(scope.OrgId, row.DeviceId, first, last, cancellationToken)).ToDictionary(m => m.Month);
        if (months.Count > 0)
        {
            int[] all = [.. Enumerable.Range(first, Months)];
            Pages = new Chart
            {
                Title = words["Pages by month"], Along = words["Month"], Labels = [.. all.Select(m => words.Month(new DateOnly(m / 12, (m % 12) + 1, 1)))],
                Series = [new ChartSeries(words["Pages"], [.. all.Select(m => (double?)months.GetValueOrDefault(m)?.Impressions)]), new ChartSeries(words["Colour"], [.. all.Select(m => (double?)months.GetValueOrDefault(m)?.Color)])],
            };
        }

        Levels = LevelsOf(await inventories.LevelsAsync([row.DeviceId], SupplyTrend.SupplyKind, Today - LevelDays, cancellationToken));
        Alerts = await alerts.ListAsync(scope, new AlertQuestion(Going: true, DeviceId: row.DeviceId), long.MaxValue, MostAlerts, cancellationToken);
        await CountAsync(row.DeviceId, cancellationToken);
        DeviceOffsets known = await swaps.OfAsync(row.DeviceId, cancellationToken);
        Offsets = known.Swaps.Count + known.Entered.Count > 0 || (MayChange && Counters.Count > 0) ? new OffsetsView(row.Name, known, MayChange, null, false) : null;
        return Page();
    }

    /// <summary>Enters offsets: of a swap that was seen, without figures as the ledger reckons them, or for a time by the clocks of the installation.</summary>
    public async Task<IActionResult> OnPostOffsetAsync(string? name, long? epoch, string? at, string? reason, long? pages, long? mono, long? color, long? scans, long? faxes, CancellationToken cancellationToken)
    {
        if (!MayChange)
        {
            return Forbid();
        }

        IActionResult page = await OnGetAsync(name, cancellationToken);
        if (page is NotFoundResult)
        {
            return page;
        }

        string? fault = ModelState.IsValid ? await swaps.EnterAsync(
            OrganisationRepository.DefaultId, Row.DeviceId,
            new OffsetEntry(epoch, TimeOf(at), reason, BilledCounter.All.Select(c => c.Name).Zip([pages, mono, color, scans, faxes]).Where(f => f.Second is not null).ToImmutableDictionary(f => f.First, f => f.Second!.Value)),
            WebSession.Of(HttpContext)!.Actor, cancellationToken) : "an offset is a whole number of pages, scans or faxes";
        Offsets = new OffsetsView(Row.Name, await swaps.OfAsync(Row.DeviceId, cancellationToken), MayChange, fault is null ? words["The offset counts from now on in the meter reads."] : words["Not entered: {0}.", words[fault]], fault is null);
        return page;
    }

    /// <summary>The text of a place where counters began anew, by the ledger's reason.</summary>
    public static string SwapOf(string reason) => reason switch
    {
        "counters fell" => Words.Key("counters fell"),
        "serial number changed" => Words.Key("another serial number"),
        "other base counters" => Words.Key("other counters"),
        _ => reason,
    };

    /// <summary>The text of a figure of the meter reads.</summary>
    public static string FigureOf(string counter) => counter switch
    {
        "pages" => Words.Key("Pages"),
        "mono" => Words.Key("Mono"),
        "color" => Words.Key("Colour"),
        "scans" => Words.Key("Scans"),
        "faxes" => Words.Key("Faxes sent"),
        _ => counter,
    };

    private DateTimeOffset? TimeOf(string? text) =>
        DateTime.TryParseExact(text, ["yyyy-MM-dd'T'HH:mm", "yyyy-MM-dd'T'HH:mm:ss"], CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTime local) && local.Year is >= 1970 and < 9999
            ? new DateTimeOffset(local, reports.TimeZone.GetUtcOffset(local)).ToUniversalTime() : null;

    private async Task CountAsync(long deviceId, CancellationToken cancellationToken)
    {
        DateTimeOffset now = time.GetUtcNow();
        if (await readings.NewestAsync(deviceId, now.AddDays(1), 1, cancellationToken) is not [{ } newest])
        {
            return;
        }

        Counters = [.. newest.Values];
        CountedAt = newest.Row.ConfirmedAt;
        Shown = [.. DeviceTexts.MainOnes(Counters, c => c.Key).Select(c => c.Key).Take(MostColumns)];
        // Readings of one instant stand on one page, or the older ones of them are left out: a device gives one in a second at most.
        DateTimeOffset before = long.TryParse(ReadingQuery.After, NumberStyles.None, CultureInfo.InvariantCulture, out long micros) && micros <= now.AddDays(1).ToMicros() ? Instant.FromMicros(micros) : now.AddDays(1);
        IReadOnlyList<FleetReading> found = await readings.NewestAsync(deviceId, before, TableQuery.PageSize + 1, cancellationToken);
        Readings = [.. found.Take(TableQuery.PageSize)];
        Next = found.Count > TableQuery.PageSize ? Readings[^1].Row.At.ToMicros().ToString(CultureInfo.InvariantCulture) : null;
    }

    private Chart? LevelsOf(IReadOnlyList<SupplyDayRow> rows)
    {
        if (rows.Count == 0 || rows.Max(r => r.Day) == rows.Min(r => r.Day))
        {
            return null;
        }

        int[] days = [.. Enumerable.Range((int)rows.Min(r => r.Day), (int)(rows.Max(r => r.Day) - rows.Min(r => r.Day)) + 1)];
        return new Chart
        {
            Title = words["Levels of supplies in per cent"], Along = words["Day"], Labels = [.. days.Select(d => words.ShortDay(DateOnly.FromDayNumber(d)))],
            Series =
            [
                .. rows.GroupBy(r => r.Supply).Take(MostLines).Select(s =>
                {
                    Dictionary<long, long> levels = s.ToDictionary(l => l.Day, l => l.Percent);
                    return new ChartSeries(DeviceWords.Name(new ReportWords(words), SupplyNames.Of(Report, SupplyTrend.SupplyKind, s.Key)), [.. days.Select(d => levels.TryGetValue(d, out long percent) ? (double?)percent : null)], ChartForm.Line);
                }),
            ],
        };
    }
}

/// <summary>Offsets of a device's meters as its page shows them, and what came of entering one.</summary>
internal sealed record OffsetsView(string Device, DeviceOffsets Known, bool MayChange, string? Told, bool ToldGood);
