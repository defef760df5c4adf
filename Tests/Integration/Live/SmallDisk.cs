using System.Diagnostics;
using System.Globalization;
using NUnit.Framework;

namespace CopyTrack.Integration.Live;

/// <summary>A disk of a few megabytes that only the programs started with <see cref="Enter"/> have: memory mounted in a mount namespace of its own.</summary>
internal sealed class SmallDisk : IAsyncDisposable
{
    private readonly Process holder;
    private readonly string ballast;

    private SmallDisk(Process holder, string directory, bool root)
    {
        this.holder = holder;
        Directory = directory;
        Enter = ["nsenter", "--target", $"{holder.Id}", "--mount", .. root ? Array.Empty<string>() : ["--user", "--preserve-credentials"]];
        Outside = $"/proc/{holder.Id}/root{directory}";
        ballast = $"{Outside}/ballast";
    }

    /// <summary>Where it is mounted, for programs inside.</summary>
    public string Directory { get; }

    /// <summary>The same place for whoever is not inside.</summary>
    public string Outside { get; }

    /// <summary>What stands before a command that is to see the disk.</summary>
    public IReadOnlyList<string> Enter { get; }

    /// <summary>Mounts one.</summary>
    public static async Task<SmallDisk> StartAsync(int megabytes)
    {
        var directory = System.IO.Directory.CreateTempSubdirectory("copytrack-disk-").FullName;
        var root = Environment.IsPrivilegedProcess;
        var holder = Process.Start(new ProcessStartInfo("unshare",
            ["--mount", .. root ? Array.Empty<string>() : ["--map-root-user"], "sh", "-c", $"mount -t tmpfs -o size={megabytes}m tmpfs '{directory}' && echo mounted && exec cat"])
        {
            RedirectStandardOutput = true, RedirectStandardInput = true,
        })!;
        Assert.That(await holder.StandardOutput.ReadLineAsync(), Is.EqualTo("mounted"), "no mount namespace can be made here");
        return new SmallDisk(holder, directory, root);
    }

    /// <summary>One number out of an SQLite database on it. SQLite follows links by name, so that only a program inside can open it.</summary>
    public async Task<long> ScalarAsync(string database, string sql)
    {
        const string Script = "import sqlite3, sys; print(sqlite3.connect('file:' + sys.argv[1] + '?mode=ro', uri=True).execute(sys.argv[2]).fetchone()[0])";
        using var reader = Process.Start(new ProcessStartInfo(Enter[0], [.. Enter.Skip(1), "python3", "-c", Script, database, sql]) { RedirectStandardOutput = true })!;
        var text = await reader.StandardOutput.ReadToEndAsync();
        await reader.WaitForExitAsync();
        return long.Parse(text, CultureInfo.InvariantCulture);
    }

    /// <summary>Takes every byte that is left.</summary>
    public async Task FillAsync()
    {
        await using var file = new FileStream(ballast, FileMode.Append, FileAccess.Write, FileShare.None, bufferSize: 0);
        foreach (var size in (int[])[1 << 20, 1 << 12])
        {
            var block = new byte[size];
            try
            {
                while (true)
                {
                    await file.WriteAsync(block);
                }
            }
            catch (IOException)
            {
                // Full, for blocks of this size.
            }
        }
    }

    /// <summary>Gives them back.</summary>
    public void Free() => File.Delete(ballast);

    public async ValueTask DisposeAsync()
    {
        // Without input it ends, and the mount with the last program inside.
        holder.StandardInput.Close();
        await holder.WaitForExitAsync();
        holder.Dispose();
        System.IO.Directory.Delete(Directory);
    }
}
