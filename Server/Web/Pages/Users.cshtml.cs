using CopyTrack.Server.Api;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Web.SignIn;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace CopyTrack.Server.Web.Pages;

/// <summary>People, by search, a page at a time in the order of their names; managers of departments see their people.</summary>
internal sealed class UsersModel(PersonSearches people, PeopleWithoutCard withoutCard) : PageModel
{
    private const int Shown = 100, LongestFilter = 100;
    private static readonly string[] s_states = [PersonSearch.Blocked, PersonSearch.NoCard, "merged"];

    public string? Find { get; private set; }
    public string? Department { get; private set; }
    public string? Group { get; private set; }
    public string? State { get; private set; }
    public bool MayChange { get; private set; }

    /// <summary>The departments of a caller who sees no others; empty for one who sees all.</summary>
    public IReadOnlyList<string> Departments { get; private set; } = [];
    public IReadOnlyList<PersonState> People { get; private set; } = [];

    /// <summary>Address of the next page; null on the last.</summary>
    public string? Next { get; private set; }

    public async Task OnGetAsync(string? find, string? department, string? group, string? state, string? after, CancellationToken cancellationToken)
    {
        WebCaller caller = WebCaller.Of(HttpContext);
        (Find, Department, Group, State) = (Short(find), Short(department), Short(group), s_states.Contains(state) ? state : null);
        (MayChange, Departments) = (caller.May(Access.Administration), caller.Scope.Departments.Values);
        // One of another department narrows nothing, and its name is not shown again.
        Department = caller.IsWhole || caller.Scope.Departments.Has(Department) ? Department : null;
        string from = after is { Length: <= 300 } ? after : "";
        IReadOnlyList<PersonState> found = !caller.IsWhole ? await people.FindAsync(caller.OrgId, new PersonSearch(Find, null, Group, State), Department is { } one ? [one] : Departments, from, Shown + 1, cancellationToken)
            : (Find, Department, Group, State) is (null, null, null, PersonSearch.NoCard)
            ? await withoutCard.FindAsync(caller.OrgId, from, Shown + 1, cancellationToken)
            : await people.FindAsync(caller.OrgId, new PersonSearch(Find, Department, Group, State), from, Shown + 1, cancellationToken);
        People = [.. found.Take(Shown)];
        Next = found.Count > Shown ? Request.Path + new Microsoft.AspNetCore.Http.Extensions.QueryBuilder(new Dictionary<string, string?>
        {
            ["find"] = Find, ["department"] = Department, ["group"] = Group, ["state"] = State, ["after"] = NameFolding.Fold(People[^1].Row.UserName),
        }.Where(p => p.Value is not null).Select(p => KeyValuePair.Create(p.Key, p.Value!))).ToString() : null;
    }

    private static string? Short(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim() is { Length: > LongestFilter } longer ? longer[..LongestFilter] : text.Trim();
}
