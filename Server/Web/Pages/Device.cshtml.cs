using System.Globalization;
using CopyTrack.Accounting.Audit;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Reports;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace CopyTrack.Server.Web.Pages;

/// <summary>One device: how it is reached, what its counters said last, and whether the ledger holds it all.</summary>
internal sealed class DeviceModel(IDatabase database, DeviceRepository devices, AuditRunner audit, MeterSpans spans, ReportOptions options, TimeProvider time) : PageModel
{
    public DeviceRow Device { get; private set; } = null!;
    public DeviceVerdict Balance { get; private set; } = null!;
    public string? Profile { get; private set; }
    public string? LastAt { get; private set; }
    public IReadOnlyList<(string Name, string Unit, long? Value)> Counters { get; private set; } = [];

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
            LastAt = TimeZoneInfo.ConvertTime(span.Last.ConfirmedAt, options.TimeZone).ToString("d MMM yyyy HH:mm:ss", CultureInfo.InvariantCulture);
            Counters = [.. span.Epoch.Set.Counters.Select(c => (string.Join(' ', new[] { c.Key.Function.ToString(), c.Key.Color.ToString(), c.Key.Size.ToString(), c.Key.Sides.ToString() }
                .Where(w => w != "Any")).ToLowerInvariant(), Words.Of(c.Key.Unit), span.Last.Values[c.Index]))];
        }

        return Page();
    }
}
