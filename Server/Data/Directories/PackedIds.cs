using System.Buffers.Binary;
using CopyTrack.Identity.Replication;

namespace CopyTrack.Server.Data.Directories;

/// <summary>Many ids in one column, one after another in network order: ids of groups (8 octets each) at a member, keys of members (16 octets each) at a group.</summary>
internal static class PackedIds
{
    private const int KeySize = 16;

    /// <summary>The octets of ids of groups.</summary>
    public static byte[] Of(IReadOnlyList<long> ids)
    {
        var octets = new byte[ids.Count * sizeof(long)];
        for (var i = 0; i < ids.Count; i++)
        {
            BinaryPrimitives.WriteInt64BigEndian(octets.AsSpan(i * sizeof(long)), ids[i]);
        }

        return octets;
    }

    /// <summary>The octets of keys.</summary>
    public static byte[] Of(ReadOnlySpan<UInt128> keys)
    {
        var octets = new byte[keys.Length * KeySize];
        for (var i = 0; i < keys.Length; i++)
        {
            BinaryPrimitives.WriteUInt128BigEndian(octets.AsSpan(i * KeySize), keys[i]);
        }

        return octets;
    }

    /// <summary>The ids of groups.</summary>
    public static List<long> Groups(ReadOnlySpan<byte> octets)
    {
        var ids = new List<long>(octets.Length / sizeof(long));
        for (; octets.Length >= sizeof(long); octets = octets[sizeof(long)..])
        {
            ids.Add(BinaryPrimitives.ReadInt64BigEndian(octets));
        }

        return ids;
    }

    /// <summary>The keys of members.</summary>
    public static HashSet<UInt128> Members(ReadOnlySpan<byte> octets)
    {
        var keys = new HashSet<UInt128>(octets.Length / KeySize);
        for (; octets.Length >= KeySize; octets = octets[KeySize..])
        {
            keys.Add(EntryKey.Of(octets));
        }

        return keys;
    }
}
