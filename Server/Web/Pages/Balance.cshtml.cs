using System.Globalization;
using CopyTrack.Accounting.Audit;
using CopyTrack.Accounting.Ledger;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Reports;
using CopyTrack.Server.Web.Tables;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace CopyTrack.Server.Web.Pages;

/// <summary>Follows every page of one device: readings, newest first, each with the interval that it ends and what was booked for it; above them whether meters and ledger agree in the period.</summary>
internal sealed class BalanceModel(DeviceRepository devices, DeviceIntervals intervals, BalanceReader balances, ReportOptions options, TimeProvider time) : PageModel
{
    private const int Rows = 25;

    public DeviceRow Device { get; private set; } = null!;
    public DeviceVerdict Verdict { get; private set; } = null!;
    public TableQuery Query { get; private set; } = null!;
    public IReadOnlyList<IntervalLine> Lines { get; private set; } = [];
    public string? Next { get; private set; }
    public string From { get; private set; } = "";
    public string To { get; private set; } = "";
    public string? Fault { get; private set; }
    public Cause? Cause { get; private set; }
    public Confidence? Confidence { get; private set; }
    public ReadingStatus? Status { get; private set; }
    public string? Evidence { get; private set; }

    /// <summary>True when readings behind which nothing was booked are shown too.</summary>
    public bool Still { get; private set; }

    public async Task<IActionResult> OnGetAsync(string name, string? from, string? to, string? cause, string? confidence, string? status, string? evidence, bool still, CancellationToken cancellationToken)
    {
        if (await devices.FindAsync(OrganisationRepository.DefaultId, name, cancellationToken) is not { } device)
        {
            return NotFound();
        }

        Device = device;
        ReportPeriod? period = ReportPeriod.TryParse(from, to, options.TimeZone, time.GetUtcNow(), out string error);
        Fault = period is null ? error : null;
        period ??= ReportPeriod.ThisMonth(options.TimeZone, time.GetUtcNow());
        (From, To) = period.Days is { } days ? (Day(days.First), Day(days.Last)) : (from ?? "", to ?? "");
        (Cause, Confidence, Status, Evidence) = (Parse<Cause>(cause), Parse<Confidence>(confidence), Parse<ReadingStatus>(status), evidence is { Length: <= 100 } ? evidence : null);
        Still = still;
        Query = TableQuery.Of(Request);
        Verdict = await balances.OfAsync(device.Id, device.Name, ReportScope.Everything, period, cancellationToken);
        (Lines, var next) = await intervals.PageAsync(
            device.Id, new IntervalFilter(period) { Cause = Cause, Confidence = Confidence, Status = Status, Evidence = Evidence, OnlyMoved = !still && Status is null }, Place(Query.After), Rows, cancellationToken);
        Next = next is { } place ? Query.Behind(string.Create(CultureInfo.InvariantCulture, $"{place.At.ToMicros()}.{place.Seq}")) : null;
        return Page();
    }

    private static (DateTimeOffset, long)? Place(string after) =>
        after.Split('.') is [var at, var seq] && long.TryParse(at, NumberStyles.None, CultureInfo.InvariantCulture, out long micros) && micros <= DateTimeOffset.MaxValue.ToMicros()
            && long.TryParse(seq, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number) ? (Instant.FromMicros(micros), number) : null;

    private static T? Parse<T>(string? text)
        where T : struct, Enum => !string.IsNullOrEmpty(text) && !char.IsDigit(text[0]) && Enum.TryParse(text, true, out T value) && Enum.IsDefined(value) ? value : null;

    private static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
