using CopyTrack.Server.Data.Repositories;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace CopyTrack.Server.Web.Pages;

/// <summary>People, by search.</summary>
internal sealed class UsersModel(WebQueries queries) : PageModel
{
    public string? Find { get; private set; }
    public PersonState[] People { get; private set; } = [];

    public async Task OnGetAsync(string? find, CancellationToken cancellationToken)
    {
        Find = find is { Length: > 100 } ? find[..100] : find;
        People = await queries.PeopleAsync(Find, cancellationToken);
    }
}
