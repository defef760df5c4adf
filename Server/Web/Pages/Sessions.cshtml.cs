using CopyTrack.Server.Api;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace CopyTrack.Server.Web.Pages;

/// <summary>Sessions, open or recent.</summary>
internal sealed class SessionsModel(WebQueries queries) : PageModel
{
    public bool AllStates { get; private set; }
    public SessionView[] Sessions { get; private set; } = [];

    public async Task OnGetAsync(string? state, CancellationToken cancellationToken)
    {
        AllStates = state == "all";
        Sessions = await queries.SessionsAsync(AllStates ? 4 : 3, 200, cancellationToken);
    }
}
