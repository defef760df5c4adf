using System.Collections.Immutable;
using System.Globalization;

namespace CopyTrack.Accounting.Inventory;

/// <summary>
/// A finished job of a device's own list, as a second source of jobs would take it. <see cref="Key"/> stays the same however often the list is read and is never given to another job of
/// this machine; <see cref="Sequence"/> grows with each job until the device begins its numbers anew.
/// </summary>
public sealed record JobRow(string Key, long Sequence, DeviceJob Job);

/// <summary>Makes of what a device keeps what a reader of its jobs wants: finished jobs, in order, each once. Pure; nothing here books anything.</summary>
public static class JobRows
{
    /// <summary>
    /// The finished jobs that come after <paramref name="last"/> (null = all), oldest first. Jobs without a number are left out, since nobody could tell them apart the next time. Where the
    /// device began its numbers anew (its newest number is below the last one taken) all of them are new. <paramref name="serial"/> is the machine's, null when it does not say.
    /// </summary>
    public static ImmutableArray<JobRow> After(string? serial, IEnumerable<DeviceJob> jobs, JobRow? last)
    {
        var finished = jobs.Where(j => j.Number is not null && j.State is "done" or "cancelled" or "failed").OrderBy(j => j.Number).DistinctBy(j => j.Number).ToList();
        var began = last is not null && (finished.Count == 0 || finished[^1].Number >= last.Sequence) ? last.Sequence : long.MinValue;
        return [.. finished.Where(j => j.Number > began).Select(j => new JobRow(KeyOf(serial, j), j.Number!.Value, j))];
    }

    // The time tells two jobs apart that bear one number before and after a device's counting began anew.
    private static string KeyOf(string? serial, DeviceJob job) =>
        string.Create(CultureInfo.InvariantCulture, $"{serial ?? "?"}/{job.Number}/{(job.StartedAt ?? job.EndedAt)?.ToUnixTimeSeconds() ?? 0}");
}
