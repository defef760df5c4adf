namespace CopyTrack.Identity.Kerberos.Crypto;

/// <summary>The n-fold operation of RFC 3961 §5.1.</summary>
internal static class NFold
{
    /// <summary>Stretches or folds <paramref name="input"/> (not empty) to <paramref name="size"/> bytes.</summary>
    internal static byte[] Fold(ReadOnlySpan<byte> input, int size)
    {
        var bits = input.Length * 8;
        var common = LeastCommonMultiple(input.Length, size);
        var folded = new byte[size];
        var carry = 0;
        // From the end: copy n of the input is rotated right by 13 n bits; all copies are added with an end-around carry.
        for (var i = common - 1; i >= 0; i--)
        {
            var copy = i / input.Length;
            var start = (int)((((long)(i % input.Length) * 8) - (13L * copy)) % bits);
            start = start < 0 ? start + bits : start;
            var at = start / 8;
            var shift = start % 8;
            var value = (((input[at] << 8) | input[(at + 1) % input.Length]) >> (8 - shift)) & 0xFF;
            carry += value + folded[i % size];
            folded[i % size] = (byte)carry;
            carry >>= 8;
        }

        for (var i = size - 1; carry != 0; i = i == 0 ? size - 1 : i - 1)
        {
            carry += folded[i];
            folded[i] = (byte)carry;
            carry >>= 8;
        }

        return folded;
    }

    private static int LeastCommonMultiple(int a, int b)
    {
        var (x, y) = (a, b);
        while (y != 0)
        {
            (x, y) = (y, x % y);
        }

        return a / x * b;
    }
}
