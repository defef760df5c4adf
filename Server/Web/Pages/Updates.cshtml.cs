using System.Globalization;
using CopyTrack.Accounting.Fleet;
using CopyTrack.Accounting.Fleet.Updates;
using CopyTrack.Identity.Licensing;
using CopyTrack.Server.Api;
using CopyTrack.Server.Data.Fleet;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Fleet;
using CopyTrack.Server.Fleet.Updates;
using CopyTrack.Server.Web.SignIn;
using CopyTrack.Server.Web.Site;
using CopyTrack.Server.Web.Tables;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace CopyTrack.Server.Web.Pages;

/// <summary>Update packages of agents: taken, offered in stages, halted; who has what, and what failed.</summary>
[RequestSizeLimit(PackageShelf.MaxBytes + (64 * 1024))]
[RequestFormLimits(MultipartBodyLengthLimit = PackageShelf.MaxBytes)]
internal sealed class UpdatesModel(FleetPackages packages, PackageIntake intake, FleetStages steps, FleetRepository fleet, ReleaseKeys keys, AuditNames names, FleetOptions options, Words words, TimeProvider time) : PageModel
{
    // What stands before whoever halted a package by hand, here as in REST.
    private const string ByHand = "halted by ";

    public IReadOnlyList<FleetPackageRow> Packages { get; private set; } = [];
    public ILookup<long, FleetRolloutRow> Stages { get; private set; } = Array.Empty<FleetRolloutRow>().ToLookup(s => s.PackageId);
    public IReadOnlyDictionary<FleetRolloutRow, StageHold> Holds { get; private set; } = new Dictionary<FleetRolloutRow, StageHold>();
    public IReadOnlyList<FleetAgentUpdateRow> Agents { get; private set; } = [];
    public IReadOnlyList<FleetNodeRow> Nodes { get; private set; } = [];
    public TableQuery Query => TableQuery.Of(Request);

    /// <summary>What those who halted packages are called today, by what the packages say.</summary>
    private IReadOnlyDictionary<string, string> HaltedBy { get; set; } = new Dictionary<string, string>();

    /// <summary>False when this program was built without a release key and takes no packages.</summary>
    public bool HasKey => keys.Any;

    /// <summary>True when a file may be sent: nobody should send one to be asked for a password then.</summary>
    public bool IsProven => WebSession.Of(HttpContext)!.IsProven(time.GetUtcNow());

    private static FleetScope Whole => new(OrganisationRepository.DefaultId);

    private string Actor => WebSession.Of(HttpContext)!.Actor;

    /// <summary>Why a package is halted, in the reader's words: by whom, or what agents did.</summary>
    public string HaltOf(FleetPackageRow package)
    {
        string reason = package.HaltedReason ?? "";
        return ByWhom(reason) is { } actor ? words["Halted by {0}.", HaltedBy.GetValueOrDefault(actor) ?? words[ActorTexts.Of(actor)]] : words.Sentence(reason);
    }

    /// <summary>The text of a state, to be translated where it is shown.</summary>
    public static string WordOf(string state) => state switch
    {
        "Running" => Words.Key("up to date"),
        "Waiting" => Words.Key("waits for the owner's yes"),
        "Fetching" => Words.Key("fetches"),
        "Trial" => Words.Key("on trial"),
        _ => Words.Key("failed"),
    };

    public async Task OnGetAsync(CancellationToken cancellationToken)
    {
        Packages = await packages.ListAsync(Whole.OrgId, cancellationToken);
        Stages = (await packages.StagesAsync(Whole.OrgId, cancellationToken)).ToLookup(s => s.PackageId);
        Dictionary<FleetRolloutRow, StageHold> holds = [];
        foreach (FleetPackageRow package in Packages.Where(p => p.HaltedAt is null))
        {
            foreach (FleetRolloutRow stage in Stages[package.Id].Where(s => s is { RaiseHours: not null, Share: < 100 }))
            {
                holds[stage] = await steps.LookAsync(package, stage, time.GetUtcNow(), options.Stale, cancellationToken);
            }
        }

        Holds = holds;
        HaltedBy = await names.OfAsync(Whole.OrgId, Packages.Select(p => ByWhom(p.HaltedReason ?? "")).OfType<string>(), cancellationToken);
        Agents = await packages.AgentsAsync(Whole, cancellationToken);
        Nodes = await fleet.NodesAsync(Whole, cancellationToken);
    }

    public async Task<IActionResult> OnPostTakeAsync(IFormFile? package, CancellationToken cancellationToken)
    {
        if (package is null)
        {
            return Refused(words["Choose a package first."]);
        }

        try
        {
            await using Stream content = package.OpenReadStream();
            (FleetPackageRow? taken, Entitlement? licence) = await intake.TakeAsync(Whole.OrgId, content, Actor, cancellationToken);
            return Told(taken is not null ? words["Version {0} for {1} is there. Nobody is offered it before you say so.", taken.Version, taken.Platform] : words["Licence {0} is in place.", licence!.Id]);
        }
        catch (FleetFormatException e)
        {
            return Refused(PackageAdvice.Refused(words, e.Message));
        }
    }

    public Task<IActionResult> OnPostStageAsync(string? id, string? node, int percent, int? hours, CancellationToken cancellationToken) => ChangeAsync(id, async package =>
    {
        string? fault = percent is < 0 or > 100 ? words["a share is from 0 to 100 per cent"]
            : hours is < 1 or > StageRules.MostHours ? words["the hours between two steps are from 1 to {0}", StageRules.MostHours]
            : await packages.StageAsync(package, string.IsNullOrEmpty(node) ? null : FleetNames.Usable(node) ?? "", percent, hours, Actor, cancellationToken);
        return fault is null ? words["{0} is offered to {1} % of {2}.", package.Version, percent, string.IsNullOrEmpty(node) ? words["everyone"] : node] : throw new FleetFormatException(fault);
    }, cancellationToken);

    public Task<IActionResult> OnPostHaltAsync(string? id, CancellationToken cancellationToken) => ChangeAsync(id, async package =>
    {
        await packages.HaltAsync(package, package.HaltedAt is null ? ByHand + Actor : null, Actor, cancellationToken);
        return package.HaltedAt is null ? words["{0} is offered to nobody any more.", package.Version] : words["{0} is offered again.", package.Version];
    }, cancellationToken);

    public Task<IActionResult> OnPostRemoveAsync(string? id, CancellationToken cancellationToken) => ChangeAsync(id, async package =>
    {
        await packages.RemoveAsync(package, Actor, cancellationToken);
        return words["{0} is removed; agents that run it keep it.", package.Version];
    }, cancellationToken);

    private static string? ByWhom(string reason) => reason.StartsWith(ByHand, StringComparison.Ordinal) ? reason[ByHand.Length..] : null;

    private async Task<IActionResult> ChangeAsync(string? id, Func<FleetPackageRow, Task<string>> change, CancellationToken cancellationToken)
    {
        if (!long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out long number) || await packages.GetAsync(Whole.OrgId, number, cancellationToken) is not { Whole: 1 } package)
        {
            return Refused(words["There is no such package any more."]);
        }

        try
        {
            return Told(await change(package));
        }
        catch (FleetFormatException e)
        {
            return Refused(words["Not changed: {0}.", words[e.Message]]);
        }
    }

    private RedirectToPageResult Refused(string text)
    {
        this.TellFault(text);
        return RedirectToPage();
    }

    private RedirectToPageResult Told(string text)
    {
        this.Tell(text);
        return RedirectToPage();
    }
}
