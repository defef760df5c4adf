using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Data.Common;
using System.Runtime.InteropServices;
using CopyTrack.Identity.Replication;
using CopyTrack.Server.Data.Directories;

namespace CopyTrack.Server.Directories;

/// <summary>
/// Tells the groups of entries: from memory when a listing has just named every member, else from the database. Many people are in the same groups: what their names come to is
/// worked out once and shared, for so many combinations.
/// </summary>
internal sealed class GroupSource(DirectoryGroups groups, long generation, GroupGraph graph, MemberIndex? index)
{
    private const int MaxKept = 10_000, MaxKeptIds = 64;

    private readonly ConcurrentDictionary<long[], GroupNames> _known = new(new SameIds());

    /// <summary>The groups and which stand inside which.</summary>
    public GroupGraph Graph => graph;

    /// <summary>The groups of each of these entries, nested and primary ones too.</summary>
    public async Task<Func<DirectoryPerson, GroupNames>> OfAsync(DbConnection connection, IReadOnlyCollection<DirectoryPerson> entries, CancellationToken cancellationToken)
    {
        var found = new List<long>();
        var direct = index is null ? await groups.OfMembersAsync(connection, generation, [.. entries.Select(p => p.DnKey)], cancellationToken) : null;
        return person =>
        {
            found.Clear();
            if (direct is null)
            {
                index!.Find(EntryKey.Of(person.DnKey), found);
            }
            else
            {
                found.AddRange(direct[EntryKey.Of(person.DnKey)]);
            }

            if (graph.OfSid(person.PrimaryGroup) is { } own)
            {
                found.Add(own);
            }

            return Named(CollectionsMarshal.AsSpan(found));
        };
    }

    /// <summary>Names of the groups that the directory names directly, and of the primary one.</summary>
    public static ImmutableArray<string> Names(GroupGraph graph, IEnumerable<long> direct, byte[]? primary) =>
        graph.NamesOf(graph.OfSid(primary) is { } own ? direct.Append(own) : direct);

    private GroupNames Named(ReadOnlySpan<long> direct)
    {
        if (_known.GetAlternateLookup<ReadOnlySpan<long>>().TryGetValue(direct, out var known))
        {
            return known;
        }

        var ids = direct.ToArray();
        var names = new GroupNames(graph.NamesOf(ids));
        if (ids.Length <= MaxKeptIds && _known.Count < MaxKept)
        {
            _known.TryAdd(ids, names);
        }

        return names;
    }

    /// <summary>The same ids in the same order: a listing tells them of everybody in one.</summary>
    private sealed class SameIds : IEqualityComparer<long[]>, IAlternateEqualityComparer<ReadOnlySpan<long>, long[]>
    {
        public bool Equals(long[]? x, long[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode(long[] ids) => GetHashCode(ids.AsSpan());

        public bool Equals(ReadOnlySpan<long> alternate, long[] other) => alternate.SequenceEqual(other);

        public int GetHashCode(ReadOnlySpan<long> alternate)
        {
            var hash = new HashCode();
            hash.AddBytes(MemoryMarshal.AsBytes(alternate));
            return hash.ToHashCode();
        }

        public long[] Create(ReadOnlySpan<long> alternate) => alternate.ToArray();
    }
}
