using CopyTrack.Accounting.Profiles;
using CopyTrack.Identity.Rights;
using CopyTrack.Server.Charging;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Imports;
using CopyTrack.Server.Polling;
using CopyTrack.Server.Secrets;
using CopyTrack.Server.Web.SignIn;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace CopyTrack.Server.Web.Pages;

/// <summary>What an administrator sets of a device: where it is, what may be done at it, how it is read, and what happens at zero. Secrets are never shown; an empty field keeps them.</summary>
internal sealed class DeviceSettingsModel(DeviceRepository devices, DeviceUpsert upsert, ProfileLibrary library, DeviceLooks looks, ISecretSealer sealer, QuotaSubjects charging, PriceListRepository prices, Words words) : PageModel
{
    private const long Org = OrganisationRepository.DefaultId;

    /// <summary>All functions by name.</summary>
    public static IReadOnlyList<string> AllFunctions { get; } = ["copy", "copyColor", "scan", "fax", "print"];

    public DeviceRow Device { get; private set; } = null!;
    public bool LocksAtZero { get; private set; }
    public IReadOnlyList<PriceListRow> Prices { get; private set; } = [];
    public string? Fault { get; private set; }

    /// <summary>How the device is asked, as typed or as it is; without secrets.</summary>
    public ProbeForm Snmp { get; private set; } = new();

    /// <summary>True after a device did not answer to what was typed: it may be kept all the same.</summary>
    public bool MayKeepUntried { get; private set; }

    public IEnumerable<string> Profiles => library.Profiles.Select(p => p.Name);

    public async Task<IActionResult> OnGetAsync(string name, CancellationToken cancellationToken)
    {
        if (await devices.FindAsync(Org, name, cancellationToken) is not { } device)
        {
            return NotFound();
        }

        Device = device;
        Snmp = new ProbeForm { Version = device.SnmpVersion, V3User = device.V3User, V3Auth = device.V3Auth, V3Priv = device.V3Priv, V3Context = device.V3Context };
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

            var asked = Asked(device, form);
            if (asked is not null && !form.Untried && await TriedAsync(device, form, asked, cancellationToken) is { } silent)
            {
                IActionResult page = await OnGetAsync(name, cancellationToken);
                (Fault, MayKeepUntried) = (words["{0} Nothing was kept: with another version, community, user or password the device is asked before.", words.Sentence(silent)], true);
                Snmp = new ProbeForm { Version = form.Version, V3User = form.Snmp.V3User, V3Auth = form.Snmp.V3Auth, V3Priv = form.Snmp.V3Priv, V3Context = form.Snmp.V3Context };
                return page;
            }

            await upsert.ApplyAsync(
                (asked ?? new DeviceInput()) with
                {
                    Name = device.Name, Address = Optional.Of<string>(Empty(form.Address)), Port = Optional.Of<int?>(form.Port), Location = Optional.Of<string>(Empty(form.Location)), Site = Optional.Of<string>(Empty(form.Site)),
                    Functions = Optional.Of<IReadOnlyList<string>>(functions.Length == AllFunctions.Count ? [] : functions), Profile = Optional.Of<string>(Empty(form.Profile)), InventorySeconds = Optional.Of<int?>(form.InventorySeconds),
                    ColorCapable = Optional.Of<bool?>(form.Color switch { "yes" => true, "no" => false, _ => null }),
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

    /// <summary>What of the way in which the device is asked the form changes; null for nothing. An empty secret stays, unless what it belongs to goes.</summary>
    private static DeviceInput? Asked(DeviceRow device, DeviceForm form)
    {
        ProbeForm v3 = form.Snmp;
        string version = form.Version ?? device.SnmpVersion;
        if (version != "3")
        {
            return version == device.SnmpVersion && string.IsNullOrEmpty(form.Community) ? null : new DeviceInput
            {
                SnmpVersion = Optional.Of<string>(version), Community = string.IsNullOrEmpty(form.Community) ? default : Optional.Of<string>(form.Community),
                V3User = Optional.Of<string>(null), V3Auth = Optional.Of<string>(null), V3AuthPassword = Optional.Of<string>(null), V3Priv = Optional.Of<string>(null), V3PrivPassword = Optional.Of<string>(null),
                V3Context = Optional.Of<string>(null),
            };
        }

        bool same = device.SnmpVersion == "3" && Empty(v3.V3User) == device.V3User && Empty(v3.V3Auth) == device.V3Auth && Empty(v3.V3Priv) == device.V3Priv && Empty(v3.V3Context) == device.V3Context
            && string.IsNullOrEmpty(v3.V3AuthPassword) && string.IsNullOrEmpty(v3.V3PrivPassword);
        return same || form.Version is null ? null : new DeviceInput
        {
            SnmpVersion = Optional.Of<string>("3"), Community = Optional.Of<string>(null), V3User = Optional.Of<string>(Empty(v3.V3User)), V3Auth = Optional.Of<string>(Empty(v3.V3Auth)),
            V3AuthPassword = Secret(v3.V3Auth, v3.V3AuthPassword), V3Priv = Optional.Of<string>(Empty(v3.V3Priv)), V3PrivPassword = Secret(v3.V3Priv, v3.V3PrivPassword), V3Context = Optional.Of<string>(Empty(v3.V3Context)),
        };
    }

    /// <summary>Why the device does not answer in the way that the form says; null when it does.</summary>
    private async Task<string?> TriedAsync(DeviceRow device, DeviceForm form, DeviceInput asked, CancellationToken cancellationToken)
    {
        SnmpSettings settings = SnmpSettings.Of(device) with
        {
            Address = Empty(form.Address) ?? device.Address, Port = form.Port ?? 161, SnmpVersion = asked.SnmpVersion.Or(device.SnmpVersion) ?? device.SnmpVersion, CommunitySealed = Sealed(asked.Community, device.CommunitySealed),
            V3User = asked.V3User.Or(device.V3User), V3Auth = asked.V3Auth.Or(device.V3Auth), V3AuthPasswordSealed = Sealed(asked.V3AuthPassword, device.V3AuthPasswordSealed),
            V3Priv = asked.V3Priv.Or(device.V3Priv), V3PrivPasswordSealed = Sealed(asked.V3PrivPassword, device.V3PrivPasswordSealed), V3Context = asked.V3Context.Or(device.V3Context),
        };
        var (target, fault) = new SnmpTargets(sealer).Of(settings);
        return target is null ? fault : (await looks.AtAsync(settings.Address, address => target with { Address = address }, null, cancellationToken)).Fault;
    }

    private byte[]? Sealed(Optional<string> given, byte[]? stored) => !given.IsSet ? stored : given.Value is { Length: > 0 } text ? sealer.Seal(text) : null;

    private static Optional<string> Secret(string? protocol, string? typed) => string.IsNullOrEmpty(protocol) ? Optional.Of<string>(null) : string.IsNullOrEmpty(typed) ? default : Optional.Of<string>(typed);

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

    /// <summary>Version of SNMP; null leaves how the device is asked, but for a community.</summary>
    public string? Version { get; init; }

    /// <summary>User and keys of version 3.</summary>
    public ProbeForm Snmp { get; init; } = new();

    /// <summary>True to keep it although the device was not asked.</summary>
    public bool Untried { get; init; }

    // A record's own text would show the community.
    private bool PrintMembers(System.Text.StringBuilder builder)
    {
        builder.Append("Address = ").Append(Address);
        return true;
    }
}
