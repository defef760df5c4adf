using Microsoft.AspNetCore.Mvc.RazorPages;

namespace CopyTrack.Server.Web.Pages;

/// <summary>All devices, filtered and sorted by the query.</summary>
internal sealed class DevicesModel(WebQueries queries) : PageModel
{
    public string? Find { get; private set; }
    public string Sort { get; private set; } = "name";
    public DeviceView[] Devices { get; private set; } = [];

    public async Task OnGetAsync(string? find, string? sort, CancellationToken cancellationToken)
    {
        (Find, Sort) = (find, sort is "site" or "state" ? sort : "name");
        IEnumerable<DeviceView> found = (await queries.DevicesAsync(cancellationToken)).Where(d => string.IsNullOrWhiteSpace(find)
            || new[] { d.Name, d.Address, d.Location, d.Site }.Any(t => t?.Contains(find.Trim(), StringComparison.OrdinalIgnoreCase) == true));
        Devices = [.. Sort switch { "site" => found.OrderBy(d => d.Site, StringComparer.Ordinal), "state" => found.OrderBy(d => d.State, StringComparer.Ordinal), _ => found }];
    }
}
