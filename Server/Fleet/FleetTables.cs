using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using CopyTrack.Accounting.Inventory;
using CopyTrack.Server.Data.Fleet;
using CopyTrack.Server.Reports;

namespace CopyTrack.Server.Fleet;

/// <summary>A row of a list of the fleet, and its place in the list of devices; null for a list that has no pages.</summary>
internal sealed record FleetCells(ImmutableArray<object?> Cells, FleetPlace? Place);

/// <summary>The fleet's lists as tables for pages and files: devices, their supplies, agents, and the meter reads of a period. Each shows what its scope lets see, and is read as it is written out.</summary>
internal sealed class FleetTables(FleetRepository fleet, FleetDevices devices, MeterReads reads, SupplyForecasts forecasts, FleetOptions options, TimeProvider time)
{
    // A file asks so seldom that looking for a text through all devices each time costs little.
    private const int PageSize = 2000, SuppliesOfOne = 4;

    /// <summary>Names of the lists.</summary>
    public static readonly ImmutableArray<string> Names = ["devices", "supplies", "agents", "meter-reads"];

    /// <summary>What is asked by the texts of an address; what they say wrongly narrows nothing.</summary>
    public FleetQuestion Question(string? find, string? state) => new(
        string.IsNullOrWhiteSpace(find) ? null : find.Trim(), FleetQuestion.States.Contains(state) ? state : null, time.GetUtcNow() - options.Stale);

    /// <summary>The list of that name; null when there is none.</summary>
    public Report? Build(string name, FleetScope scope, FleetQuestion question, ReportPeriod period, CancellationToken cancellationToken) => ColumnsOf(name) is { IsDefault: false } columns
        ? new Report
        {
            Name = name, Period = period, Columns = columns, TotalColumns = [], Totals = () => [.. columns.Select(_ => (object?)null)],
            Rows = CellsOf(RowsAsync(name, scope, question, period, FleetPlace.Start, PageSize, cancellationToken)),
        }
        : null;

    /// <summary>The rows of a list of that name behind a place, as they are read: <paramref name="atOnce"/> devices at a time.</summary>
    public IAsyncEnumerable<FleetCells> RowsAsync(string name, FleetScope scope, FleetQuestion question, ReportPeriod period, FleetPlace after, int atOnce, CancellationToken cancellationToken) => name switch
    {
        "devices" => Devices(scope, question, after, atOnce, cancellationToken),
        // Each has some.
        "supplies" => Supplies(scope, question, after, Math.Max(1, atOnce / SuppliesOfOne), cancellationToken),
        "agents" => Agents(scope, cancellationToken),
        _ => Reads(scope, question, period, after, atOnce, cancellationToken),
    };

    /// <summary>The columns of a list; default when there is none of that name.</summary>
    public static ImmutableArray<ReportColumn> ColumnsOf(string name) => name switch
    {
        "devices" =>
        [
            T("device"), T("site"), T("agent"), T("state"), T("maker"), T("model"), T("serial"), T("location"), T("summary"), T("errors"), At("firstSeenAt"), At("readingAt"), At("inventoryAt"), At("silentSince"), T("silentReason"),
            T("address"), T("hostName"), T("macAddress"), T("firmware"),
        ],
        "supplies" => [T("device"), T("site"), T("serial"), T("kind"), T("color"), T("description"), T("levelKind"), N("percent"), At("runOutAt"), At("inventoryAt")],
        "agents" => [T("agent"), T("site"), T("state"), T("program"), At("lastSeenAt"), At("lastNewAt"), N("devices"), N("waiting"), N("missing"), N("refused")],
        "meter-reads" =>
        [
            T("device"), T("site"), T("serial"), At("firstAt"), At("lastAt"), N("first"), N("last"), N("delta"), T("unit"), T("flags"), N("firstOffset"), N("lastOffset"), N("monoFirst"), N("monoLast"), N("monoDelta"),
            N("colorFirst"), N("colorLast"), N("colorDelta"), N("scansFirst"), N("scansLast"), N("scansDelta"), N("faxesFirst"), N("faxesLast"), N("faxesDelta"),
            N("monoFirstOffset"), N("monoLastOffset"), N("colorFirstOffset"), N("colorLastOffset"), N("scansFirstOffset"), N("scansLastOffset"), N("faxesFirstOffset"), N("faxesLastOffset"),
        ],
        _ => default,
    };

