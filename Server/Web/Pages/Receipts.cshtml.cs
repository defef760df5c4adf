using CopyTrack.Accounting.Receipts;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Reports;
using CopyTrack.Server.Web.Site;
using CopyTrack.Server.Web.Tables;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace CopyTrack.Server.Web.Pages;

/// <summary>What devices report, a page at a time and as CSV, what contradicts itself, and what was refused.</summary>
internal sealed class ReceiptsModel(ReceiptRepository receipts, DeviceAttempts attempts, DeviceRepository devices, Words words) : PageModel
{
    private const int Shown = 50, Others = 100, Chunk = 1000;
    private const long Org = OrganisationRepository.DefaultId;

    public TableQuery Query { get; private set; } = null!;
    public TableQuery ConflictQuery { get; private set; } = null!;
    public TableQuery RefusedQuery { get; private set; } = null!;
    public IReadOnlyList<ReceiptView> Latest { get; private set; } = [];
    public IReadOnlyList<ConflictView> Conflicts { get; private set; } = [];
    public IReadOnlyList<DeviceAttempt> Refused { get; private set; } = [];
    public string? Next { get; private set; }
    public string? Show { get; private set; }
    public string? Device { get; private set; }
    public bool IsNarrowed => Show is not null || Device is not null;

    public async Task OnGetAsync(string? show, string? device, CancellationToken cancellationToken)
    {
        (Query, ConflictQuery, RefusedQuery) = (TableQuery.Of(Request), TableQuery.Of(Request, "c"), TableQuery.Of(Request, "r"));
        (long? deviceId, ReceiptStatus? status) = await NarrowAsync(show, device, cancellationToken);
        long before = long.TryParse(Query.After, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out long id) ? id : long.MaxValue;
        IReadOnlyList<ReceiptView> rows = await receipts.ListAsync(Org, deviceId, status, before, Shown + 1, cancellationToken);
        Latest = [.. rows.Take(Shown)];
        Next = rows.Count > Shown ? ReportText.Of(Latest[^1].Id) : null;
        Conflicts = await receipts.ConflictsAsync(Org, long.MaxValue, Others, cancellationToken);
        Refused = await attempts.ListAsync(long.MaxValue, Others, cancellationToken);
    }

    /// <summary>All receipts, streamed.</summary>
    public async Task<IActionResult> OnGetCsvAsync(string? show, string? device, CancellationToken cancellationToken)
    {
        (long? deviceId, ReceiptStatus? status) = await NarrowAsync(show, device, cancellationToken);
        await CsvAnswer.WriteAsync(Response, "receipts", ["ended", "received", "device", "key", "made", "user", "project", "state"], RowsAsync(deviceId, status, cancellationToken), cancellationToken);
        return new EmptyResult();
    }

    /// <summary>What a job made, in words.</summary>
    public string MadeOf(string content) => ReceiptTexts.Made(words, content);

    private async IAsyncEnumerable<IEnumerable<string?>> RowsAsync(long? deviceId, ReceiptStatus? status, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        long before = long.MaxValue;
        IReadOnlyList<ReceiptView> page;
        do
        {
            page = await receipts.ListAsync(Org, deviceId, status, before, Chunk, cancellationToken);
            foreach (ReceiptView r in page)
            {
                yield return [ReportText.Of(r.EndedAt), ReportText.Of(r.ReceivedAt), r.Device, r.Key, MadeOf(r.Content), r.UserName, r.Project, words[ReceiptTexts.StateOf(r)]];
                before = r.Id;
            }
        }
        while (page.Count == Chunk);
    }

    private async Task<(long? DeviceId, ReceiptStatus? Status)> NarrowAsync(string? show, string? device, CancellationToken cancellationToken)
    {
        (Show, Device) = (show == "waiting" ? show : null, string.IsNullOrWhiteSpace(device) || device.Length > 256 ? null : device.Trim());
        // A device that there is none of has sent nothing.
        return (Device is null ? null : (await devices.FindAsync(Org, Device, cancellationToken))?.Id ?? -1, Show is null ? null : ReceiptStatus.Waiting);
    }
}
