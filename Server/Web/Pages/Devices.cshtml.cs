using CopyTrack.Server.Web.Tables;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace CopyTrack.Server.Web.Pages;

/// <summary>All devices with how they stand and who is at them, filtered and sorted by the address; <c>site</c> (empty: those without one) and <c>state</c> narrow them.</summary>
internal sealed class DevicesModel(WebQueries queries) : PageModel
{
    private const int LongestSite = 256;

    public DeviceView[] Devices { get; private set; } = [];
    public TableQuery Query { get; private set; } = null!;

    /// <summary>The site that is asked for; null for all.</summary>
    public string? Site { get; private set; }

    /// <summary>One of <see cref="DeviceStates.All"/>; null for any.</summary>
    public string? State { get; private set; }

    public bool IsNarrowed => Site is not null || State is not null;

    public async Task OnGetAsync(CancellationToken cancellationToken)
    {
        Query = TableQuery.Of(Request);
        Site = Request.Query.TryGetValue("site", out var site) && site.ToString() is { Length: <= LongestSite } asked ? asked : null;
        State = DeviceStates.All.FirstOrDefault(s => s == Request.Query["state"]);
        DeviceView[] all = await queries.DevicesAsync(cancellationToken);
        Devices = !IsNarrowed ? all : [.. all.Where(d => (Site is null || (d.Site ?? "") == Site) && (State is null || d.States.Contains(State)))];
    }
}
