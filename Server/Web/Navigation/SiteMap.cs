using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Security.Claims;
using Microsoft.AspNetCore.Authorization;

namespace CopyTrack.Server.Web.Navigation;

/// <summary>The menu: what there is, and what of it a person may see.</summary>
internal static class SiteMap
{
    private static readonly ImmutableArray<NavGroup> s_groups =
    [
        new(null, [new("/", Words.Key("Overview"), WebServices.Administrators, "o")]),
        new(Words.Key("Reports"),
        [
            new("/Reports", Words.Key("Reports"), WebServices.ReportReaders, "r"),
            new("/SavedReports", Words.Key("Kept reports"), WebServices.ReportReaders),
            new("/Sessions", Words.Key("Sessions"), WebServices.Administrators, "s"),
            new("/Coverage", Words.Key("Coverage"), WebServices.Administrators, "c"),
            new("/Receipts", Words.Key("Receipts"), WebServices.Administrators),
        ]),
        new(Words.Key("Devices"),
        [
            new("/Devices", Words.Key("Devices"), WebServices.Administrators, "d"),
            new("/Terminals", Words.Key("Terminals"), WebServices.Administrators, "t"),
            new("/AccessLog", Words.Key("Access log"), WebServices.Administrators, "l"),
            new("/Fleet", Words.Key("Fleet"), WebServices.FleetReaders, "f"),
            new("/Alerts", Words.Key("Alerts"), WebServices.FleetReaders, "n"),
            new("/AlertRules", Words.Key("Alert rules"), WebServices.FleetReaders),
            new("/Updates", Words.Key("Updates"), WebServices.Administrators),
        ]),
        new(Words.Key("People"),
        [
            new("/My", Words.Key("My copies"), WebServices.Persons, "m"),
            new("/Users", Words.Key("Users"), WebServices.PeopleReaders, "u"),
            new("/Projects", Words.Key("Projects"), WebServices.Administrators, "j"),
            new("/Directories", Words.Key("Directories"), WebServices.Administrators),
            new("/Privacy", Words.Key("Privacy"), WebServices.NameAskers),
        ]),
        new(Words.Key("Settings"),
        [
            new("/Prices", Words.Key("Prices"), WebServices.Administrators, "p"),
            new("/Webhooks", Words.Key("Webhooks"), WebServices.Administrators, "w"),
            new("/Schedules", Words.Key("Scheduled work"), WebServices.Administrators),
            new("/Settings", Words.Key("Settings"), WebServices.Administrators, "e"),
            new("/Accounts", Words.Key("Accounts and roles"), WebServices.Administrators),
            new("/Audit", Words.Key("Audit log"), WebServices.Administrators, "a"),
        ]),
    ];

    /// <summary>Pages whose path does not say below which item they lie.</summary>
    private static readonly FrozenDictionary<string, string> s_below = new Dictionary<string, string>
    {
        ["/FleetAgent"] = "/Fleet", ["/FleetDevice"] = "/Fleet", ["/FleetList"] = "/Fleet", ["/Alert"] = "/Alerts", ["/AlertRule"] = "/AlertRules", ["/Probe"] = "/Devices", ["/Discover"] = "/Devices",
        ["/ImportUsers"] = "/Users", ["/ImportCards"] = "/Users", ["/Directory"] = "/Directories",
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>The groups with what <paramref name="user"/> may see; groups without any are left out.</summary>
    public static async Task<IReadOnlyList<NavGroup>> ForAsync(ClaimsPrincipal user, IAuthorizationService authorization)
    {
        Dictionary<string, bool> may = new(StringComparer.Ordinal);
        foreach (string policy in s_groups.SelectMany(g => g.Items).Select(i => i.Policy).Distinct(StringComparer.Ordinal))
        {
            may[policy] = (await authorization.AuthorizeAsync(user, policy)).Succeeded;
        }

        return [.. s_groups.Select(g => g with { Items = [.. g.Items.Where(i => may[i.Policy])] }).Where(g => g.Items.Length > 0)];
    }

    /// <summary>The item that a path is or lies below, and its group; null for pages that are in no menu.</summary>
    public static (NavGroup Group, NavItem Item)? Find(string path)
    {
        string? below = s_below.GetValueOrDefault(path.IndexOf('/', 1) is > 0 and var end ? path[..end] : path);
        return (from g in s_groups
         from i in g.Items
         where path.Equals(i.Path, StringComparison.OrdinalIgnoreCase) || i.Path == below || (i.Path != "/" && path.StartsWith(i.Path + "/", StringComparison.OrdinalIgnoreCase))
         orderby i.Path.Length descending
         select ((NavGroup, NavItem)?)(g, i)).FirstOrDefault();
    }
}
