namespace CopyTrack.Agent.Sending;

/// <summary>Pauses between tries.</summary>
internal static class Backoff
{
    /// <summary>Twice as long after each failure, up to the longest, each agent a little differently, so that they do not come back all at once.</summary>
    public static TimeSpan Pause(TimeSpan first, int failures, TimeSpan longest)
    {
        var pause = first * Math.Pow(2, Math.Min(failures - 1, 12));
        return (pause < longest ? pause : longest) * (0.75 + (Random.Shared.NextDouble() / 2));
    }
}
