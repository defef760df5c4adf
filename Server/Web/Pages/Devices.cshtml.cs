using CopyTrack.Server.Web.Tables;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace CopyTrack.Server.Web.Pages;

/// <summary>All devices with who is at them, filtered and sorted by the address.</summary>
internal sealed class DevicesModel(WebQueries queries) : PageModel
{
    public DeviceView[] Devices { get; private set; } = [];
    public TableQuery Query { get; private set; } = null!;

    public async Task OnGetAsync(CancellationToken cancellationToken) => (Query, Devices) = (TableQuery.Of(Request), await queries.DevicesAsync(cancellationToken));
}
