using System.Runtime.InteropServices;

namespace CopyTrack.Identity.Replication;

/// <summary>
/// Which groups name a member, for the time of one listing: filled while groups are read, asked while people are. Holds at most so many memberships (about
/// 60 bytes each); whoever fills it empties it then (<see cref="Clear"/>), and from there on the database is asked instead.
/// </summary>
public sealed class MemberIndex(int max = MemberIndex.Max)
{
    /// <summary>Most memberships, unless told otherwise.</summary>
    public const int Max = 1_000_000;

    private readonly Dictionary<UInt128, int> _last = [];
    private readonly List<(long Group, int Before)> _all = [];

    /// <summary>False once it had to be emptied: then it tells only a part.</summary>
    public bool IsWhole { get; private set; } = true;

    /// <summary>True when no more memberships fit.</summary>
    public bool IsFull => _all.Count >= max;

    /// <summary>How many members are named.</summary>
    public int Count => _last.Count;

    /// <summary>The group names the member. Throws <see cref="InvalidOperationException"/> when it is full.</summary>
    public void Add(UInt128 member, long group)
    {
        if (IsFull)
        {
            throw new InvalidOperationException("no more memberships fit");
        }

        ref var last = ref CollectionsMarshal.GetValueRefOrAddDefault(_last, member, out var known);
        _all.Add((group, known ? last : -1));
        last = _all.Count - 1;
    }

    /// <summary>Adds the groups that name the member to <paramref name="found"/>; none for an unknown member.</summary>
    public void Find(UInt128 member, ICollection<long> found)
    {
        if (!_last.TryGetValue(member, out var at))
        {
            return;
        }

        for (; at >= 0; at = _all[at].Before)
        {
            found.Add(_all[at].Group);
        }
    }

    /// <summary>All members in the order of their keys, which is that of the database's index: neighbours share a page of it.</summary>
    public UInt128[] Members()
    {
        var members = _last.Keys.ToArray();
        Array.Sort(members);
        return members;
    }

    /// <summary>Forgets what is held.</summary>
    public void Clear()
    {
        IsWhole = false;
        _last.Clear();
        _all.Clear();
    }
}
