using System.Globalization;

namespace CopyTrack.Terminal.Protocol.Codecs;

/// <summary>Times on the wire: RFC 3339, written in UTC with milliseconds.</summary>
internal static class Rfc3339
{
    private const string WireFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    /// <summary>Room for one time as text.</summary>
    public const int MaxLength = 24;

    /// <summary>Writes <paramref name="time"/> in UTC; returns the number of characters.</summary>
    public static int Format(DateTimeOffset time, Span<char> destination) =>
        time.UtcDateTime.TryFormat(destination, out var written, WireFormat, CultureInfo.InvariantCulture)
            ? written
            : throw new ArgumentException("too little room for a time", nameof(destination));

    /// <summary>Reads <c>date-time</c> of RFC 3339 §5.6; an offset is needed, a fraction of any length is cut to 100 ns, leap seconds are refused.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out DateTimeOffset time)
    {
        time = default;
        if (text.Length < 20 || text[10] is not ('T' or 't') || !IsDigit(text[18]))
        {
            return false;
        }
        var rest = text[19..];
        var ticks = 0L;
        if (rest[0] == '.')
        {
            var digits = 1;
            for (var scale = TimeSpan.TicksPerSecond / 10; digits < rest.Length && IsDigit(rest[digits]); digits++, scale /= 10)
            {
                ticks += (rest[digits] - '0') * scale;
            }
            if (digits == 1)
            {
                return false;
            }
            rest = rest[digits..];
        }
        if (!TryParseOffset(rest, out var offset)
            || !DateTime.TryParseExact(text[..10], "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
            || !TimeOnly.TryParseExact(text[11..19], "HH:mm:ss", CultureInfo.InvariantCulture, DateTimeStyles.None, out var clock))
        {
            return false;
        }
        var utc = date.Ticks + clock.Ticks + ticks - offset.Ticks;
        if (utc < DateTime.MinValue.Ticks || utc > DateTime.MaxValue.Ticks)
        {
            return false;
        }
        time = new DateTimeOffset(utc, TimeSpan.Zero);
        return true;
    }

    private static bool TryParseOffset(ReadOnlySpan<char> text, out TimeSpan offset)
    {
        offset = TimeSpan.Zero;
        if (text is "Z" or "z")
        {
            return true;
        }
        if (text.Length != 6 || text[0] is not ('+' or '-') || text[3] != ':' || !IsDigit(text[1]) || !IsDigit(text[2]) || !IsDigit(text[4]) || !IsDigit(text[5]))
        {
            return false;
        }
        var hours = ((text[1] - '0') * 10) + text[2] - '0';
        var minutes = ((text[4] - '0') * 10) + text[5] - '0';
        offset = new TimeSpan(hours, minutes, 0) * (text[0] == '-' ? -1 : 1);
        return hours < 24 && minutes < 60;
    }

    private static bool IsDigit(char c) => c is >= '0' and <= '9';
}
