using System.Buffers.Binary;
using System.Numerics;

namespace CopyTrack.Accounting.Snmp.Usm;

/// <summary>
/// SHA-224 (FIPS 180-4 §6.3), which the base library does not have and RFC 7860 names: SHA-256 from another start, cut to 28 octets. Used for digests of
/// messages only; speed and side channels are those of plain code over public lengths.
/// </summary>
internal static class Sha224
{
    public const int Length = 28, BlockLength = 64;

    private static ReadOnlySpan<uint> Start =>
    [
        0xC1059ED8, 0x367CD507, 0x3070DD17, 0xF70E5939, 0xFFC00B31, 0x68581511, 0x64F98FA7, 0xBEFA4FA4,
    ];

    private static ReadOnlySpan<uint> Constants =>
    [
        0x428A2F98, 0x71374491, 0xB5C0FBCF, 0xE9B5DBA5, 0x3956C25B, 0x59F111F1, 0x923F82A4, 0xAB1C5ED5, 0xD807AA98, 0x12835B01, 0x243185BE, 0x550C7DC3,
        0x72BE5D74, 0x80DEB1FE, 0x9BDC06A7, 0xC19BF174, 0xE49B69C1, 0xEFBE4786, 0x0FC19DC6, 0x240CA1CC, 0x2DE92C6F, 0x4A7484AA, 0x5CB0A9DC, 0x76F988DA,
        0x983E5152, 0xA831C66D, 0xB00327C8, 0xBF597FC7, 0xC6E00BF3, 0xD5A79147, 0x06CA6351, 0x14292967, 0x27B70A85, 0x2E1B2138, 0x4D2C6DFC, 0x53380D13,
        0x650A7354, 0x766A0ABB, 0x81C2C92E, 0x92722C85, 0xA2BFE8A1, 0xA81A664B, 0xC24B8B70, 0xC76C51A3, 0xD192E819, 0xD6990624, 0xF40E3585, 0x106AA070,
        0x19A4C116, 0x1E376C08, 0x2748774C, 0x34B0BCB5, 0x391C0CB3, 0x4ED8AA4A, 0x5B9CCA4F, 0x682E6FF3, 0x748F82EE, 0x78A5636F, 0x84C87814, 0x8CC70208,
        0x90BEFFFA, 0xA4506CEB, 0xBEF9A3F7, 0xC67178F2,
    ];

    /// <summary>Digest of the concatenation of both parts; <paramref name="first"/> must be whole blocks. Writes 28 octets.</summary>
    public static void Hash(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, Span<byte> to)
    {
        Span<uint> state = stackalloc uint[8];
        Start.CopyTo(state);
        for (var at = 0; at < first.Length; at += BlockLength)
        {
            Block(state, first.Slice(at, BlockLength));
        }

        var whole = second.Length / BlockLength * BlockLength;
        for (var at = 0; at < whole; at += BlockLength)
        {
            Block(state, second.Slice(at, BlockLength));
        }

        // §5.1.1: a one bit, zeros, and the length in bits in the last eight octets.
        Span<byte> tail = stackalloc byte[2 * BlockLength];
        tail.Clear();
        var rest = second[whole..];
        rest.CopyTo(tail);
        tail[rest.Length] = 0x80;
        tail = tail[..(rest.Length < BlockLength - 8 ? BlockLength : 2 * BlockLength)];
        BinaryPrimitives.WriteUInt64BigEndian(tail[^8..], 8UL * ((ulong)first.Length + (ulong)second.Length));
        for (var at = 0; at < tail.Length; at += BlockLength)
        {
            Block(state, tail.Slice(at, BlockLength));
        }

        for (var i = 0; i < Length / 4; i++)
        {
            BinaryPrimitives.WriteUInt32BigEndian(to[(4 * i)..], state[i]);
        }
    }

    /// <summary>HMAC (RFC 2104) with it. Writes 28 octets.</summary>
    public static void Hmac(ReadOnlySpan<byte> key, ReadOnlySpan<byte> message, Span<byte> to)
    {
        Span<byte> pad = stackalloc byte[BlockLength];
        Span<byte> inner = stackalloc byte[Length];
        pad.Clear();
        if (key.Length > BlockLength)
        {
            Hash([], key, pad);
        }
        else
        {
            key.CopyTo(pad);
        }

        Mask(pad, 0x36);
        Hash(pad, message, inner);
        Mask(pad, 0x36 ^ 0x5C);
        Hash(pad, inner, to);
    }

    private static void Mask(Span<byte> pad, byte mask)
    {
        foreach (ref var octet in pad)
        {
            octet ^= mask;
        }
    }

    private static void Block(Span<uint> state, ReadOnlySpan<byte> block)
    {
        Span<uint> w = stackalloc uint[64];
        for (var t = 0; t < 16; t++)
        {
            w[t] = BinaryPrimitives.ReadUInt32BigEndian(block[(4 * t)..]);
        }

        for (var t = 16; t < 64; t++)
        {
            var s0 = BitOperations.RotateRight(w[t - 15], 7) ^ BitOperations.RotateRight(w[t - 15], 18) ^ (w[t - 15] >> 3);
            var s1 = BitOperations.RotateRight(w[t - 2], 17) ^ BitOperations.RotateRight(w[t - 2], 19) ^ (w[t - 2] >> 10);
            w[t] = s1 + w[t - 7] + s0 + w[t - 16];
        }

        var (a, b, c, d) = (state[0], state[1], state[2], state[3]);
        var (e, f, g, h) = (state[4], state[5], state[6], state[7]);
        for (var t = 0; t < 64; t++)
        {
            var s1 = BitOperations.RotateRight(e, 6) ^ BitOperations.RotateRight(e, 11) ^ BitOperations.RotateRight(e, 25);
            var t1 = h + s1 + ((e & f) ^ (~e & g)) + Constants[t] + w[t];
            var s0 = BitOperations.RotateRight(a, 2) ^ BitOperations.RotateRight(a, 13) ^ BitOperations.RotateRight(a, 22);
            var t2 = s0 + ((a & b) ^ (a & c) ^ (b & c));
            (h, g, f, e, d, c, b, a) = (g, f, e, d + t1, c, b, a, t1 + t2);
        }

        state[0] += a;
        state[1] += b;
        state[2] += c;
        state[3] += d;
        state[4] += e;
        state[5] += f;
        state[6] += g;
        state[7] += h;
    }
}
