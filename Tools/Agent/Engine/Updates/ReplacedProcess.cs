using System.Collections;
using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace CopyTrack.Agent.Updates;

/// <summary>This process becomes another program: the same process to whoever started it, and no second one that only waits.</summary>
internal static partial class ReplacedProcess
{
    /// <summary>Does not return where the system can replace a process (<c>execve</c>). Elsewhere the program runs beside this one until it ends; true then. False when it can't be started.</summary>
    public static async Task<bool> RunAsync(string program, IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        if (OperatingSystem.IsWindows())
        {
            return await BesideAsync(program, arguments, cancellationToken);
        }

        string?[] values = [program, .. arguments, null];
        string?[] environment = [.. Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().Select(e => $"{e.Key}={e.Value}"), null];
        _ = Execute(program, values, environment);
        return false;
    }

    [LibraryImport("libc", EntryPoint = "execve", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Execute(string path, string?[] arguments, string?[] environment);

    private static async Task<bool> BesideAsync(string program, IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        using var process = new Process { StartInfo = new ProcessStartInfo(program, arguments) { UseShellExecute = false } };
        try
        {
            process.Start();
            await process.WaitForExitAsync(cancellationToken);
            return true;
        }
        catch (Win32Exception)
        {
            return false;
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            return true;
        }
    }
}
