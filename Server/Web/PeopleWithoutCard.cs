using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Reports;

namespace CopyTrack.Server.Web;

/// <summary>
/// Pages of whoever has no card. Where nearly everybody has one, finding the few reads all people, so a page that took long is kept as <see cref="KeptResults{T}"/> does: whoever loses
/// the last card comes to be listed within two minutes, and whoever was given one is gone at once. An index of them would be written whenever a directory brings cards, which costs more.
/// </summary>
internal sealed class PeopleWithoutCard(PersonRepository people, TimeProvider time)
{
    private const int MostKept = 64;
    private static readonly TimeSpan s_slow = TimeSpan.FromMilliseconds(30);
    private static readonly PersonSearch s_search = new(State: PersonSearch.NoCard);

    private readonly KeptResults<string[]> kept = new(MostKept, time, s_slow);

    /// <summary>At most <paramref name="limit"/> people in the order of their folded names, after that name (empty at first), as they are now.</summary>
    public async Task<IReadOnlyList<PersonState>> FindAsync(long orgId, string after, int limit, CancellationToken cancellationToken)
    {
        IReadOnlyList<PersonState>? made = null;
        var names = (await kept.GetAsync(
            string.Join('\n', orgId, limit, after),
            async ct =>
            {
                made = await people.SearchAsync(orgId, s_search, after, limit, ct);
                return [.. made.Select(p => p.Row.UserFolded)];
            },
            cancellationToken)).Value;
        IReadOnlyList<PersonState> found = made ?? [.. (await people.OfNamesAsync(orgId, names, cancellationToken)).Where(p => p.Row.MergedInto is null && p.Cards.IsEmpty)];
        // A whole page that has lost somebody would look like the last one.
        return found.Count < names.Length && names.Length == limit ? await people.SearchAsync(orgId, s_search, after, limit, cancellationToken) : found;
    }
}
