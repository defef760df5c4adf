using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Repositories;
using Dapper;

namespace CopyTrack.Server.Charging;

/// <summary>The groups of people that price lists name, for entries that are posted when their person is not at a panel.</summary>
internal sealed class PriceGroups(IDatabase database, PriceBooks books)
{
    /// <summary>By person, `;` between; people without such a group are left out. Null when no list names a group: nothing is asked then.</summary>
    public async Task<IReadOnlyDictionary<long, string>?> OfAsync(IEnumerable<long> people, CancellationToken cancellationToken)
    {
        var book = books.Current;
        long[] ids = book.NamesGroups ? [.. people.Distinct()] : [];
        if (ids.Length == 0)
        {
            return null;
        }

        var rows = await database.ReadAsync(
            async (c, ct) => (await c.QueryAsync<PersonGroupRow>(new CommandDefinition(database.Sql["PersonGroup_ListByPersons"], new { ids }, cancellationToken: ct))).AsList(), cancellationToken);
        var groups = new Dictionary<long, string>();
        foreach (var person in rows.GroupBy(r => r.PersonId))
        {
            if (book.Relevant(person.Select(r => r.GroupFolded)) is { } some)
            {
                groups[person.Key] = some;
            }
        }

        return groups;
    }
}
