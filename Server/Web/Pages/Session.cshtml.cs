using System.Globalization;
using CopyTrack.Server.Api;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Web.Site;
using CopyTrack.Server.Web.SignIn;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace CopyTrack.Server.Web.Pages;

/// <summary>One session for readers of reports: the end of every way from a number to what is behind it. What lies outside of the reader's scope is as if it did not exist.</summary>
internal sealed class SessionModel(SessionStories stories) : PageModel
{
    public SessionShown Session { get; private set; } = null!;

    /// <summary>Whether the asker sees the list of all sessions.</summary>
    public bool MaySeeAll { get; private set; }

    public async Task<IActionResult> OnGetAsync(string id, CancellationToken cancellationToken)
    {
        WebCaller caller = WebCaller.Of(HttpContext);
        MaySeeAll = caller is { OrgId: OrganisationRepository.DefaultId } && caller.May(Access.Administration);
        if (!long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out long number) || await stories.FindAsync(number, caller.Scope, null, cancellationToken) is not { } story)
        {
            return NotFound();
        }

        Session = new SessionShown(story, MaySeeAll, caller.May(Access.People) && (caller.IsWhole || caller.Scope.Departments.Has(story.Session.Department)) && story.Session.UserName is not null);
        return Page();
    }
}
