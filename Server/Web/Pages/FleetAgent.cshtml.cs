using CopyTrack.Accounting.Fleet;
using CopyTrack.Server.Api;
using CopyTrack.Server.Data.Fleet;
using CopyTrack.Server.Fleet;
using CopyTrack.Server.Web.SignIn;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace CopyTrack.Server.Web.Pages;

/// <summary>One agent for those who see it: how it stands. Administrators say what is wanted of it, make a code for it, and revoke it.</summary>
internal sealed class FleetAgentModel(FleetRepository fleet, FleetScopes scopes, AgentCodes codes, FleetOptions options, Words words, TimeProvider time) : PageModel
{
    public FleetAgentRow Agent { get; private set; } = null!;
    public string? Told { get; private set; }
    public bool ToldGood { get; private set; }
    public AgentCode? Code { get; private set; }

    /// <summary>True for administrators: others look.</summary>
    public bool MayChange => WebCaller.Of(HttpContext).May(Access.Administration);

    public string State => Freshness.Of(Agent, options, time.GetUtcNow());

    private string Actor => WebSession.Of(HttpContext)!.Actor;

    public async Task<IActionResult> OnGetAsync(string? name, CancellationToken cancellationToken) => await LoadAsync(name, cancellationToken) ? Page() : NotFound();

    /// <summary>Has the agent read its devices, or look for new ones, when it asks next; the intervals that were set stay.</summary>
    public Task<IActionResult> OnPostWantAsync(string? name, string? verb, CancellationToken cancellationToken) => ChangeAsync(name, async agent =>
    {
        if (verb is not ("readNow" or "discoverNow"))
        {
            return (false, words["There is no such wish."]);
        }

        await fleet.WantAsync(agent, verb, agent.WantsCounterSeconds, agent.WantsInventorySeconds, Actor, cancellationToken);
        return (true, words["The agent is told when it asks next."]);
    }, cancellationToken);

    /// <summary>Sets the intervals, in seconds; an empty one leaves the agent's own.</summary>
    public Task<IActionResult> OnPostIntervalsAsync(string? name, long? counterSeconds, long? inventorySeconds, CancellationToken cancellationToken) => ChangeAsync(name, async agent =>
    {
        if (new[] { counterSeconds, inventorySeconds }.Any(s => s is { } seconds && (seconds is < 0 or > 86_400 || !FleetWants.IsInterval(TimeSpan.FromSeconds(seconds)))))
        {
            return (false, words["An interval is between 60 and 86400 seconds."]);
        }

        await fleet.WantAsync(agent, "", counterSeconds, inventorySeconds, Actor, cancellationToken);
        return (true, words["The agent is told when it asks next."]);
    }, cancellationToken);

    public Task<IActionResult> OnPostRevokeAsync(string? name, CancellationToken cancellationToken) => ChangeAsync(name, async agent =>
    {
        bool revoked = await fleet.RevokeAsync(agent, Actor, cancellationToken);
        return (revoked, revoked ? words["Revoked: nothing of this agent is taken any more."] : words["It was revoked before."]);
    }, cancellationToken);

    public Task<IActionResult> OnPostCodeAsync(string? name, CancellationToken cancellationToken) => ChangeAsync(name, async agent =>
    {
        (Code, string? fault) = await codes.MakeAsync(agent.OrgId, agent.Name, agent.Site, Actor, hosted: false, cancellationToken);
        return (Code is not null, Code is null ? words["No code: {0}.", words[fault!]] : words["Enrolment code of agent {0}", agent.Name]);
    }, cancellationToken);

    private async Task<bool> LoadAsync(string? name, CancellationToken cancellationToken)
    {
        if (FleetNames.Usable(name) is not { } good || await scopes.OfAsync(WebCaller.Of(HttpContext).Scope, cancellationToken) is not { } scope)
        {
            return false;
        }

        Agent = (await fleet.SeenAsync(scope, good, cancellationToken))!;
        return Agent is not null;
    }

    private async Task<IActionResult> ChangeAsync(string? name, Func<FleetAgentRow, Task<(bool Good, string Told)>> change, CancellationToken cancellationToken)
    {
        if (!MayChange)
        {
            return Forbid();
        }

        if (!await LoadAsync(name, cancellationToken))
        {
            return NotFound();
        }

        (ToldGood, Told) = await change(Agent);
        await LoadAsync(name, cancellationToken);
        return Page();
    }
}
