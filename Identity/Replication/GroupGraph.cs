using System.Collections.Immutable;

namespace CopyTrack.Identity.Replication;

/// <summary>The groups of a directory and which stand inside which. Circles are no fault: everyone in one is in all of its groups.</summary>
public sealed class GroupGraph
{
    /// <summary>Most groups of a directory that are kept in memory.</summary>
    public const int MaxGroups = 100_000;

    /// <summary>Most groups of one person.</summary>
    public const int MaxOfPerson = 1000;

    private readonly Dictionary<long, string> _names;
    private readonly Dictionary<long, List<long>> _parents = [];
    private readonly Dictionary<long, ImmutableArray<long>> _above = [];

    /// <summary>A graph of these groups, and of these pairs of a group and one that it is a member of. Pairs with unknown groups are passed over.</summary>
    public GroupGraph(IEnumerable<(long Id, string Name)> groups, IEnumerable<(long Child, long Parent)> nesting)
    {
        _names = groups.ToDictionary(g => g.Id, g => g.Name);
        foreach (var (child, parent) in nesting)
        {
            if (_names.ContainsKey(child) && _names.ContainsKey(parent))
            {
                (_parents.TryGetValue(child, out var list) ? list : _parents[child] = []).Add(parent);
            }
        }
    }

    /// <summary>How many groups there are.</summary>
    public int Count => _names.Count;

    /// <summary>The names of the groups that a member of <paramref name="direct"/> is in, nested ones too, in order, each once whatever its case; at most <see cref="MaxOfPerson"/>.</summary>
    public ImmutableArray<string> NamesOf(IEnumerable<long> direct)
    {
        var names = new SortedSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var group in direct.SelectMany(id => Above(id)))
        {
            names.Add(_names[group]);
        }

        return names.Count <= MaxOfPerson ? [.. names] : [.. names.Take(MaxOfPerson)];
    }

    /// <summary>The group and all that it is inside of; none for an unknown id.</summary>
    public ImmutableArray<long> Above(long id)
    {
        if (!_names.ContainsKey(id))
        {
            return [];
        }

        if (_above.TryGetValue(id, out var known))
        {
            return known;
        }

        var (seen, open) = (new HashSet<long> { id }, new Stack<long>([id]));
        while (open.TryPop(out var at))
        {
            foreach (var parent in _parents.GetValueOrDefault(at) ?? [])
            {
                if (seen.Add(parent))
                {
                    open.Push(parent);
                }
            }
        }

        return _above[id] = [.. seen];
    }
}
