using CopyTrack.Accounting.Inventory;
using CopyTrack.Accounting.Profiles;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Imports;
using CopyTrack.Server.Polling;
using CopyTrack.Server.Web.SignIn;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace CopyTrack.Server.Web.Pages;

/// <summary>Looks at an address and shows what <c>device probe</c> shows; what was found can be added as a device.</summary>
internal sealed class ProbeModel(DeviceLooks looks, DeviceRepository devices, DeviceUpsert upsert, ProfileLibrary library) : PageModel
{
    [BindProperty]
    public ProbeForm Form { get; set; } = new();

    public ProbeReport? Report { get; private set; }
    public string? Fault { get; private set; }
    public IEnumerable<string> Profiles => library.Profiles.Select(p => p.Name);

    public void OnGet(string? address) => Form.Address = address is { Length: <= 253 } ? address : null;

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        (Func<System.Net.IPAddress, Accounting.Snmp.SnmpTarget>? target, Fault) = Form.ToTarget();
        if (target is not null)
        {
            (Report, Fault) = await looks.AtAsync(Form.Address!.Trim(), target, Form.Profile, cancellationToken);
            Form.Name ??= Report is { Error: null } r ? r.Identity.HostName ?? r.Identity.Model : null;
            ModelState.Clear();
        }

        return Page();
    }

    public async Task<IActionResult> OnPostAddAsync(CancellationToken cancellationToken)
    {
        (Func<System.Net.IPAddress, Accounting.Snmp.SnmpTarget>? target, Fault) = Form.ToTarget();
        if (target is null)
        {
            return Page();
        }

        if (await devices.FindAsync(OrganisationRepository.DefaultId, Form.Name ?? "", cancellationToken) is not null)
        {
            Fault = Words.Key("There is a device of that name already; choose another.");
            return Page();
        }

        try
        {
            await upsert.ApplyAsync(Form.ToInput(), new UpsertContext(OrganisationRepository.DefaultId, WebSession.Of(HttpContext)!.Actor), cancellationToken);
        }
        catch (InputFaultException e)
        {
            Fault = e.Message;
            return Page();
        }

        return Redirect("/Devices/" + Uri.EscapeDataString(Form.Name!.Trim()));
    }
}
