using System.Buffers.Binary;
using System.Security.Cryptography;

namespace CopyTrack.Accounting.Snmp.Transport;

/// <summary>Ids that nobody outside can guess, drawn many at a time: a call to the system's generator costs more than the rest of a request's header.</summary>
internal static class RequestIds
{
    private const int Drawn = 256;

    [ThreadStatic] private static byte[]? t_octets;
    [ThreadStatic] private static int t_left;

    /// <summary>From 1 to 2^31 - 1.</summary>
    public static int Next()
    {
        int id;
        do
        {
            if (t_left == 0)
            {
                RandomNumberGenerator.Fill(t_octets ??= new byte[Drawn * sizeof(int)]);
                t_left = Drawn;
            }

            id = BinaryPrimitives.ReadInt32LittleEndian(t_octets.AsSpan(--t_left * sizeof(int))) & int.MaxValue;
        }
        while (id == 0);
        return id;
    }
}
