using System.Globalization;

namespace CopyTrack.Server.Reports;

/// <summary>Money and times as octets of a CSV file. The same as the formats of the base library, whose custom ones take longer than all else of a row.</summary>
internal static class CsvNumbers
{
    /// <summary>Octets that are enough for either.</summary>
    public const int Longest = 40;

    private const decimal Micros = 1_000_000m, Most = 9_000_000_000_000m;

    /// <summary>As <c>0.00####</c>, rounded to millionths; returns how many octets there are.</summary>
    public static int Money(decimal money, Span<byte> into)
    {
        decimal micros = money is >= 0 and <= Most ? money * Micros : -1;
        if (micros < 0 || decimal.Truncate(micros) != micros)
        {
            money.TryFormat(into, out int rare, "0.00####", CultureInfo.InvariantCulture);
            return rare;
        }

        (long whole, long part) = Math.DivRem((long)micros, 1_000_000);
        whole.TryFormat(into, out int length, default, CultureInfo.InvariantCulture);
        into[length] = (byte)'.';
        Digits(into.Slice(length + 1, 6), part);
        length += 7;
        // At least two digits behind the point.
        for (int zeros = 0; zeros < 4 && into[length - 1] == (byte)'0'; zeros++)
        {
            length--;
        }

        return length;
    }

    /// <summary>As <c>yyyy-MM-ddTHH:mm:ss.FFFFFFZ</c> (RFC 3339) of a time in UTC; returns how many octets there are.</summary>
    public static int Time(DateTime time, Span<byte> into)
    {
        "0000-00-00T00:00:00"u8.CopyTo(into);
        Digits(into[..4], time.Year);
        Digits(into.Slice(5, 2), time.Month);
        Digits(into.Slice(8, 2), time.Day);
        Digits(into.Slice(11, 2), time.Hour);
        Digits(into.Slice(14, 2), time.Minute);
        Digits(into.Slice(17, 2), time.Second);
        int length = 19;
        if (time.Ticks % TimeSpan.TicksPerSecond / TimeSpan.TicksPerMicrosecond is > 0 and var micros)
        {
            into[length] = (byte)'.';
            Digits(into.Slice(length + 1, 6), micros);
            length += 7;
            while (into[length - 1] == (byte)'0')
            {
                length--;
            }
        }

        into[length] = (byte)'Z';
        return length + 1;
    }

    private static void Digits(Span<byte> into, long number)
    {
        for (int i = into.Length - 1; i >= 0; i--)
        {
            into[i] = (byte)('0' + (number % 10));
            number /= 10;
        }
    }
}
