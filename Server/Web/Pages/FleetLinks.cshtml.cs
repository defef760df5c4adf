using System.Globalization;
using CopyTrack.Server.Data.Fleet;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Fleet;
using CopyTrack.Server.Web.SignIn;
using CopyTrack.Server.Web.Tables;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace CopyTrack.Server.Web.Pages;

/// <summary>Devices that an agent may have been taken for wrongly by a serial number, for administrators to part.</summary>
internal sealed class FleetLinksModel(FleetLinks links, FleetRepository fleet, FleetOptions options, Words words, TimeProvider time) : PageModel
{
    public IReadOnlyList<DoubtfulLinkRow> Links { get; private set; } = [];
    public TableQuery Query => TableQuery.Of(Request);
    public string? Told { get; private set; }
    public bool ToldGood { get; private set; }

    public async Task OnGetAsync(CancellationToken cancellationToken) => Links = await links.DoubtfulAsync(OrganisationRepository.DefaultId, time.GetUtcNow() - options.Stale, cancellationToken);

    /// <summary>Parts a link: what the agent names so is a device of its own from now on.</summary>
    public async Task OnPostPartAsync(string? agent, string? key, CancellationToken cancellationToken)
    {
        string? made = long.TryParse(agent, NumberStyles.None, CultureInfo.InvariantCulture, out long id) && await fleet.GetAsync(id, cancellationToken) is { } row && row.OrgId == OrganisationRepository.DefaultId
            ? await links.PartAsync(row, key ?? "", WebSession.Of(HttpContext)!.Actor, cancellationToken) : null;
        (ToldGood, Told) = (made is not null, made is null ? words["There is no such link any more."] : words["Parted: what the agent tells belongs to {0} from now on, within five minutes. The ledger stays as it is.", made]);
        await OnGetAsync(cancellationToken);
    }

    /// <summary>Why a link is in doubt.</summary>
    public static string WhyOf(string why) => why switch
    {
        "elsewhere" => Words.Key("read here at another site"),
        "shared" => Words.Key("told at two places at one time"),
        _ => why,
    };
}
