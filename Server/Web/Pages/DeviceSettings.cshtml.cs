using CopyTrack.Accounting.Profiles;
using CopyTrack.Identity.Rights;
using CopyTrack.Server.Charging;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Imports;
using CopyTrack.Server.Web.SignIn;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace CopyTrack.Server.Web.Pages;

/// <summary>What an administrator sets of a device: where it is, what may be done at it, how it is read, and what happens at zero. Secrets are never shown; an empty field keeps them.</summary>
internal sealed class DeviceSettingsModel(DeviceRepository devices, DeviceUpsert upsert, ProfileLibrary library, QuotaSubjects charging, PriceListRepository prices, Words words) : PageModel
{
    private const long Org = OrganisationRepository.DefaultId;

    /// <summary>All functions by name.</summary>
    public static IReadOnlyList<string> AllFunctions { get; } = ["copy", "copyColor", "scan", "fax", "print"];

    public DeviceRow Device { get; private set; } = null!;
    public bool LocksAtZero { get; private set; }
    public IReadOnlyList<PriceListRow> Prices { get; private set; } = [];
    public string? Fault { get; private set; }
    public IEnumerable<string> Profiles => library.Profiles.Select(p => p.Name);

    public async Task<IActionResult> OnGetAsync(string name, CancellationToken cancellationToken)
    {
        if (await devices.FindAsync(Org, name, cancellationToken) is not { } device)
        {
            return NotFound();
        }

        Device = device;
        LocksAtZero = await charging.LocksAtZeroAsync(Org, name, cancellationToken) == true;
        Prices = [.. (await prices.ListAsync(Org, cancellationToken)).Where(Holds)];
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(string name, DeviceForm form, CancellationToken cancellationToken)
    {
        if (await devices.FindAsync(Org, name, cancellationToken) is not { } device)
        {
            return NotFound();
        }

        string[] functions = form.Functions ?? [];
        if (functions.Length == 0)
        {
            // Stored, an empty list means that all functions are allowed: the opposite of what the form says.
            Fault = words["Tick at least one function. Where nobody may do anything, lock the terminal at the device or delete the device."];
            return await OnGetAsync(name, cancellationToken);
        }

        try
        {
            if (!FunctionNames.TryParse(functions, out _, out string? unknown))
            {
                throw new InputFaultException($"functions: '{unknown}' is none");
            }

            await upsert.ApplyAsync(
                new DeviceInput
                {
                    Name = device.Name, Address = Optional.Of<string>(Empty(form.Address)), Port = Optional.Of<int?>(form.Port), Location = Optional.Of<string>(Empty(form.Location)), Site = Optional.Of<string>(Empty(form.Site)),
                    Functions = Optional.Of<IReadOnlyList<string>>(functions.Length == AllFunctions.Count ? [] : functions), Profile = Optional.Of<string>(Empty(form.Profile)), InventorySeconds = Optional.Of<int?>(form.InventorySeconds),
                    ColorCapable = Optional.Of<bool?>(form.Color switch { "yes" => true, "no" => false, _ => null }),
                    Community = string.IsNullOrEmpty(form.Community) ? default : Optional.Of<string>(form.Community),
                },
                new UpsertContext(Org, WebSession.Of(HttpContext)!.Actor), cancellationToken);
            await charging.SetLocksAtZeroAsync(Org, name, form.AtZero == "lock", WebSession.Of(HttpContext)!.Actor, cancellationToken);
        }
        catch (InputFaultException e)
        {
            Fault = words.Sentence(e.Message);
            return await OnGetAsync(name, cancellationToken);
        }

        this.Tell(words["Kept. The device is read with it at once."]);
        return Redirect("/Devices/" + Uri.EscapeDataString(device.Name));
    }

    public async Task<IActionResult> OnPostDeleteAsync(string name, CancellationToken cancellationToken)
    {
        if (!await devices.DeleteAsync(Org, name, WebSession.Of(HttpContext)!.Actor, cancellationToken))
        {
            return NotFound();
        }

        this.Tell(words["Device {0} is deleted. Its ledger stays; adding the name again brings it back.", name]);
        return Redirect("/Devices");
    }

    private bool Holds(PriceListRow list) => (list.Devices is null && list.Sites is null) || Names(list.Devices).Contains(Device.NameFolded) || (Device.Site is { } site && Names(list.Sites).Contains(NameFolding.Fold(site)));

    private static IEnumerable<string> Names(string? list) => (list ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(NameFolding.Fold);

    private static string? Empty(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}

/// <summary>The form of <see cref="DeviceSettingsModel"/>.</summary>
public sealed record DeviceForm
{
    public string? Address { get; init; }
    public int? Port { get; init; }
    public string? Community { get; init; }
    public string? Location { get; init; }
    public string? Site { get; init; }
    public string[]? Functions { get; init; }
    public string? Color { get; init; }
    public string? Profile { get; init; }
    public int? InventorySeconds { get; init; }
    public string? AtZero { get; init; }

    // A record's own text would show the community.
    private bool PrintMembers(System.Text.StringBuilder builder)
    {
        builder.Append("Address = ").Append(Address);
        return true;
    }
}
