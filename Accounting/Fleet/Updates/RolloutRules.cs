using System.Buffers.Binary;
using System.Security.Cryptography;

namespace CopyTrack.Accounting.Fleet.Updates;

/// <summary>Who gets a package when: a stage is a share of the agents of all, a dealer, a customer or a site.</summary>
public static class RolloutRules
{
    /// <summary>Failures below this many stop nothing.</summary>
    public const int FewFailures = 2;

    /// <summary>The place of an agent in the order in which a package reaches agents: 0 to 99, always the same for the same two, spread evenly.</summary>
    public static int Place(long agent, string hash)
    {
        Span<byte> input = stackalloc byte[8 + (2 * 64)];
        BinaryPrimitives.WriteInt64BigEndian(input, agent);
        var length = 8 + System.Text.Encoding.ASCII.GetBytes(hash.AsSpan(0, Math.Min(hash.Length, 64)), input[8..]);
        return (int)(BinaryPrimitives.ReadUInt32BigEndian(SHA256.HashData(input[..length])) % 100);
    }

    /// <summary>True when a package stops being offered by itself: at least two agents failed, and they are more than a tenth of those that tried.</summary>
    public static bool Halts(long failed, long done) => failed >= FewFailures && failed * 10 > failed + done;
}
