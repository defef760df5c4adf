using System.Globalization;

namespace CopyTrack.Accounting.Fleet;

/// <summary>Gives a packed message another time of making. All times in it are ages before that time, so that one change moves them all; nothing else of it changes.</summary>
public static class FleetRedating
{
    private const int LongestHead = 1024;

    /// <summary>
    /// The message, made at <paramref name="created"/>. Throws <see cref="FleetFormatException"/> for what is no message of <see cref="FleetMessageWriter"/>: the time must stand in the head of its first
    /// element, as it is written there.
    /// </summary>
    public static byte[] Redate(ReadOnlyMemory<byte> packed, DateTimeOffset created)
    {
        var message = FleetPacking.Unpack(packed).ToArray();
        var mark = " created=\""u8;
        var at = message.AsSpan(0, Math.Min(message.Length, LongestHead)).IndexOf(mark);
        var text = System.Text.Encoding.ASCII.GetBytes(FleetTime.Text(created));
        if (at < 0 || at + mark.Length + text.Length >= message.Length
            || !DateTimeOffset.TryParseExact(System.Text.Encoding.ASCII.GetString(message, at + mark.Length, text.Length), FleetTime.Format, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out _))
        {
            throw new FleetFormatException("the message holds no time of its making");
        }

        text.CopyTo(message.AsSpan(at + mark.Length));
        return FleetPacking.Pack(message);
    }
}
