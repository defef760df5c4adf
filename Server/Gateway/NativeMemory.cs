using System.Runtime.InteropServices;

namespace CopyTrack.Server.Gateway;

/// <summary>Limits of the C library's allocator, from which OpenSSL takes what a connection needs.</summary>
internal static class NativeMemory
{
    private const int ArenaMax = -8;

    /// <summary>
    /// Keeps glibc from making an arena for each thread (<c>M_ARENA_MAX</c> 2): with many connections their gaps cost more than the connections.
    /// Call it first of all; true when it took effect, false on another C library.
    /// </summary>
    public static bool LimitArenas() => Ask(static () => SetOption(ArenaMax, 2));

    /// <summary>Gives what glibc holds free back to the system (<c>malloc_trim</c>); true when it gave something, false when not or on another C library.</summary>
    public static bool GiveBack() => Ask(static () => Trim(0));

    private static bool Ask(Func<int> question)
    {
        if (!OperatingSystem.IsLinux())
        {
            return false;
        }
        try
        {
            return question() == 1;
        }
        catch (Exception ex) when (ex is EntryPointNotFoundException or DllNotFoundException)
        {
            return false;
        }
    }

#pragma warning disable SYSLIB1054 // Integers need no generated marshalling, which would need unsafe code in the whole project.
    [DllImport("libc", EntryPoint = "mallopt")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetOption(int parameter, int value);

    [DllImport("libc", EntryPoint = "malloc_trim")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Trim(nuint keep);
#pragma warning restore SYSLIB1054
}
