using CopyTrack.Accounting.Inventory;
using CopyTrack.Server.Web.Overview;
using CopyTrack.Server.Web.Tables;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace CopyTrack.Server.Web.Pages;

/// <summary>All supplies, or all trays, that will be used up soon: the whole of what the overview shows the first of.</summary>
internal sealed class SuppliesModel(OverviewQueries queries, TimeProvider time) : PageModel
{
    /// <summary>A site with more than so many has other troubles.</summary>
    private const int Most = 2000;

    public string Kind { get; private set; } = SupplyTrend.SupplyKind;
    public SupplyEnd[] Ends { get; private set; } = [];
    public TableQuery Query { get; private set; } = null!;

    /// <summary>How long a supply lasts, in the reader's words.</summary>
    public static string Lasts(Words words, SupplyEnd end) => end switch
    {
        { Kind: SupplyTrend.TrayKind, Percent: 0 } => words["empty: refill"],
        { DaysLeft: 0 } => words["used up any moment"],
        { DaysLeft: { } days } => words.Count(days, "about {0} day", "about {0} days"),
        { Kind: SupplyTrend.TrayKind } => words["refill"],
        _ => words["not known yet"],
    };

    public async Task OnGetAsync(string? kind, CancellationToken cancellationToken)
    {
        Query = TableQuery.Of(Request);
        Kind = kind == SupplyTrend.TrayKind ? SupplyTrend.TrayKind : SupplyTrend.SupplyKind;
        Ends = await queries.SuppliesAsync(Kind, DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime), Most, cancellationToken);
    }
}
