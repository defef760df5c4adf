using CopyTrack.Identity.Replication;
using CopyTrack.Server.Data;

namespace CopyTrack.Server.Directories;

/// <summary>Who must give up a user name first, so that others may have it. Pure.</summary>
internal static class NameSwap
{
    /// <summary>
    /// People whose entry is gone, and people of <paramref name="waiting"/> who get another name themselves and surely can (in a circle, too).
    /// Nobody who keeps a name is among them.
    /// </summary>
    public static IReadOnlyCollection<long> Parkable(MergeSet set, IReadOnlyCollection<DirectoryPerson> waiting)
    {
        // Whom each waiting entry would push aside; only the first claim on a name counts.
        var wishes = waiting.Select(p => (Person: Of(set, p), Name: NameFolding.Fold(p.UserName))).DistinctBy(w => w.Name).ToList();
        var movers = wishes.Where(w => w.Person is { } id && set.People.TryGetValue(id, out var row) && row.UserFolded != w.Name).ToDictionary(w => w.Person!.Value, w => w.Name);
        var settled = false;
        while (!settled)
        {
            settled = true;
            foreach (var (person, name) in movers.ToList())
            {
                if (set.Names.TryGetValue(name, out var holder) && holder != person && !movers.ContainsKey(holder) && set.Linked.GetValueOrDefault(holder) is null)
                {
                    movers.Remove(person);
                    settled = false;
                }
            }
        }

        return
        [
            .. wishes.Where(w => w.Person is not { } id || movers.ContainsKey(id))
                .Select(w => set.Names.TryGetValue(w.Name, out var holder) ? holder : 0)
                .Where(holder => holder != 0 && (movers.ContainsKey(holder) || set.Linked.GetValueOrDefault(holder) is not null)).Distinct(),
        ];
    }

    private static long? Of(MergeSet set, DirectoryPerson person) => set.Links.GetValueOrDefault(EntryKey.Of(person.Uuid))?.PersonId;
}
