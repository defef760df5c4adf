using System.Buffers.Binary;

namespace CopyTrack.Identity.Replication;

/// <summary>Ids and keys of entries, all of 16 octets, as numbers: a key of tables in memory that costs no text.</summary>
public static class EntryKey
{
    /// <summary>The number of 16 octets. Throws <see cref="ArgumentOutOfRangeException"/> for fewer.</summary>
    public static UInt128 Of(ReadOnlySpan<byte> octets) => BinaryPrimitives.ReadUInt128BigEndian(octets);

    /// <summary>The octets of a number.</summary>
    public static byte[] ToOctets(UInt128 key)
    {
        var octets = new byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(octets, key);
        return octets;
    }
}
