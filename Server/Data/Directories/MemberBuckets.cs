using System.Buffers;
using System.Buffers.Binary;
using CopyTrack.Identity.Replication;

namespace CopyTrack.Server.Data.Directories;

/// <summary>
/// Members with the ids of the groups that name them, many in one row: those whose keys begin with the same bits share a bucket. In a bucket a member is its key (16 octets), how
/// many groups follow (4 octets) and their ids (8 octets each), all in network order. Keys are halves of hashes or random ids, so buckets grow alike. Pure.
/// </summary>
internal static class MemberBuckets
{
    /// <summary>Bits of a key that choose its bucket: some six members share one where 100,000 are named, so a change writes a few hundred octets.</summary>
    public const int Bits = 14;

    private const int KeySize = 16;

    /// <summary>The bucket of a member.</summary>
    public static int Of(UInt128 member) => (int)(member >> (128 - Bits));

    /// <summary>Adds a member with its groups to what is to become a bucket; nothing without groups.</summary>
    public static void Add(ArrayBufferWriter<byte> bucket, UInt128 member, IReadOnlyList<long> groups)
    {
        if (groups.Count == 0)
        {
            return;
        }

        var size = KeySize + sizeof(int) + (groups.Count * sizeof(long));
        var octets = bucket.GetSpan(size);
        BinaryPrimitives.WriteUInt128BigEndian(octets, member);
        BinaryPrimitives.WriteInt32BigEndian(octets[KeySize..], groups.Count);
        for (var i = 0; i < groups.Count; i++)
        {
            BinaryPrimitives.WriteInt64BigEndian(octets[(KeySize + sizeof(int) + (i * sizeof(long)))..], groups[i]);
        }

        bucket.Advance(size);
    }

    /// <summary>Tells each member of a bucket with each of its groups.</summary>
    public static IEnumerable<(UInt128 Member, long Group)> Read(byte[] bucket)
    {
        for (var at = 0; at < bucket.Length;)
        {
            var member = EntryKey.Of(bucket.AsSpan(at));
            var count = BinaryPrimitives.ReadInt32BigEndian(bucket.AsSpan(at + KeySize));
            at += KeySize + sizeof(int);
            for (; count > 0; count--, at += sizeof(long))
            {
                yield return (member, BinaryPrimitives.ReadInt64BigEndian(bucket.AsSpan(at)));
            }
        }
    }

    /// <summary>Cuts members, which stand in order, where a bucket ends: each portion has about so many of them, and no bucket is in two.</summary>
    public static IEnumerable<ArraySegment<UInt128>> InPortions(UInt128[] members, int about)
    {
        for (int from = 0, to; from < members.Length; from = to)
        {
            to = Math.Min(from + about, members.Length);
            while (to < members.Length && Of(members[to]) == Of(members[to - 1]))
            {
                to++;
            }

            yield return new ArraySegment<UInt128>(members, from, to - from);
        }
    }
}
