using System.Collections.Immutable;
using System.Data.Common;
using CopyTrack.Identity.Replication;
using CopyTrack.Server.Data.Directories;

namespace CopyTrack.Server.Directories;

/// <summary>Tells the groups of entries: from memory when a listing has just named every member, else from the database.</summary>
internal sealed class GroupSource(DirectoryGroups groups, long generation, GroupGraph graph, MemberIndex? index)
{
    /// <summary>The groups and which stand inside which.</summary>
    public GroupGraph Graph => graph;

    /// <summary>The groups of each of these entries, nested and primary ones too.</summary>
    public async Task<Func<DirectoryPerson, ImmutableArray<string>>> OfAsync(DbConnection connection, IReadOnlyCollection<DirectoryPerson> entries, CancellationToken cancellationToken)
    {
        if (index is not null)
        {
            var found = new List<long>();
            return person =>
            {
                found.Clear();
                index.Find(EntryKey.Of(person.DnKey), found);
                return Names(graph, found, person.PrimaryGroup);
            };
        }

        var direct = await groups.OfMembersAsync(connection, generation, [.. entries.Select(p => p.DnKey)], cancellationToken);
        return person => Names(graph, direct[EntryKey.Of(person.DnKey)], person.PrimaryGroup);
    }

    /// <summary>Names of the groups that the directory names directly, and of the primary one.</summary>
    public static ImmutableArray<string> Names(GroupGraph graph, IEnumerable<long> direct, byte[]? primary) =>
        graph.NamesOf(graph.OfSid(primary) is { } own ? direct.Append(own) : direct);
}
