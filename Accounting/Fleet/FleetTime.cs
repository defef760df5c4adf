using System.Globalization;

namespace CopyTrack.Accounting.Fleet;

/// <summary>Instants as messages and envelopes hold them: UTC, to the millisecond.</summary>
public static class FleetTime
{
    internal const string Format = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    /// <summary>The text of an instant.</summary>
    public static string Text(DateTimeOffset time) => time.UtcDateTime.ToString(Format, CultureInfo.InvariantCulture);

    /// <summary>The instant as its text holds it: cut to the millisecond.</summary>
    public static DateTimeOffset Cut(DateTimeOffset time) => new(time.UtcTicks / TimeSpan.TicksPerMillisecond * TimeSpan.TicksPerMillisecond, TimeSpan.Zero);

    /// <summary>
    /// What has to be added to times of an agent's clock, from its time when it sent and ours when that came. Nothing below <paramref name="tolerance"/>: the way takes time too.
    /// </summary>
    public static TimeSpan Correction(DateTimeOffset sent, DateTimeOffset received, TimeSpan tolerance) => (received - sent).Duration() <= tolerance ? TimeSpan.Zero : received - sent;

    /// <summary>The time with the correction, never after <paramref name="received"/> nor more than <paramref name="oldest"/> before it; never fails, whatever the clock said.</summary>
    public static DateTimeOffset Corrected(DateTimeOffset time, TimeSpan correction, DateTimeOffset received, TimeSpan oldest)
    {
        var age = received.UtcTicks - time.UtcTicks - correction.Ticks;
        return received - TimeSpan.FromTicks(Math.Clamp(age, 0, oldest.Ticks));
    }
}
