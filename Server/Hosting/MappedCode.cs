using System.Globalization;
using System.Runtime.InteropServices;

namespace CopyTrack.Server.Hosting;

/// <summary>The pages of programs and libraries that this process has mapped from files and never written to.</summary>
internal static class MappedCode
{
    private const int DontNeed = 4;

    /// <summary>The mappings whose pages are all as the file has them: address and length in bytes. Empty where the system tells nothing of the kind.</summary>
    public static IReadOnlySet<(nint Start, nuint Length)> Unchanged()
    {
        try
        {
            return OperatingSystem.IsLinux() ? Unchanged(File.ReadLines("/proc/self/smaps")).ToHashSet() : [];
        }
        catch (Exception ex) when (ex is IOException or UnauthorizedAccessException)
        {
            return new HashSet<(nint, nuint)>();
        }
    }

    /// <summary>
    /// Lets go of the pages of mappings that were unchanged <paramref name="before"/> and still are (<c>MADV_DONTNEED</c>); what is called again is mapped again from the cache of files.
    /// A library is written to, if at all, while it is loaded: one that was there some seconds ago and is unchanged now stays so.
    /// </summary>
    /// <returns>The number of mappings let go of.</returns>
    public static int GiveBack(IReadOnlySet<(nint Start, nuint Length)> before)
    {
        try
        {
            return Unchanged().Where(before.Contains).Count(static mapping => Advise(mapping.Start, mapping.Length, DontNeed) == 0);
        }
        catch (Exception ex) when (ex is EntryPointNotFoundException or DllNotFoundException)
        {
            return 0;
        }
    }

    /// <summary>The mappings of <c>.dll</c> and <c>.so</c> files that can't be written and have no page of their own (<c>Anonymous: 0 kB</c>), out of the lines of <c>/proc/PID/smaps</c> (proc(5)).</summary>
    internal static IEnumerable<(nint Start, nuint Length)> Unchanged(IEnumerable<string> lines)
    {
        (nint Start, nuint Length)? mapping = null;
        foreach (var line in lines)
        {
            if (line.StartsWith("Anonymous:", StringComparison.Ordinal))
            {
                if (mapping is { } unchanged && line.AsSpan("Anonymous:".Length).Trim() is "0 kB")
                {
                    yield return unchanged;
                }

                mapping = null;
            }
            else if (line.Length > 0 && char.IsAsciiHexDigitLower(line[0]))
            {
                mapping = OfCode(line);
            }
        }
    }

    /// <summary>The first line of a mapping: <c>start-end rwxp offset device inode path</c>; null when it is writable, shared, or no program's.</summary>
    private static (nint Start, nuint Length)? OfCode(string line)
    {
        var (dash, space, slash) = (line.IndexOf('-', StringComparison.Ordinal), line.IndexOf(' ', StringComparison.Ordinal), line.IndexOf('/', StringComparison.Ordinal));
        return dash > 0 && space > dash && slash > space + 5 && line[space + 2] == '-' && line[space + 4] == 'p' && IsCode(line.AsSpan(slash))
            && nint.TryParse(line.AsSpan(0, dash), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var start)
            && nint.TryParse(line.AsSpan((dash + 1)..space), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var end)
            && end > start
            ? (start, (nuint)(end - start))
            : null;
    }

    private static bool IsCode(ReadOnlySpan<char> path)
    {
        var name = path[(path.LastIndexOf('/') + 1)..];
        return name.EndsWith(".dll", StringComparison.Ordinal) || name.EndsWith(".so", StringComparison.Ordinal) || name.Contains(".so.", StringComparison.Ordinal);
    }

#pragma warning disable SYSLIB1054 // Integers need no generated marshalling, which would need unsafe code in the whole project.
    [DllImport("libc", EntryPoint = "madvise")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Advise(nint address, nuint length, int advice);
#pragma warning restore SYSLIB1054
}
