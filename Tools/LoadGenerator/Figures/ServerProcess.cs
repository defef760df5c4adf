using System.Diagnostics;
using System.Globalization;

namespace CopyTrack.LoadGenerator.Figures;

/// <summary>CPU time and memory of the server as the kernel tells them; all null without a process id or outside Linux.</summary>
internal sealed class ServerProcess(int? pid)
{
    private readonly long startedAt = Stopwatch.GetTimestamp();
    private readonly double? cpuAtStart = Cpu(pid);

    /// <summary>Resident memory in KiB.</summary>
    public double? RssKiB => Smaps("Rss:");

    /// <summary>Resident memory in KiB, shared pages in proportion.</summary>
    public double? PssKiB => Smaps("Pss:");

    /// <summary>CPU seconds since this was made.</summary>
    public double? CpuSeconds => Cpu(pid) - cpuAtStart;

    /// <summary>Cores in use since this was made.</summary>
    public double? Cores => CpuSeconds / Stopwatch.GetElapsedTime(startedAt).TotalSeconds;

    private static double? Cpu(int? pid)
    {
        if (pid is null)
        {
            return null;
        }

        using var process = Process.GetProcessById(pid.Value);
        return process.TotalProcessorTime.TotalSeconds;
    }

    private double? Smaps(string field)
    {
        var file = string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/smaps_rollup");
        return pid is not null && File.Exists(file) && File.ReadLines(file).FirstOrDefault(l => l.StartsWith(field, StringComparison.Ordinal)) is { } line
            ? double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture)
            : null;
    }
}
