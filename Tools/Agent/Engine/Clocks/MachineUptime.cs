using System.Runtime.InteropServices;

namespace CopyTrack.Agent.Clocks;

/// <summary>A moment by a clock that nobody sets: the time since a boot of the machine, sleep included, and which boot it was.</summary>
internal readonly record struct BootMoment(Guid Boot, TimeSpan Uptime);

/// <summary>How long the machine is up. It goes on whatever is done to the time of day.</summary>
internal static class MachineUptime
{
    private const int BootTime = 7;
    private const string BootFile = "/proc/sys/kernel/random/boot_id";

    // Where a system tells no name of its boot, one is good for this process alone: nothing is concluded beyond it.
    private static readonly Guid s_boot = Boot();

    /// <summary>Now.</summary>
    public static BootMoment Now => new(s_boot, Uptime());

    private static Guid Boot()
    {
        try
        {
            return OperatingSystem.IsLinux() && Guid.TryParse(File.ReadAllText(BootFile).Trim(), out var boot) ? boot : Guid.NewGuid();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Guid.NewGuid();
        }
    }

    private static TimeSpan Uptime()
    {
        if (OperatingSystem.IsLinux())
        {
            try
            {
                if (GetTime(BootTime, out var now) == 0)
                {
                    return TimeSpan.FromSeconds(now.Seconds) + TimeSpan.FromTicks(now.Nanoseconds / TimeSpan.NanosecondsPerTick);
                }
            }
            catch (Exception e) when (e is EntryPointNotFoundException or DllNotFoundException)
            {
                // Another C library: the clock below leaves sleep out there, which a server hardly does.
            }
        }

        return TimeSpan.FromMilliseconds(Environment.TickCount64);
    }

#pragma warning disable SYSLIB1054 // As in ProcessMemory: integers need no generated marshalling.
    [DllImport("libc", EntryPoint = "clock_gettime")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int GetTime(int clock, out TimeSpec time);
#pragma warning restore SYSLIB1054

    // As 64-bit systems have it; the agent is built for no other.
    [StructLayout(LayoutKind.Sequential)]
    private struct TimeSpec
    {
        public long Seconds;
        public long Nanoseconds;
    }
}
