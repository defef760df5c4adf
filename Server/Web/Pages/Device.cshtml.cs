using System.Collections.Immutable;
using System.Globalization;
using CopyTrack.Accounting.Audit;
using CopyTrack.Accounting.Inventory;
using CopyTrack.Identity.Secrets;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Polling;
using CopyTrack.Server.Reports;
using CopyTrack.Server.Web.SignIn;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace CopyTrack.Server.Web.Pages;

/// <summary>One device: how it is reached, what its counters said last, and whether the ledger holds it all.</summary>
internal sealed class DeviceModel(IDatabase database, DeviceRepository devices, InventoryRepository inventories, AuditRunner audit, MeterSpans spans,
    IDeviceReads reads, AuditLog log, ReportOptions options, TimeProvider time) : PageModel
{
    public DeviceRow Device { get; private set; } = null!;
    public DeviceVerdict Balance { get; private set; } = null!;
    public string? Profile { get; private set; }
    public string? LastAt { get; private set; }
    public IReadOnlyList<(string Name, string Unit, long? Value)> Counters { get; private set; } = [];
    public ImmutableArray<ProbeSplit> Splits { get; private set; } = [];
    public string? Told { get; private set; }
    public bool ToldGood { get; private set; }
    public ProbeReport? Inventory { get; private set; }
    public string? InventoryAt { get; private set; }
    public IReadOnlyList<(string At, string Text)> Changes { get; private set; } = [];

    public string? Secret { get; private set; }

    public async Task<IActionResult> OnPostCredentialAsync(string name, CancellationToken cancellationToken)
    {
        string secret = MachineSecret.Generate(MachineSecret.DevicePrefix);
        if (!await devices.SetCredentialAsync(OrganisationRepository.DefaultId, name, MachineSecret.Hash(secret, MachineSecret.DevicePrefix), $"web:{User.Identity?.Name}", cancellationToken))
        {
            return NotFound();
        }

        Secret = secret;
        Response.Headers.CacheControl = "no-store";
        return await OnGetAsync(name, cancellationToken);
    }

    public async Task<IActionResult> OnPostRevokeCredentialAsync(string name, CancellationToken cancellationToken) =>
        await devices.SetCredentialAsync(OrganisationRepository.DefaultId, name, null, $"web:{User.Identity?.Name}", cancellationToken) ? await OnGetAsync(name, cancellationToken) : NotFound();

    public async Task<IActionResult> OnGetAsync(string name, CancellationToken cancellationToken)
    {
        if (await devices.FindAsync(OrganisationRepository.DefaultId, name, cancellationToken) is not { } device)
        {
            return NotFound();
        }

        Device = device;
        Balance = await audit.DeviceAsync(device.Id, device.Name, full: false, cancellationToken);
        DateTimeOffset now = time.GetUtcNow();
        List<MeterSpan> all = await database.ReadAsync((c, ct) => spans.OfAsync(c, device.Id, new ReportPeriod(now, now.AddSeconds(1), null), ct), cancellationToken);
        if (all is [.., var span])
        {
            Profile = span.Epoch.Set.Profile;
            LastAt = Local(span.Last.ConfirmedAt);
            Splits = [.. Accounting.Ledger.Splits.Of(span.Epoch.Set).Select(s => new ProbeSplit(s.Function, s.Pages, s.Color, s.Size, s.Sides))];
            Counters = [.. span.Epoch.Set.Counters.Select(c => (string.Join(' ', new[] { c.Key.Function.ToString(), c.Key.Color.ToString(), c.Key.Size.ToString(), c.Key.Sides.ToString() }
                .Where(w => w != "Any")).ToLowerInvariant(), Reports.Words.Of(c.Key.Unit), span.Last.Values[c.Index]))];
        }

        if (await inventories.FindAsync(device.Id, cancellationToken) is { } row)
        {
            Inventory = ProbeReport.TryParse(row.Report);
            InventoryAt = Local(row.ReadAt);
            Changes = [.. (await inventories.ChangesAsync(device.Id, 20, cancellationToken)).Select(c => (Local(c.At), TextOf(c)))];
        }

        return Page();
    }

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
            ReadNow.Failed f => (false, $"Not read: {f.Reason}."),
            ReadNow.InSession => (true, "Somebody works at it: its meters are read every few seconds anyway."),
            ReadNow.Asked => (true, "It is due, and will be read within the next minute."),
            _ => (true, "Read just now."),
        };
        if (fault is not null && meters is not ReadNow.Failed)
        {
            (ToldGood, Told) = (false, $"{Told} Its supplies were not read: {fault}.");
        }

        return await OnGetAsync(name, cancellationToken);
    }

    private static string TextOf(InventoryChangeRow change) => (InventoryChangeKind)change.Kind switch
    {
        InventoryChangeKind.Serial => $"Another machine: serial number {change.Before} became {change.After}",
        InventoryChangeKind.Firmware => $"Firmware {change.Before} became {change.After}",
        _ => $"{change.Subject} was replaced or filled ({change.Before}, then {change.After})",
    };

    private string Local(DateTimeOffset at) => TimeZoneInfo.ConvertTime(at, options.TimeZone).ToString("d MMM yyyy HH:mm:ss", CultureInfo.InvariantCulture);
}
