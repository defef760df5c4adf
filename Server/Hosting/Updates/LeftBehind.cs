using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace CopyTrack.Server.Hosting.Updates;

/// <summary>Ends what a supervisor that was killed has left behind. A server ends by itself then, but not necessarily before the next supervisor begins, nor when it hangs.</summary>
internal static class LeftBehind
{
    private static readonly TimeSpan s_grace = TimeSpan.FromSeconds(12), s_look = TimeSpan.FromMilliseconds(50);

    /// <summary>Returns once no process of the folder's earlier supervisors is left. Only whoever has the folder's lock may call it. Gives how many there were.</summary>
    public static async Task<int> EndAsync(string root, TimeProvider time, CancellationToken cancellationToken)
    {
        var left = Find(root);
        left.ForEach(ChildProcess.AskToEnd);
        for (var until = time.GetUtcNow() + s_grace; Find(root) is { Count: > 0 } still; await Task.Delay(s_look, time, cancellationToken))
        {
            if (time.GetUtcNow() >= until)
            {
                still.ForEach(Kill);
            }
        }

        return left.Count;
    }

    private static List<int> Find(string root)
    {
        var mark = Encoding.UTF8.GetBytes($"{SupervisedProcess.RootVariable}={root}\0");
        byte[] inside = [0, .. mark];
        List<int> found = [];
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var id) && id != Environment.ProcessId && StartedWith(folder) is { } environment
                && (environment.AsSpan().StartsWith(mark) || environment.AsSpan().IndexOf(inside) >= 0))
            {
                found.Add(id);
            }
        }

        return found;
    }

    /// <summary>The environment with which a process was started; null for one that is gone or somebody else's. One that has ended and is not yet collected has none.</summary>
    private static byte[]? StartedWith(string folder)
    {
        try
        {
            return File.ReadAllBytes(Path.Combine(folder, "environ"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static void Kill(int id)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            process.Kill(entireProcessTree: true);
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or Win32Exception)
        {
            // It has ended.
        }
    }
}
