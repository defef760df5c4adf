using System.Globalization;
using System.Runtime.InteropServices;

namespace CopyTrack.Agent;

/// <summary>Memory of a process that works for a second and then waits for minutes, on machines that have little of it.</summary>
public static class ProcessMemory
{
    private const int ArenaMax = -8, DontNeed = 4;

    /// <summary>Keeps glibc from making an arena for each thread, whose gaps nobody gives back (<c>M_ARENA_MAX</c>); nothing on another C library. Call it first of all.</summary>
    public static void LimitArenas(int arenas) => Ask(() => SetOption(ArenaMax, arenas));

    /// <summary>
    /// Gives back what the work of a moment ago took: garbage, what the C library holds free, and those pages of program files that were unwritten some seconds <paramref name="before"/> and
    /// still are. A library is written to, if at all, while it is loaded: one that was there before and is unwritten now stays so. Costs some hundredths of a second of processor time.
    /// </summary>
    /// <returns>What is unwritten now: the <paramref name="before"/> of the next time.</returns>
    public static IReadOnlySet<(nint Start, nuint Length)> GiveBack(IReadOnlySet<(nint Start, nuint Length)> before)
    {
        // The list makes garbage itself, and collecting runs code: first the list, last the pages.
        var now = UnwrittenFiles();
        var ranges = now.Where(before.Contains).ToArray();
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        Ask(static () => Trim(0));
        Ask(() => ranges.Sum(r => Advise(r.Start, r.Length, DontNeed)));
        return now;
    }

    /// <summary>The ranges of program files that nobody has written to, as the system tells now; empty where it tells nothing of the kind.</summary>
    public static IReadOnlySet<(nint Start, nuint Length)> UnwrittenFiles()
    {
        try
        {
            return OperatingSystem.IsLinux() ? Unwritten(File.ReadLines("/proc/self/smaps")).ToHashSet() : [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            // Without the list everything stays where it is.
            return new HashSet<(nint, nuint)>();
        }
    }

    /// <summary>
    /// The ranges of program files that are mapped to be read or run, and that nobody has written to: their pages come back from the file by themselves when they are needed, so that nothing is
    /// lost. Takes the lines of <c>/proc/self/smaps</c> (proc(5)).
    /// </summary>
    internal static IEnumerable<(nint Start, nuint Length)> Unwritten(IEnumerable<string> smaps)
    {
        (nint Start, nuint Length)? range = null;
        foreach (var line in smaps)
        {
            if (Head(line) is { } head)
            {
                range = head.IsFile ? (head.Start, head.Length) : null;
            }
            else if (line.StartsWith("Anonymous:", StringComparison.Ordinal) && range is { } found && Kilobytes(line) == 0)
            {
                yield return found;
            }
        }
    }

    private static (nint Start, nuint Length, bool IsFile)? Head(string line)
    {
        // 7f00-7f80 r-xp 00000000 fe:00 1234 /path
        if (line.Split(' ', 6, StringSplitOptions.RemoveEmptyEntries) is not [var range, { Length: 4 } rights, _, _, _, ..] parts || range.Split('-') is not [var from, var to]
            || !nint.TryParse(from, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var start) || !nint.TryParse(to, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var end))
        {
            return null;
        }

        // What is in no folder but in memory alone would only leave this list, not the memory.
        var path = parts.Length == 6 ? parts[5] : "";
        return (start, (nuint)(end - start), rights[0] == 'r' && rights[1] == '-' && path.StartsWith('/') && !path.StartsWith("/memfd:", StringComparison.Ordinal));
    }

    private static int Kilobytes(string line) => int.Parse(line.AsSpan(line.IndexOf(':', StringComparison.Ordinal) + 1).Trim().TrimEnd(" kB"), CultureInfo.InvariantCulture);

    private static void Ask(Func<int> call)
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        try
        {
            _ = call();
        }
        catch (Exception e) when (e is EntryPointNotFoundException or DllNotFoundException)
        {
            // A C library without these calls keeps what it keeps.
        }
    }

#pragma warning disable SYSLIB1054 // Integers need no generated marshalling, which would need unsafe code in the whole project.
    [DllImport("libc", EntryPoint = "mallopt")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetOption(int parameter, int value);

    [DllImport("libc", EntryPoint = "malloc_trim")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Trim(nuint keep);

    [DllImport("libc", EntryPoint = "madvise")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Advise(nint start, nuint length, int advice);
#pragma warning restore SYSLIB1054
}
