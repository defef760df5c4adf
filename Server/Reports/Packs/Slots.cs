using System.Numerics;

namespace CopyTrack.Server.Reports.Packs;

/// <summary>Gives numbers a place each, 0 and up, in the order in which they come; quicker and smaller than a dictionary where there are hundred thousands. Not safe for use by two threads.</summary>
internal sealed class Slots
{
    private const int First = 64;

    private long[] keys = new long[First];
    private int[] places = Filled(First);
    private long[] byPlace = new long[First];

    /// <summary>How many numbers have a place.</summary>
    public int Count { get; private set; }

    /// <summary>Octets that it takes, about.</summary>
    public long Bytes => (keys.Length * 12L) + (byPlace.Length * 8L);

    /// <summary>The same with places of its own from here on.</summary>
    public Slots Copy() => new() { keys = [.. keys], places = [.. places], byPlace = [.. byPlace], Count = Count };

    /// <summary>The number at a place.</summary>
    public long this[int place] => byPlace[place];

    /// <summary>The place of a number, a new one when it has none.</summary>
    public int Of(long key)
    {
        int at = Find(keys, places, key);
        if (places[at] >= 0)
        {
            return places[at];
        }

        if (Count == byPlace.Length)
        {
            Array.Resize(ref byPlace, Count * 2);
        }

        (keys[at], places[at], byPlace[Count]) = (key, Count, key);
        if (++Count * 2 > keys.Length)
        {
            Grow();
        }

        return Count - 1;
    }

    /// <summary>The place of a number, -1 when it has none.</summary>
    public int Known(long key) => places[Find(keys, places, key)];

    private void Grow()
    {
        (long[] moreKeys, int[] morePlaces) = (new long[keys.Length * 2], Filled(keys.Length * 2));
        for (int place = 0; place < Count; place++)
        {
            int at = Find(moreKeys, morePlaces, byPlace[place]);
            (moreKeys[at], morePlaces[at]) = (byPlace[place], place);
        }

        (keys, places) = (moreKeys, morePlaces);
    }

    private static int Find(long[] keys, int[] places, long key)
    {
        int mask = keys.Length - 1;
        int at = (int)(((ulong)key * 0x9E3779B97F4A7C15) >> (64 - BitOperations.TrailingZeroCount(keys.Length))) & mask;
        while (places[at] >= 0 && keys[at] != key)
        {
            at = (at + 1) & mask;
        }

        return at;
    }

    private static int[] Filled(int length)
    {
        int[] empty = new int[length];
        empty.AsSpan().Fill(-1);
        return empty;
    }
}
