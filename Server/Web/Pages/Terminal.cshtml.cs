using CopyTrack.Identity.Cards;
using CopyTrack.Identity.Login;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.WalkUp;
using CopyTrack.Server.Web.SignIn;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace CopyTrack.Server.Web.Pages;

/// <summary>One terminal: lock, revoke, what it does otherwise than the site, and the finder of card rules. Card numbers that are typed here are used and forgotten.</summary>
internal sealed class TerminalModel(
    TerminalRepository terminals, DeviceRepository devices, TerminalCertificateRepository certificates, AccessLogReader log, IWalkUpControl walkUp, ITerminalRevocation revocation, Words words) : PageModel
{
    private const int Pairs = 5, LongestCard = 128, Lines = 10;

    public TerminalRow Terminal { get; private set; } = null!;
    public DeviceRow? Device { get; private set; }
    public IReadOnlyList<TerminalCertificateRow> Certificates { get; private set; } = [];
    public IReadOnlyList<AccessLogRow> Log { get; private set; } = [];
    public string? Rules { get; private set; }
    public string? Methods { get; private set; }
    public string? Fault { get; private set; }
    public CardRuleSearch? Search { get; private set; }

    public async Task<IActionResult> OnGetAsync(string id, CancellationToken cancellationToken)
    {
        if (id.Length > 64 || await terminals.GetAsync(id, cancellationToken) is not { OrgId: OrganisationRepository.DefaultId } terminal)
        {
            return NotFound();
        }

        Terminal = terminal;
        Rules ??= terminal.CardRules;
        Methods ??= terminal.LoginMethods;
        Device = await devices.GetAsync(terminal.DeviceId, cancellationToken);
        Certificates = await certificates.OfTerminalAsync(id, cancellationToken);
        Log = await log.ListAsync(OrganisationRepository.DefaultId, new AccessLogFilter(id, null, false), long.MaxValue, Lines, cancellationToken);
        return Page();
    }

    public async Task<IActionResult> OnPostLockAsync(string id, CancellationToken cancellationToken)
    {
        if (await OnGetAsync(id, cancellationToken) is NotFoundResult gone)
        {
            return gone;
        }

        await terminals.NoteAsync(Terminal, "terminal.lock", WebSession.Of(HttpContext)!.Actor, cancellationToken);
        this.Tell(await walkUp.LockAsync(id, cancellationToken) ? words["The session is ended and the panel locks."] : words["The panel is told to lock; nobody was at it."]);
        return RedirectToPage();
    }

    public async Task<IActionResult> OnPostRevokeAsync(string id, CancellationToken cancellationToken)
    {
        if (await OnGetAsync(id, cancellationToken) is NotFoundResult gone)
        {
            return gone;
        }

        await revocation.RevokeAsync(id, WebSession.Of(HttpContext)!.Actor, cancellationToken);
        this.Tell(words["The terminal is revoked: its certificate is worth nothing and its connection is cut."]);
        return RedirectToPage();
    }

    public async Task<IActionResult> OnPostConfigureAsync(string id, string? rules, string[]? methods, bool own, CancellationToken cancellationToken)
    {
        if (await OnGetAsync(id, cancellationToken) is NotFoundResult gone)
        {
            return gone;
        }

        Rules = string.IsNullOrWhiteSpace(rules) ? null : rules.Trim();
        Methods = own ? string.Join(';', methods ?? []) : null;
        Fault = Rules is { } text && CardRule.Parse(text) is CardRuleOutcome.Fault fault ? words["The rule is wrong at character {0}: {1}", fault.Position + 1, words[fault.Message]]
            : Methods is { } names && (names.Length == 0 || names.Split(';').Any(n => LoginMethods.Parse(n) is null)) ? words["Choose at least one way to log in."] : null;
        if (Fault is not null)
        {
            return Page();
        }

        await terminals.ConfigureAsync(id, Rules, Methods, WebSession.Of(HttpContext)!.Actor, cancellationToken);
        this.Tell(words["Kept. The terminal follows at once."]);
        return RedirectToPage();
    }

    public async Task<IActionResult> OnPostFindAsync(string id, string[]? reader, string[]? list, CancellationToken cancellationToken)
    {
        if (await OnGetAsync(id, cancellationToken) is NotFoundResult gone)
        {
            return gone;
        }

        CardPair[] pairs = [.. (reader ?? []).Zip(list ?? []).Take(Pairs).Where(p => !string.IsNullOrWhiteSpace(p.First) && !string.IsNullOrWhiteSpace(p.Second) && p.First.Length <= LongestCard && p.Second.Length <= LongestCard)
            .Select(p => new CardPair(p.First.Trim(), p.Second.Trim()))];
        if (pairs.Length < CardRuleFinder.LeastPairs)
        {
            Fault = words["Type at least three cards, each as the reader gives it and as the list has it."];
            return Page();
        }

        Search = await Task.Run(() => CardRuleFinder.Find(pairs), cancellationToken);
        Rules = Search is CardRuleSearch.Found found ? found.Rule.ToString() : Rules;
        return Page();
    }
}
