using System.Collections.Immutable;
using CopyTrack.Accounting.Inventory;
using CopyTrack.Server.Data.Fleet;
using CopyTrack.Server.Reports;

namespace CopyTrack.Server.Fleet;

/// <summary>The fleet's lists as tables for download: devices, their supplies, agents, and the meter reads of a period. Each shows what its scope lets see.</summary>
internal sealed class FleetTables(FleetRepository fleet, FleetDevices devices, MeterReads reads, SupplyForecasts forecasts, FleetOptions options, TimeProvider time)
{
    private const int PageSize = 500;

    /// <summary>Names of the lists.</summary>
    public static readonly ImmutableArray<string> Names = ["devices", "supplies", "agents", "meter-reads"];

    /// <summary>The list of that name; null when there is none.</summary>
    public Report? Build(string name, FleetScope scope, ReportPeriod period, CancellationToken cancellationToken) => name switch
    {
        "devices" => Table(name, period, Devices(scope, cancellationToken),
            T("device"), T("site"), T("agent"), T("state"), T("maker"), T("model"), T("serial"), T("location"), T("summary"), T("errors"), At("firstSeenAt"), At("readingAt"), At("inventoryAt"), At("silentSince"), T("silentReason")),
        "supplies" => Table(name, period, Supplies(scope, cancellationToken), T("device"), T("site"), T("serial"), T("kind"), T("color"), T("description"), T("levelKind"), new("percent", ColumnKind.Count), At("runOutAt"), At("inventoryAt")),
        "agents" => Table(name, period, Agents(scope, cancellationToken),
            T("agent"), T("site"), T("state"), T("program"), At("lastSeenAt"), At("lastNewAt"), new("devices", ColumnKind.Count), new("waiting", ColumnKind.Count), new("missing", ColumnKind.Count), new("refused", ColumnKind.Count)),
        "meter-reads" => Table(name, period, Reads(scope, period, cancellationToken),
            T("device"), T("site"), T("serial"), At("firstAt"), At("lastAt"), new("first", ColumnKind.Count), new("last", ColumnKind.Count), new("delta", ColumnKind.Count), T("unit"), T("flags")),
        _ => null,
    };

    private static ReportColumn T(string name) => new(name, ColumnKind.Text);

    private static ReportColumn At(string name) => new(name, ColumnKind.Time);

    private static Report Table(string name, ReportPeriod period, IAsyncEnumerable<ImmutableArray<object?>> rows, params ImmutableArray<ReportColumn> columns) =>
        new() { Name = name, Period = period, Columns = columns, Rows = rows, TotalColumns = [], Totals = () => [.. columns.Select(_ => (object?)null)] };

    private async IAsyncEnumerable<FleetDeviceRow> AllAsync(FleetScope scope, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        IReadOnlyList<FleetDeviceRow> page = [];
        do
        {
            page = await devices.ListAsync(scope, page is [.., { } last] ? last.NameFolded : "", page is [.., { } end] ? end.AgentId : 0, PageSize, cancellationToken);
            foreach (var row in page)
            {
                yield return row;
            }
        }
        while (page.Count == PageSize);
    }

    private async IAsyncEnumerable<ImmutableArray<object?>> Devices(FleetScope scope, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var d in AllAsync(scope, cancellationToken))
        {
            var report = ProbeReport.TryParse(d.Report);
            yield return
            [
                d.Name, d.Site, d.Agent, Freshness.Of(d, options, time.GetUtcNow()), report?.Identity.Maker, report?.Identity.Model, d.Serial, report?.Identity.Location ?? d.Location, report?.Status.Summary,
                report is null ? null : string.Join(' ', report.Status.Errors), d.FirstSeenAt, d.ReadingAt, d.InventoryAt, d.SilentSince, d.SilentReason,
            ];
        }
    }

    private async IAsyncEnumerable<ImmutableArray<object?>> Supplies(FleetScope scope, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var today = SupplyForecasts.DayOf(time.GetUtcNow());
        await foreach (var d in AllAsync(scope, cancellationToken))
        {
            var ends = await forecasts.OfAsync([d.DeviceId], today, cancellationToken);
            foreach (var s in ProbeReport.TryParse(d.Report)?.Supplies ?? [])
            {
                yield return [d.Name, d.Site, d.Serial, s.Kind, s.Color, s.Description, s.LevelKind, (long?)s.Percent, ends.GetValueOrDefault((d.DeviceId, s.Index))?.RunsOutAt(today), d.InventoryAt];
            }
        }
    }

    private async IAsyncEnumerable<ImmutableArray<object?>> Agents(FleetScope scope, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var a in await fleet.AgentsAsync(scope, cancellationToken))
        {
            yield return [a.Name, a.Site, Freshness.Of(a, options, time.GetUtcNow()), a.Program, a.LastSeenAt, a.LastNewAt, a.Devices, a.Waiting, a.Missing, a.Refused];
        }
    }

    private async IAsyncEnumerable<ImmutableArray<object?>> Reads(FleetScope scope, ReportPeriod period, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var r in await reads.BuildAsync(scope, period, time.GetUtcNow(), cancellationToken))
        {
            yield return [r.Device, r.Site, r.Serial, r.FirstAt, r.LastAt, r.First, r.Last, r.Delta, r.Unit, string.Join(' ', r.Flags)];
        }
    }
}
