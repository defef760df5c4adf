using System.Globalization;
using System.Runtime.InteropServices;

namespace CopyTrack.Server.Hosting;

/// <summary>The pages of programs and libraries that this process has mapped from files.</summary>
internal static class MappedCode
{
    private const int PageOut = 21;

    /// <summary>
    /// Lets the system take back the mapped pages that only starting needed (<c>MADV_PAGEOUT</c>); what is called again is mapped again from the cache of files, changed pages stay.
    /// </summary>
    /// <returns>The number of mappings given; 0 on another system, or where the process may not: the files must belong to its user or be writable to it, or it runs as root.</returns>
    public static int GiveBack()
    {
        if (!OperatingSystem.IsLinux())
        {
            return 0;
        }
        try
        {
            return Mappings(File.ReadLines("/proc/self/maps")).Count(static mapping => Advise(mapping.Start, mapping.Length, PageOut) == 0);
        }
        catch (Exception ex) when (ex is IOException or UnauthorizedAccessException or EntryPointNotFoundException or DllNotFoundException)
        {
            return 0;
        }
    }

    /// <summary>
    /// The mappings of <c>.dll</c> and <c>.so</c> files among the lines of <c>/proc/PID/maps</c> (proc(5)): address and length in bytes. Lines of another shape are left out.
    /// </summary>
    internal static IEnumerable<(nint Start, nuint Length)> Mappings(IEnumerable<string> lines)
    {
        foreach (var line in lines)
        {
            var slash = line.IndexOf('/', StringComparison.Ordinal);
            var dash = line.IndexOf('-', StringComparison.Ordinal);
            var space = line.IndexOf(' ', StringComparison.Ordinal);
            if (slash < 0 || dash < 0 || space < dash || !IsCode(line.AsSpan(slash)))
            {
                continue;
            }
            if (nint.TryParse(line.AsSpan(0, dash), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var start)
                && nint.TryParse(line.AsSpan((dash + 1)..space), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var end)
                && end > start)
            {
                yield return (start, (nuint)(end - start));
            }
        }
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