    private static ReportColumn T(string name) => new(name, ColumnKind.Text);

    private static ReportColumn At(string name) => new(name, ColumnKind.Time);

    private static ReportColumn N(string name) => new(name, ColumnKind.Count);

    private static async IAsyncEnumerable<ImmutableArray<object?>> CellsOf(IAsyncEnumerable<FleetCells> rows)
    {
        await foreach (var row in rows)
        {
            yield return row.Cells;
        }
    }

    private async IAsyncEnumerable<IReadOnlyList<FleetDeviceRow>> PagesAsync(FleetScope scope, FleetQuestion question, FleetPlace after, int atOnce, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        IReadOnlyList<FleetDeviceRow> page;
        do
        {
            page = await devices.ListAsync(scope, question, after, atOnce, cancellationToken);
            if (page is [.., { } last])
            {
                after = FleetPlace.Behind(last);
                yield return page;
            }
        }
        while (page.Count == atOnce);
    }

    private async IAsyncEnumerable<FleetCells> Devices(FleetScope scope, FleetQuestion question, FleetPlace after, int atOnce, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var page in PagesAsync(scope, question, after, atOnce, cancellationToken))
        {
            foreach (var d in page)
            {
                var report = ProbeReport.TryParse(d.Report);
                yield return new FleetCells(
                    [
                        d.Name, d.Site, d.Agent, Freshness.Of(d, options, time.GetUtcNow()), report?.Identity.Maker, report?.Identity.Model, d.Serial, report?.Identity.Location ?? d.Location, report?.Status.Summary,
                        report is null ? null : string.Join(' ', report.Status.Errors), d.FirstSeenAt, d.ReadingAt, d.InventoryAt, d.SilentSince, d.SilentReason,
                        d.Address, report?.Identity.HostName, report?.Identity.MacAddress, report?.Identity.Firmware,
                    ],
                    FleetPlace.Behind(d));
            }
        }
    }

    private async IAsyncEnumerable<FleetCells> Supplies(FleetScope scope, FleetQuestion question, FleetPlace after, int atOnce, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var today = SupplyForecasts.DayOf(time.GetUtcNow());
        await foreach (var page in PagesAsync(scope, question, after, atOnce, cancellationToken))
        {
            var ends = await forecasts.OfAsync([.. page.Select(d => d.DeviceId).Distinct()], today, cancellationToken);
            foreach (var d in page)
            {
                foreach (var s in ProbeReport.TryParse(d.Report)?.Supplies ?? [])
                {
                    yield return new FleetCells(
                        [d.Name, d.Site, d.Serial, s.Kind, s.Color, s.Description, s.LevelKind, (long?)s.Percent, ends.GetValueOrDefault((d.DeviceId, s.Index))?.RunsOutAt(today), d.InventoryAt], FleetPlace.Behind(d));
                }
            }
        }
    }

    private async IAsyncEnumerable<FleetCells> Agents(FleetScope scope, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var a in await fleet.AgentsAsync(scope, cancellationToken))
        {
            yield return new FleetCells([a.Name, a.Site, Freshness.Of(a, options, time.GetUtcNow()), a.Program, a.LastSeenAt, a.LastNewAt, a.Devices, a.Waiting, a.Missing, a.Refused], null);
        }
    }

    private async IAsyncEnumerable<FleetCells> Reads(FleetScope scope, FleetQuestion question, ReportPeriod period, FleetPlace after, int atOnce, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var (row, r) in reads.AllAsync(scope, question, period, after, time.GetUtcNow(), atOnce, cancellationToken))
        {
            yield return new FleetCells(
                [
                    r.Device, r.Site, r.Serial, r.FirstAt, r.LastAt, r.First, r.Last, r.Delta, r.Unit, string.Join(' ', r.Flags), r.FirstOffset, r.LastOffset, .. Of(r.Mono), .. Of(r.Color), .. Of(r.Scans), .. Of(r.Faxes),
                    .. Offsets(r.Mono), .. Offsets(r.Color), .. Offsets(r.Scans), .. Offsets(r.Faxes),
                ],
                FleetPlace.BehindDevice(row));
        }

        static object?[] Of(MeterPart? part) => [part?.First, part?.Last, part?.Delta];

        static object?[] Offsets(MeterPart? part) => [part?.FirstOffset, part?.LastOffset];
    }
}
