using System.Globalization;
using CopyTrack.Server.Reports;
using CopyTrack.Server.Web.Site;
using CopyTrack.Server.Web.SignIn;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace CopyTrack.Server.Web.Pages;

/// <summary>One of the own sessions; anybody else's is as if it did not exist.</summary>
internal sealed class MySessionModel(SessionStories stories) : PageModel
{
    public SessionShown Session { get; private set; } = null!;

    public async Task<IActionResult> OnGetAsync(string id, CancellationToken cancellationToken)
    {
        WebCaller caller = WebCaller.Of(HttpContext);
        if (caller.PersonId is not { } person || !long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out long number)
            || await stories.FindAsync(number, ReportScope.Of(caller.OrgId), person, cancellationToken) is not { } story)
        {
            return NotFound();
        }

        Session = new SessionShown(story, false, false);
        return Page();
    }
}
