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
    public static bool LimitArenas()
    {
        if (!OperatingSystem.IsLinux())
        {
            return false;
        }
        try
        {
            return SetOption(ArenaMax, 2) == 1;
        }
        catch (Exception ex) when (ex is EntryPointNotFoundException or DllNotFoundException)
        {
            return false;
        }
    }

#pragma warning disable SYSLIB1054 // Two integers need no generated marshalling, which would need unsafe code in the whole project.
    [DllImport("libc", EntryPoint = "mallopt")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetOption(int parameter, int value);
#pragma warning restore SYSLIB1054
}
