using System.Globalization;
using CopyTrack.Server.Data.Privacy;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Secrets;
using CopyTrack.Server.Web.SignIn;
using CopyTrack.Server.Web.Tables;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace CopyTrack.Server.Web.Pages;

/// <summary>Logins at the terminals, whatever came of them; a card that nobody has can be given to a person.</summary>
internal sealed class AccessLogModel(AccessLogReader log, CardRepository cards, Retention retention, IHashKeys keys, Words words) : PageModel
{
    private const int Rows = 50;

    public TableQuery Query { get; private set; } = null!;
    public IReadOnlyList<AccessLogRow> Lines { get; private set; } = [];
    public string? Next { get; private set; }
    public string? Terminal { get; private set; }
    public string? Outcome { get; private set; }
    public bool Unknown { get; private set; }
    public int KeptDays { get; private set; }

    public async Task OnGetAsync(string? terminal, string? outcome, string? show, CancellationToken cancellationToken)
    {
        (Terminal, Outcome, Unknown) = (Empty(terminal), Empty(outcome), show == "unknown");
        Query = TableQuery.Of(Request);
        long before = long.TryParse(Query.After, NumberStyles.None, CultureInfo.InvariantCulture, out long id) ? id : long.MaxValue;
        IReadOnlyList<AccessLogRow> rows = await log.ListAsync(OrganisationRepository.DefaultId, new AccessLogFilter(Terminal, Outcome, Unknown), before, Rows + 1, cancellationToken);
        Lines = [.. rows.Take(Rows)];
        KeptDays = await retention.AccessLogDaysAsync(cancellationToken);
        Next = rows.Count > Rows ? Lines[^1].Id.ToString(CultureInfo.InvariantCulture) : null;
    }

    public async Task<IActionResult> OnPostAssignAsync(long line, string? user, CancellationToken cancellationToken)
    {
        switch (await cards.AssignAsync(OrganisationRepository.DefaultId, line, user?.Trim() ?? "", keys.Current.LiveKeyIds, WebSession.Of(HttpContext)!.Actor, cancellationToken))
        {
            case CardAssignment.Assigned assigned:
                this.Tell(words["The card belongs to {0} now.", assigned.Person.DisplayName ?? assigned.Person.UserName]);
                break;
            case CardAssignment.NoPerson:
                this.TellFault(words["There is no user “{0}”.", user]);
                break;
            case CardAssignment.Taken:
                this.TellFault(words["Somebody else has this card by now."]);
                break;
            case CardAssignment.OldKey:
                this.TellFault(words["The card was seen before the hash key was retired: have it shown to the reader once more."]);
                break;
            default:
                this.TellFault(words["The line is gone: have the card shown to the reader once more."]);
                break;
        }

        return Redirect(Request.Path + Request.QueryString.ToString().Replace("handler=Assign", "", StringComparison.OrdinalIgnoreCase));
    }

    private static string? Empty(string? text) => string.IsNullOrWhiteSpace(text) || text.Length > 64 ? null : text;
}
