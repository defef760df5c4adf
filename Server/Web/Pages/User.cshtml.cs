using System.Globalization;
using CopyTrack.Accounting.Charging;
using CopyTrack.Server.Api;
using CopyTrack.Server.Api.People;
using CopyTrack.Server.Charging;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Privacy;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Imports;
using CopyTrack.Server.Reports;
using CopyTrack.Server.Secrets;
using CopyTrack.Server.Web.SignIn;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace CopyTrack.Server.Web.Pages;

/// <summary>One person: cards, PIN, groups, rights, limit, last walk-ups and logins, and what an administrator does about them.</summary>
internal sealed class UserModel(
    PersonRepository people, PersonUpsert upsert, PersonMergeRepository merges, PersonErasure erasure, PersonExport export, CardRepository cards, PinRepository pins, QuotaRepository quotas,
    WebQueries queries, IDatabase database, IHashKeys keys, ReportOptions options, TimeProvider time, Words words) : PageModel
{
    private const int Shown = 20;

    public PersonState Person { get; private set; } = null!;
    public bool MayChange => WebCaller.Of(HttpContext).May(Access.Administration);
    public IReadOnlyList<GroupSource> Groups { get; private set; } = [];
    public IReadOnlyList<AccessLine> Logins { get; private set; } = [];
    public SessionView[] Sessions { get; private set; } = [];
    public QuotaRow? Quota { get; private set; }
    public IReadOnlyList<PersonRow> Merged { get; private set; } = [];
    public PersonRow? Into { get; private set; }

    /// <summary>What an erasure would take; null for who may not erase.</summary>
    public ErasePreview? WouldGo { get; private set; }

    /// <summary>A new PIN, shown this once.</summary>
    public string? Pin { get; private set; }

    /// <summary>English text of what was refused.</summary>
    public string? Fault { get; private set; }

    public async Task<IActionResult> OnGetAsync(string name, CancellationToken cancellationToken)
    {
        WebCaller caller = WebCaller.Of(HttpContext);
        if (await people.FindWholeAsync(caller.OrgId, name, cancellationToken) is not { } person || !caller.Sees(person.Row))
        {
            return NotFound();
        }

        Person = person;
        Groups = await people.GroupSourcesAsync(person.Row.Id, cancellationToken);
        Logins = await people.AccessAsync(person.Row.Id, Shown, cancellationToken);
        Sessions = await queries.SessionsOfAsync(caller.OrgId, person.Row.Id, Shown, cancellationToken);
        DateOnly today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(time.GetUtcNow(), options.TimeZone).DateTime);
        Quota = await quotas.FindAsync(caller.OrgId, QuotaKind.Person, person.Row.Id.ToString(CultureInfo.InvariantCulture), today, cancellationToken);
        Into = person.Row.MergedInto is { } into ? await people.GetAsync(into, cancellationToken) : null;
        List<PersonRow> merged = [];
        foreach (long id in (await merges.IdsAsync(person.Row.Id, cancellationToken)).Skip(1))
        {
            merged.AddRange(await people.GetAsync(id, cancellationToken) is { } one ? [one] : Array.Empty<PersonRow>());
        }

        Merged = merged;
        WouldGo = MayChange ? await ErasePreview.OfAsync(database, caller.OrgId, person.Row.Id, cancellationToken) : null;
        return Page();
    }

    public Task<IActionResult> OnPostBlockAsync(string name, bool on, CancellationToken cancellationToken) => ChangeAsync(
        name, new PersonInput { Enabled = Optional.Of<bool?>(!on) }, on ? Words.Key("Blocked. Cards, PIN and sign-in of this person are refused from now on.") : Words.Key("Blocked no longer."), cancellationToken);

    public Task<IActionResult> OnPostCardAsync(string name, string? card, CancellationToken cancellationToken) =>
        ChangeAsync(name, new PersonInput { AddedCard = card ?? "" }, Words.Key("The card is added."), cancellationToken);

    public async Task<IActionResult> OnPostRemoveCardAsync(string name, long card, CancellationToken cancellationToken)
    {
        if (await AllowedAsync(name, cancellationToken) is not { } person)
        {
            return NotFound();
        }

        return await cards.RemoveAsync(person.OrgId, person.Id, card, Actor, false, cancellationToken) ? Done(person, Words.Key("The card is removed.")) : NotFound();
    }

    /// <summary>Makes a PIN and shows it in this answer and never again.</summary>
    public async Task<IActionResult> OnPostPinAsync(string name, CancellationToken cancellationToken)
    {
        if (await AllowedAsync(name, cancellationToken) is not { } person)
        {
            return NotFound();
        }

        Pin = await pins.GenerateAsync(person.OrgId, person.Id, keys.Current, Actor, cancellationToken);
        return await OnGetAsync(name, cancellationToken);
    }

    public async Task<IActionResult> OnPostMergeAsync(string name, string? into, CancellationToken cancellationToken)
    {
        if (await AllowedAsync(name, cancellationToken) is not { } person)
        {
            return NotFound();
        }

        PersonRow? other = string.IsNullOrWhiteSpace(into) || into.Length > 256 ? null : await people.FindAsync(person.OrgId, into.Trim(), cancellationToken);
        MergeOutcome outcome = other is null ? MergeOutcome.NotThere : await merges.MergeAsync(person.OrgId, person.Id, other.Id, Actor, cancellationToken);
        if (outcome == MergeOutcome.Merged)
        {
            return Done(other!, Words.Key("They are one person now. What was copied stays as it was booked and is shown here."));
        }

        Fault = outcome switch
        {
            MergeOutcome.NotThere => Words.Key("There is no such other person."),
            MergeOutcome.MergedBefore => Words.Key("One of them was merged before; merge with whom they were merged into."),
            _ => Words.Key("A directory or a provisioning client still has the person who would go. Merge the other way round, or take them away there first."),
        };
        return await OnGetAsync(name, cancellationToken);
    }

    public async Task<IActionResult> OnPostEraseAsync(string name, string? again, CancellationToken cancellationToken)
    {
        if (await AllowedAsync(name, cancellationToken) is not { } person)
        {
            return NotFound();
        }

        EraseOutcome? outcome = again?.Trim() == person.UserName ? await erasure.EraseAsync(person.OrgId, person.Id, Actor, cancellationToken) : null;
        if (outcome == EraseOutcome.Erased)
        {
            this.Tell(words["The person is erased. Every sum stays."]);
            return Redirect("/Users");
        }

        Fault = outcome is null ? Words.Key("Type the user name to erase the person.")
            : Words.Key("A directory or a provisioning client still has the person and would bring them back. Take them away there first.");
        return await OnGetAsync(name, cancellationToken);
    }

    /// <summary>All that is kept of the person, as a file.</summary>
    public async Task<IActionResult> OnPostExportAsync(string name, CancellationToken cancellationToken)
    {
        if (await AllowedAsync(name, cancellationToken) is not { } person)
        {
            return NotFound();
        }

        Response.ContentType = "application/zip";
        Response.Headers.ContentDisposition = FormattableString.Invariant($"attachment; filename=\"person-{person.Id}.zip\"");
        await export.WriteAsync(person.OrgId, person.Id, Actor, () => Response.Body, cancellationToken);
        return new EmptyResult();
    }

    private string Actor => WebCaller.Of(HttpContext).Actor;

    private async Task<PersonRow?> AllowedAsync(string name, CancellationToken cancellationToken) =>
        MayChange && await people.FindAsync(WebCaller.Of(HttpContext).OrgId, name, cancellationToken) is { } person ? person : null;

    private async Task<IActionResult> ChangeAsync(string name, PersonInput input, string told, CancellationToken cancellationToken)
    {
        if (await AllowedAsync(name, cancellationToken) is not { } person)
        {
            return NotFound();
        }

        try
        {
            await upsert.ApplyAsync(input with { UserName = person.UserName }, new UpsertContext(person.OrgId, Actor), cancellationToken);
            return Done(person, told);
        }
        catch (InputFaultException fault)
        {
            Fault = fault.Message;
            return await OnGetAsync(name, cancellationToken);
        }
    }

    private RedirectResult Done(PersonRow person, string told)
    {
        this.Tell(words[told]);
        return Redirect("/Users/" + Uri.EscapeDataString(person.UserName));
    }
}
