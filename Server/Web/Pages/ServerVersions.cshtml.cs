using CopyTrack.Accounting.Fleet;
using CopyTrack.Accounting.Fleet.Updates;
using CopyTrack.Server.Fleet.Updates;
using CopyTrack.Server.Web.SignIn;
using CopyTrack.Server.Web.Site;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace CopyTrack.Server.Web.Pages;

/// <summary>Takes packages of the server itself and asks for their installation; shown by the page Updates. Both forms ask who somebody is: whoever installs changes the program.</summary>
[RequestSizeLimit(PackageShelf.MaxBytes + (64 * 1024))]
[RequestFormLimits(MultipartBodyLengthLimit = PackageShelf.MaxBytes)]
internal sealed class ServerVersionsModel(IServerVersions versions, Words words) : PageModel
{
    private string Actor => WebSession.Of(HttpContext)!.Actor;

    public RedirectResult OnGet() => Redirect("/Updates");

    public async Task<IActionResult> OnPostTakeAsync(IFormFile? package, CancellationToken cancellationToken)
    {
        if (package is null || !versions.IsOn)
        {
            return Refused(words["Choose a package first."]);
        }

        try
        {
            await using Stream content = package.OpenReadStream();
            ReleaseVersion taken = await versions.KeepAsync(content, Actor, cancellationToken);
            return Told(words["Version {0} of the server is there and waits.", taken]);
        }
        catch (FleetFormatException e)
        {
            return Refused(PackageAdvice.Refused(words, e.Message));
        }
    }

    public async Task<IActionResult> OnPostInstallAsync(string? version, CancellationToken cancellationToken) =>
        !versions.IsOn || !ReleaseVersion.TryParse(version, out ReleaseVersion wanted) ? Refused(words["There is no such package any more."])
        : await versions.OrderAsync(wanted, Actor, cancellationToken) ? Told(words["Version {0} is installed within a minute, on one node after the other. These pages are away for some seconds meanwhile.", wanted])
        : Refused(words["Another update is under way."]);

    private RedirectResult Refused(string text)
    {
        this.TellFault(text);
        return Redirect("/Updates");
    }

    private RedirectResult Told(string text)
    {
        this.Tell(text);
        return Redirect("/Updates");
    }
}
