using CopyTrack.Server.Api;
using System.Collections.Immutable;
using CopyTrack.Accounting.Audit;
using CopyTrack.Accounting.Inventory;
using CopyTrack.Accounting.Meters;
using CopyTrack.Identity.Secrets;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Polling;
using CopyTrack.Server.Reports;
using CopyTrack.Server.Web.SignIn;
using CopyTrack.Server.Web.Tables;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace CopyTrack.Server.Web.Pages;

/// <summary>One device: how it is reached, what its counters said last, and whether the ledger holds it all.</summary>
internal sealed class DeviceModel(IDatabase database, DeviceRepository devices, InventoryRepository inventories, AuditRunner audit, MeterSpans spans,
    IDeviceReads reads, AuditLog log, WebQueries queries, TimeProvider time, Words words) : PageModel
{
    private const int ChangesShown = 20, ChangesOfFile = 10_000;

    public DeviceRow Device { get; private set; } = null!;
    public DeviceVerdict Balance { get; private set; } = null!;

    /// <summary>Sessions that are not settled yet.</summary>
    public IReadOnlyList<SessionView> Now { get; private set; } = [];

    /// <summary>Terminals beside it.</summary>
    public IReadOnlyList<TerminalView> Terminals { get; private set; } = [];
    public string? Profile { get; private set; }
    public DateTimeOffset? LastAt { get; private set; }
    public IReadOnlyList<(CounterKey Key, long? Value)> Counters { get; private set; } = [];
    public ImmutableArray<ProbeSplit> Splits { get; private set; } = [];
    public string? Told { get; private set; }
    public bool ToldGood { get; private set; }
    public ProbeReport? Inventory { get; private set; }
    public DateTimeOffset? InventoryAt { get; private set; }
    public IReadOnlyList<InventoryChangeRow> Changes { get; private set; } = [];
    public TableQuery MeterQuery => TableQuery.Of(Request, "m");
    public TableQuery ChangeQuery => TableQuery.Of(Request, "c");

    public string? Secret { get; private set; }

    public async Task<IActionResult> OnPostCredentialAsync(string name, CancellationToken cancellationToken)
    {
        string secret = MachineSecret.Generate(MachineSecret.DevicePrefix);
        if (!await devices.SetCredentialAsync(OrganisationRepository.DefaultId, name, MachineSecret.Hash(secret, MachineSecret.DevicePrefix), WebSession.Of(HttpContext)!.Actor, cancellationToken))
        {
            return NotFound();
        }

        Secret = secret;
        return await OnGetAsync(name, cancellationToken);
    }

    public async Task<IActionResult> OnPostRevokeCredentialAsync(string name, CancellationToken cancellationToken) =>
        await devices.SetCredentialAsync(OrganisationRepository.DefaultId, name, null, WebSession.Of(HttpContext)!.Actor, cancellationToken) ? await OnGetAsync(name, cancellationToken) : NotFound();

    public async Task<IActionResult> OnGetAsync(string name, CancellationToken cancellationToken)
    {
        if (await devices.FindAsync(OrganisationRepository.DefaultId, name, cancellationToken) is not { } device)
        {
            return NotFound();
        }

        Device = device;
        Now = await queries.NowAtAsync(device.Id, cancellationToken);
        Terminals = await queries.TerminalsAtAsync(device.Id, cancellationToken);
        Balance = await audit.DeviceAsync(device.Id, device.Name, full: false, cancellationToken);
        if (await LastAsync(device.Id, cancellationToken) is { } span)
        {
            Profile = span.Epoch.Set.Profile;
            LastAt = span.Last.ConfirmedAt;
            Splits = [.. Accounting.Ledger.Splits.Of(span.Epoch.Set).Select(s => new ProbeSplit(s.Function, s.Pages, s.Color, s.Size, s.Sides))];
            Counters = CountersOf(span);
        }

        if (await inventories.FindAsync(device.Id, cancellationToken) is { } row)
        {
            Inventory = ProbeReport.TryParse(row.Report);
            InventoryAt = row.ReadAt;
            Changes = await inventories.ChangesAsync(device.Id, ChangesShown, cancellationToken);
        }

        return Page();
    }

    /// <summary>What the counters said last, with the words of the API.</summary>
    public Task<IActionResult> OnGetMetersCsvAsync(string name, CancellationToken cancellationToken) => CsvAsync(name, "meters", ["function", "color", "size", "sides", "unit", "value"], async device =>
        (await LastAsync(device.Id, cancellationToken) is { } span ? CountersOf(span) : []).Select(c => (IEnumerable<string?>)
        [
            Reports.Words.Of(c.Key.Function), Reports.Words.Camel(c.Key.Color.ToString()), Reports.Words.Camel(c.Key.Size.ToString()), Reports.Words.Camel(c.Key.Sides.ToString()), Reports.Words.Of(c.Key.Unit), ReportText.Of(c.Value),
        ]), cancellationToken);

    /// <summary>What changed at the device, more of it than the page shows.</summary>
    public Task<IActionResult> OnGetChangesCsvAsync(string name, CancellationToken cancellationToken) => CsvAsync(name, "changes", ["at", "kind", "subject", "before", "after"], async device =>
        (await inventories.ChangesAsync(device.Id, ChangesOfFile, cancellationToken)).Select(c => (IEnumerable<string?>)
            [ReportText.Of(c.At), Reports.Words.Camel(((InventoryChangeKind)c.Kind).ToString()), c.Subject, c.Before, c.After]), cancellationToken);

    public async Task<IActionResult> OnPostReadAsync(string name, CancellationToken cancellationToken)
    {
        if (await devices.FindAsync(OrganisationRepository.DefaultId, name, cancellationToken) is not { } device)
        {
            return NotFound();
        }

        string actor = WebSession.Of(HttpContext)!.Actor;
        await database.WriteAsync(async (connection, ct) =>
        {
            await log.AddAsync(connection, OrganisationRepository.DefaultId, actor, "device.read", $"device:{device.Id}", null, null, ct);
            return true;
        }, cancellationToken);
        (ReadNow meters, string? fault) = await reads.NowAsync(device.Id, cancellationToken);
        (ToldGood, Told) = meters switch
        {
            ReadNow.Failed f => (false, words["Not read: {0}.", words[f.Reason]]),
            ReadNow.InSession => (true, words["Somebody works at it: its meters are read every few seconds anyway."]),
            ReadNow.Asked => (true, words["It is due, and will be read within the next minute."]),
            _ => (true, words["Read just now."]),
        };
        if (fault is not null && meters is not ReadNow.Failed)
        {
            (ToldGood, Told) = (false, $"{Told} {words["Its supplies were not read: {0}.", words[fault]]}");
        }

        return await OnGetAsync(name, cancellationToken);
    }

    private static (CounterKey Key, long? Value)[] CountersOf(MeterSpan span) => [.. span.Epoch.Set.Counters.Select(c => (c.Key, span.Last.Values[c.Index]))];

    /// <summary>The epoch in which the device counts now, with its last reading; null before the first.</summary>
    private async Task<MeterSpan?> LastAsync(long device, CancellationToken cancellationToken)
    {
        DateTimeOffset now = time.GetUtcNow();
        return (await database.ReadAsync((c, ct) => spans.OfAsync(c, device, new ReportPeriod(now, now.AddSeconds(1), null), ct), cancellationToken)).LastOrDefault();
    }

    private async Task<IActionResult> CsvAsync(string name, string file, string[] headings, Func<DeviceRow, Task<IEnumerable<IEnumerable<string?>>>> rows, CancellationToken cancellationToken)
    {
        if (await devices.FindAsync(OrganisationRepository.DefaultId, name, cancellationToken) is not { } device)
        {
            return NotFound();
        }

        await CsvAnswer.WriteAsync(Response, file, headings, (await rows(device)).ToAsyncEnumerable(), cancellationToken);
        return new EmptyResult();
    }
}
