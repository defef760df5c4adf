using System.Globalization;
using CopyTrack.Accounting.Receipts;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Receipts.Wire;
using CopyTrack.Server.Reports;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace CopyTrack.Server.Web.Pages;

/// <summary>What devices report, what contradicts itself, and what was refused.</summary>
internal sealed class ReceiptsModel(ReceiptRepository receipts, DeviceAttempts attempts, ReportOptions options) : PageModel
{
    private const int Shown = 100;

    public IReadOnlyList<(string At, string Device, string Made, string? User, string? Project, string State, string Kind)> Latest { get; private set; } = [];
    public IReadOnlyList<(string At, string Device, string Key, string First, string Then)> Conflicts { get; private set; } = [];
    public IReadOnlyList<(string At, string Address, string? Device, string Kind, string Detail)> Attempts { get; private set; } = [];

    public async Task OnGetAsync(CancellationToken cancellationToken)
    {
        Latest = [.. (await receipts.ListAsync(OrganisationRepository.DefaultId, null, null, long.MaxValue, Shown, cancellationToken)).Select(r =>
        {
            (string state, string kind) = StateOf(r);
            return (Local(r.EndedAt), r.Device, MadeOf(r.Content), r.UserName, r.Project, state, kind);
        })];
        Conflicts = [.. (await receipts.ConflictsAsync(OrganisationRepository.DefaultId, long.MaxValue, Shown, cancellationToken)).Select(c => (Local(c.ReceivedAt), c.Device, c.Key, MadeOf(c.FirstContent), MadeOf(c.Content)))];
        Attempts = [.. (await attempts.ListAsync(long.MaxValue, Shown, cancellationToken)).Select(a => (Local(a.At), a.Address, a.Device, a.Kind, a.Detail))];
    }

    private static (string Text, string Kind) StateOf(ReceiptView receipt) => (ReceiptStatus)receipt.Status switch
    {
        ReceiptStatus.Waiting => ("waits for a reading of the meters", "warn"),
        ReceiptStatus.Booked => receipt.Shortage == 0 ? ("booked", "good") : ("booked; the meters had not shown all of it", "warn"),
        ReceiptStatus.OutsideLedger => ("of a time that the ledger does not cover", "quiet"),
        ReceiptStatus.Unmetered => ("the device's meters do not count this", "quiet"),
        _ => ("not licensed when it came", "warn"),
    };

    private static string MadeOf(string content)
    {
        JobReceipt receipt = ReceiptContent.Read(content);
        string[] parts = [.. new[] { (receipt.Pages.Sum(p => p.Impressions), "sides"), (receipt.Scans, "scans"), (receipt.Faxes, "fax pages") }
            .Where(p => p.Item1 > 0).Select(p => string.Create(CultureInfo.InvariantCulture, $"{p.Item1} {p.Item2}"))];
        return $"{ReceiptWords.Of(receipt.Service)}: {(parts.Length == 0 ? "nothing" : string.Join(", ", parts))}";
    }

    private string Local(DateTimeOffset at) => TimeZoneInfo.ConvertTime(at, options.TimeZone).ToString("d MMM yyyy HH:mm:ss", CultureInfo.InvariantCulture);
}
