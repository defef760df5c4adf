using System.Text.Json;
using System.Text.Json.Nodes;
using CopyTrack.Server.Api;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Web.SignIn;
using CopyTrack.Server.Web.Tables;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace CopyTrack.Server.Web.Pages;

/// <summary>All terminals, and enrolment codes.</summary>
internal sealed class TerminalsModel(WebQueries queries, DeviceRepository devices, Words words, IServiceProvider services) : PageModel
{
    private const int Proposed = 200;

    private static readonly JsonSerializerOptions s_written = new() { WriteIndented = true };

    public TerminalView[] Terminals { get; private set; } = [];

    /// <summary>True when <c>state=away</c> asks for those that are not connected.</summary>
    public bool OnlyAway { get; private set; }

    /// <summary>Names to choose from; others may be typed.</summary>
    public IReadOnlyList<string> Devices { get; private set; } = [];

    public TableQuery Query { get; private set; } = null!;
    public string? Fault { get; private set; }
    public string? Device { get; private set; }
    public EnrolCode? Made { get; private set; }
    public bool CanEnrol => services.GetService<IEnrolCodes>() is not null;

    /// <summary>What <c>copytrack-terminal</c> needs in its configuration file to enrol by the code and to find this server as the reader of the page found it.</summary>
    public string ConfigurationOf(EnrolCode made) => new JsonObject
    {
        ["server"] = new JsonObject
        {
            ["host"] = Request.Host.Host, ["port"] = made.Port, ["enrolmentUrl"] = $"{Request.Scheme}://{Request.Host}", ["caFingerprint"] = made.CaFingerprint,
        },
        ["terminal"] = new JsonObject { ["id"] = made.Terminal, ["keyFolder"] = "/var/lib/copytrack-terminal" },
        ["readers"] = new JsonArray(new JsonObject { ["kind"] = "pcsc", ["name"] = "" }),
    }.ToJsonString(s_written);

    public async Task OnGetAsync(string? device, CancellationToken cancellationToken)
    {
        Device ??= device is { Length: <= 256 } ? device : null;
        Query = TableQuery.Of(Request);
        OnlyAway = Request.Query["state"] == DeviceStates.Away;
        Terminals = await queries.TerminalsAsync(cancellationToken);
        Terminals = OnlyAway ? [.. Terminals.Where(t => t.RevokedAt is null && t.ConnectedNode is null)] : Terminals;
        Devices = [.. (await devices.ListAsync(OrganisationRepository.DefaultId, "", Proposed, cancellationToken)).Select(d => d.Name)];
    }

    public async Task<IActionResult> OnPostEnrolAsync(string? name, string? device, CancellationToken cancellationToken)
    {
        Made = services.GetService<IEnrolCodes>() is { } codes && !string.IsNullOrWhiteSpace(name) && name.Trim().Length <= 64 && !string.IsNullOrWhiteSpace(device)
            ? await codes.MakeAsync(name.Trim(), device, WebSession.Of(HttpContext)!.Actor, cancellationToken) : null;
        Fault = Made is null ? words["There is no device of that name."] : null;
        await OnGetAsync(device, cancellationToken);
        return Page();
    }
}
