using System.Diagnostics;
using System.Globalization;

namespace CopyTrack.LoadGenerator.Figures;

/// <summary>CPU time of a process and its children, as those of a database server, by /proc (proc(5)); null without a process id or outside Linux.</summary>
internal sealed class ProcessTree(int? pid)
{
    private readonly long startedAt = Stopwatch.GetTimestamp();
    private readonly double? cpuAtStart = Cpu(pid);

    /// <summary>Cores in use since this was made. A child that ended since is missing.</summary>
    public double? Cores => (Cpu(pid) - cpuAtStart) / Stopwatch.GetElapsedTime(startedAt).TotalSeconds;

    private static double? Cpu(int? pid)
    {
        if (pid is not { } root || !OperatingSystem.IsLinux())
        {
            return null;
        }

        var ticks = 0L;
        foreach (var folder in Directory.EnumerateDirectories("/proc").Where(f => char.IsAsciiDigit(Path.GetFileName(f)[0])))
        {
            try
            {
                // pid (name) state ppid ...: user and system time are the 14th and 15th.
                var text = File.ReadAllText(Path.Combine(folder, "stat"));
                var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
                if (Path.GetFileName(folder) == root.ToString(CultureInfo.InvariantCulture) || fields[1] == root.ToString(CultureInfo.InvariantCulture))
                {
                    ticks += long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture);
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // It ended while we looked.
            }
        }

        const double TicksPerSecond = 100; // USER_HZ of every architecture that .NET runs on
        return ticks / TicksPerSecond;
    }
}
