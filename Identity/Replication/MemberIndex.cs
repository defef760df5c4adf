using System.Runtime.InteropServices;

namespace CopyTrack.Identity.Replication;

/// <summary>
/// Which groups name a member, for the time of one listing: filled while groups are read, asked while people are. Holds at most <see cref="Max"/> memberships (about
/// 60 bytes each); with more it is <see cref="IsFull"/> and tells nothing, and then the database is asked instead.
/// </summary>
public sealed class MemberIndex
{
    /// <summary>Most memberships.</summary>
    public const int Max = 1_000_000;

    private readonly Dictionary<UInt128, int> _last = [];
    private readonly List<(long Group, int Before)> _all = [];

    /// <summary>True when there were too many; what was held is forgotten.</summary>
    public bool IsFull { get; private set; }

    /// <summary>The group names the member.</summary>
    public void Add(UInt128 member, long group)
    {
        if (IsFull)
        {
            return;
        }

        if (_all.Count == Max)
        {
            IsFull = true;
            _last.Clear();
            _last.TrimExcess();
            _all.Clear();
            _all.TrimExcess();
            return;
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
}
