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

/// <summary>Looks for devices in address ranges and adds those that are chosen. The community is used and forgotten: it is typed again to add.</summary>
internal sealed class DiscoverModel(Discoveries discoveries, DeviceRepository devices, DeviceUpsert upsert, IDatabase database, AuditLog audit, IdGenerator ids, Words words) : PageModel
{
    private const long Org = OrganisationRepository.DefaultId;
    private const int LongestRanges = 4000, MostAdded = 500, SnmpPort = 161;
    private static readonly char[] s_between = ['\r', '\n', ' ', ',', ';'];

    public Discovery? Run { get; private set; }
    public HashSet<string> Known { get; private set; } = [];
    public string? Ranges { get; private set; }
    public string? Port { get; private set; }
    public string? Fault { get; private set; }

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

    public async Task<IActionResult> OnPostAsync(string? ranges, string? community, string? port, bool start, CancellationToken cancellationToken)
    {
        (Ranges, Port, OfStart) = (ranges, port, start);
        var (parsed, fault) = ranges is { Length: <= LongestRanges } ? await NamedRanges.ParseAsync(Split(ranges), Dns.GetHostAddressesAsync, cancellationToken) : (null, words["no range"]);
        bool isPort = TryPort(port, out int number);
        byte[] asked = Encoding.UTF8.GetBytes(string.IsNullOrEmpty(community) ? "public" : community);
        Fault = parsed is null ? words["The ranges can't be read: {0}.", words[fault!]] : asked.Length > SnmpMessage.MaxCommunity ? words["The community is too long."]
            : isPort ? null : words["The port is a number from 1 to 65535, or empty for 161."];
        if (Fault is not null)
        {
            return Page();
        }

        Discovery? begun = discoveries.TryBegin(
            ids.Next().ToString(CultureInfo.InvariantCulture), Org, parsed!, address => [new SnmpTarget(address, number, SnmpVersion.V2c, asked)], new SweepOptions());
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
    public async Task<IActionResult> OnPostAddAsync(string? id, string[]? add, string? community, string? site, bool start, CancellationToken cancellationToken)
    {
        if (id is not { Length: <= 32 } || discoveries.Find(id, Org) is not { } run)
        {
            this.TellFault(words["The discovery is forgotten; look again."]);
            return Redirect("/Discover");
        }

        List<string> faults = [];
        int added = 0;
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

                await upsert.ApplyAsync(
                    new DeviceInput
                    {
                        Name = name, Address = Optional.Of<string>(d.Address.ToString()), Port = d.Port == SnmpPort ? default : Optional.Of<int?>(d.Port), SnmpVersion = Optional.Of<string>(d.Version == SnmpVersion.V1 ? "1" : "2c"),
                        Community = Optional.Of<string>(string.IsNullOrEmpty(community) ? null : community), Site = Optional.Of<string>(string.IsNullOrWhiteSpace(site) ? null : site.Trim()), Location = Optional.Of<string>(d.Report.Identity.Location),
                    },
                    new UpsertContext(Org, WebSession.Of(HttpContext)!.Actor), cancellationToken);
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

    private static string At(string id, bool start) => $"/Discover?id={Uri.EscapeDataString(id)}{(start ? "&start=true" : "")}";

    private static bool TryPort(string? text, out int port)
    {
        port = SnmpPort;
        return string.IsNullOrWhiteSpace(text) || (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port) && port is >= 1 and <= 65535);
    }

    private static string[] Split(string ranges) => ranges.Split(s_between, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
