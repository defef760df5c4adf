using System.Collections.Concurrent;
using System.Collections.Immutable;

namespace CopyTrack.Identity.Replication;

/// <summary>The groups of a directory and which stand inside which. Circles are no fault: everyone in one is in all of its groups.</summary>
public sealed class GroupGraph
{
    /// <summary>Most groups of a directory that are kept in memory.</summary>
    public const int MaxGroups = 100_000;

    /// <summary>Most groups of one person.</summary>
    public const int MaxOfPerson = 1000;

    private const int MaxKept = 64;

    private readonly Dictionary<long, string> _names;
    private readonly Dictionary<long, List<long>> _parents = [];
    private readonly ConcurrentDictionary<long, ImmutableArray<long>> _above = [];

    private readonly Dictionary<string, long> _bySid = new(StringComparer.Ordinal);

    /// <summary>A graph of these groups, and of these pairs of a group and one that it is a member of. Pairs with unknown groups are passed over.</summary>
    public GroupGraph(IEnumerable<(long Id, string Name, byte[]? Sid)> groups, IEnumerable<(long Child, long Parent)> nesting)
    {
        _names = [];
        foreach (var (id, name, sid) in groups)
        {
            _names.Add(id, name);
            if (sid is not null)
            {
                _bySid[Convert.ToHexString(sid)] = id;
            }
        }

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

    /// <summary>The group with that SID; null when there is none, or no SID.</summary>
    public long? OfSid(byte[]? sid) => sid is not null && _bySid.TryGetValue(Convert.ToHexString(sid), out var id) ? id : null;

    /// <summary>The names of the groups that a member of <paramref name="direct"/> is in, nested ones too, in order, each once whatever its case; at most <see cref="MaxOfPerson"/>.</summary>
    public ImmutableArray<string> NamesOf(IEnumerable<long> direct)
    {
        var names = new List<string>();
        HashSet<long>? seen = null;
        foreach (var id in direct)
        {
            foreach (var group in Above(id))
            {
                if ((seen ??= []).Add(group))
                {
                    names.Add(_names[group]);
                }
            }
        }

        names.Sort(StringComparer.OrdinalIgnoreCase);
        var result = ImmutableArray.CreateBuilder<string>(Math.Min(names.Count, MaxOfPerson));
        foreach (var name in names)
        {
            if (result.Count < MaxOfPerson && (result.Count == 0 || !name.Equals(result[^1], StringComparison.OrdinalIgnoreCase)))
            {
                result.Add(name);
            }
        }

        return result.DrainToImmutable();
    }

    /// <summary>The group and all that it is inside of, at most <see cref="MaxOfPerson"/>; none for an unknown id.</summary>
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

        var (seen, open) = (new HashSet<long> { id }, new Queue<long>([id]));
        while (seen.Count < MaxOfPerson && open.TryDequeue(out var at))
        {
            foreach (var parent in _parents.GetValueOrDefault(at) ?? [])
            {
                if (seen.Count < MaxOfPerson && seen.Add(parent))
                {
                    open.Enqueue(parent);
                }
            }
        }

        // What a hostile directory nests without end is worked out anew each time rather than kept for each of its groups.
        ImmutableArray<long> all = [.. seen];
        return all.Length <= MaxKept ? _above[id] = all : all;
    }
}
