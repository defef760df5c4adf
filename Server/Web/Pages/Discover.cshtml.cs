using System.Globalization;
using System.Net;
using System.Text;
using CopyTrack.Accounting.Discovery;
using CopyTrack.Accounting.Snmp;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Imports;
using CopyTrack.Server.Polling;
using CopyTrack.Server.Web.SignIn;
using CopyTrack.Server.Web.Site;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace CopyTrack.Server.Web.Pages;

/// <summary>
/// Looks for devices in address ranges and adds those that are chosen. Community and passwords are used and forgotten: they are typed again to add. What is typed for version 3 is tried at each
/// device before it is stored.
/// </summary>
internal sealed class DiscoverModel(Discoveries discoveries, DeviceRepository devices, DeviceUpsert upsert, DeviceLooks looks, IDatabase database, AuditLog audit, IdGenerator ids, Words words) : PageModel
{
    private const long Org = OrganisationRepository.DefaultId;
    private const int LongestRanges = 4000, MostAdded = 500, MostSilent = 3, SnmpPort = 161;
    private static readonly char[] s_between = ['\r', '\n', ' ', ',', ';'];

    public Discovery? Run { get; private set; }
    public HashSet<string> Known { get; private set; } = [];
    public string? Ranges { get; private set; }
    public string? Port { get; private set; }
    public string? Fault { get; private set; }

    /// <summary>What was typed for version 3.</summary>
    public ProbeForm Snmp { get; private set; } = new();

    /// <summary>True on the guided path of a new site, which goes on once a device is added.</summary>
    public bool OfStart { get; private set; }

    /// <summary>A name to propose: what the device calls itself, else its model and address.</summary>
    public static string NameOf(DiscoveredDevice d) => d.Report.Identity.HostName is { Length: > 0 } name ? name : $"{d.Report.Identity.Model ?? "device"} {d.Address}";

    public async Task<IActionResult> OnGetAsync(string? id, bool start, CancellationToken cancellationToken)
    {
        OfStart = start;
        Ranges = string.Join('\n', OwnNetworks.Proposed());
        Run = id is { Length: <= 32 } ? discoveries.Find(id, Org) : null;
        if (Run is not null)
        {
            Known = [.. (await database.ReadAsync(async (c, ct) => await Dapper.SqlMapper.QueryAsync<DeviceView>(c, new Dapper.CommandDefinition(database.Sql["Web_Devices"], new { orgId = Org }, cancellationToken: ct)), cancellationToken)).Select(d => d.Address)];
        }

        return Page();
    }

    public async Task<IActionResult> OnPostAsync(string? ranges, string? community, string? port, bool start, ProbeForm snmp, CancellationToken cancellationToken)
    {
        (Ranges, Port, OfStart, Snmp) = (ranges, port, start, snmp);
        var (parsed, fault) = ranges is { Length: <= LongestRanges } ? await NamedRanges.ParseAsync(Split(ranges), Dns.GetHostAddressesAsync, cancellationToken) : (null, words["no range"]);
        bool isPort = TryPort(port, out int number);
        byte[] asked = Encoding.UTF8.GetBytes(string.IsNullOrEmpty(community) ? "public" : community);
        Fault = parsed is null ? words["The ranges can't be read: {0}.", words[fault!]] : asked.Length > SnmpMessage.MaxCommunity ? words["The community is too long."]
            : isPort ? null : words["The port is a number from 1 to 65535, or empty for 161."];
        var (user, userFault) = Fault is null ? OfUser(snmp, port) : default;
        Fault ??= userFault is null ? null : words[userFault];
        if (Fault is not null)
        {
            return Page();
        }

        // With a user and no community, nobody is asked in the clear.
        bool inClear = user is null || !string.IsNullOrEmpty(community);
        Discovery? begun = discoveries.TryBegin(
            ids.Next().ToString(CultureInfo.InvariantCulture), Org, parsed!,
            address => [.. user is null ? Array.Empty<SnmpTarget>() : [user(address)], .. inClear ? [new SnmpTarget(address, number, SnmpVersion.V2c, asked)] : Array.Empty<SnmpTarget>()], new SweepOptions());
        if (begun is null)
        {
            Fault = words["This server looks at a network already; wait for its end."];
            return Page();
        }

        await database.WriteAsync(async (c, ct) =>
        {
            await audit.AddAsync(c, Org, WebSession.Of(HttpContext)!.Actor, "discovery.begin", $"discovery:{begun.Id}", null, $"addresses {parsed!.Count}", ct);
            return true;
        }, cancellationToken);
        return Redirect(At(begun.Id, start));
    }

