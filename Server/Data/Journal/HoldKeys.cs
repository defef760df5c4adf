using System.Globalization;

namespace CopyTrack.Server.Data.Journal;

/// <summary>Keys under which money of limits is set aside.</summary>
internal static class HoldKeys
{
    /// <summary>A walk-up session's.</summary>
    public static string Session(long id) => string.Create(CultureInfo.InvariantCulture, $"s{id}");

    /// <summary>A job's that a device asks for outside sessions, by the device's own number of it.</summary>
    public static string Job(long deviceId, string jobId) => string.Create(CultureInfo.InvariantCulture, $"j{deviceId}:{jobId}");
}