    public async Task<IActionResult> OnPostEndAsync(string? id, bool start, CancellationToken cancellationToken)
    {
        if (id is { Length: <= 32 } && discoveries.Find(id, Org) is { } run)
        {
            await audit.TellAsync(Org, WebSession.Of(HttpContext)!.Actor, "discovery.end", $"discovery:{run.Id}", null, cancellationToken);
            await discoveries.EndAsync(run);
        }

        return Redirect(start ? "/Discover?start=true" : "/Discover");
    }

    /// <summary>Adds the chosen addresses of a discovery under the names that stand beside them.</summary>
    public async Task<IActionResult> OnPostAddAsync(string? id, string[]? add, string? community, string? site, bool start, ProbeForm snmp, CancellationToken cancellationToken)
    {
        if (id is not { Length: <= 32 } || discoveries.Find(id, Org) is not { } run)
        {
            this.TellFault(words["The discovery is forgotten; look again."]);
            return Redirect("/Discover");
        }

        List<string> faults = [];
        int added = 0, silent = 0;
        foreach (DiscoveredDevice d in run.Found.Where(d => add?.Contains(d.Address.ToString(), StringComparer.Ordinal) == true).Take(MostAdded))
        {
            string name = Request.Form["name-" + d.Address] is [{ Length: > 0 } typed] ? typed.Trim() : NameOf(d);
            try
            {
                if (await devices.FindAsync(Org, name, cancellationToken) is not null)
                {
                    faults.Add(words["{0}: there is a device of that name already", name]);
                    continue;
                }

                // A mistyped password would stand at every device: after some that refuse it, the rest is not asked.
                string? fault = d.Version != SnmpVersion.V3 || silent >= MostSilent ? null : await TriedAsync(snmp, d, cancellationToken);
                if (fault is not null || (d.Version == SnmpVersion.V3 && silent >= MostSilent))
                {
                    silent++;
                    faults.Add($"{name}: {(fault is null ? words["not tried after others that did not answer"] : words[fault])}");
                    continue;
                }

                await upsert.ApplyAsync(Input(d, name, snmp, community) with { Site = Optional.Of<string>(string.IsNullOrWhiteSpace(site) ? null : site.Trim()) }, new UpsertContext(Org, WebSession.Of(HttpContext)!.Actor), cancellationToken);
                added++;
            }
            catch (InputFaultException e)
            {
                faults.Add($"{name}: {words[e.Message]}");
            }
        }

        this.Tell(words.Count(added, "{0} device is added; it is read within a minute.", "{0} devices are added; they are read within a minute."));
        if (faults.Count > 0)
        {
            this.TellFault(string.Join("; ", faults.Take(10)));
        }

        return Redirect(start && added > 0 ? "/Start" : At(id, start));
    }

    /// <summary>Why a device does not answer to what is typed for version 3; null when it does.</summary>
    private async Task<string?> TriedAsync(ProbeForm snmp, DiscoveredDevice d, CancellationToken cancellationToken)
    {
        var (target, fault) = OfUser(snmp, d.Port.ToString(CultureInfo.InvariantCulture));
        return target is null ? fault ?? Words.Key("it was found by version 3: type user and passwords again") : (await looks.AtAsync(d.Address.ToString(), target, null, cancellationToken)).Fault;
    }

    private static DeviceInput Input(DiscoveredDevice d, string name, ProbeForm snmp, string? community)
    {
        ProbeForm form = d.Version == SnmpVersion.V3 ? snmp : new ProbeForm { Version = d.Version == SnmpVersion.V1 ? "1" : "2c", Community = community };
        (form.Name, form.Address, form.Port) = (name, d.Address.ToString(), d.Port.ToString(CultureInfo.InvariantCulture));
        return form.ToInput() with { Port = d.Port == SnmpPort ? default : Optional.Of<int?>(d.Port), Profile = default, Location = Optional.Of<string>(d.Report.Identity.Location) };
    }

    /// <summary>How devices are asked as the user that is typed; null without one.</summary>
    private static (Func<IPAddress, SnmpTarget>? Target, string? Fault) OfUser(ProbeForm snmp, string? port)
    {
        if (string.IsNullOrWhiteSpace(snmp.V3User))
        {
            return default;
        }

        (snmp.Version, snmp.Port) = ("3", port);
        return snmp.ToWay();
    }

    private static string At(string id, bool start) => $"/Discover?id={Uri.EscapeDataString(id)}{(start ? "&start=true" : "")}";

    private static bool TryPort(string? text, out int port)
    {
        port = SnmpPort;
        return string.IsNullOrWhiteSpace(text) || (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port) && port is >= 1 and <= 65535);
    }

    private static string[] Split(string ranges) => ranges.Split(s_between, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
