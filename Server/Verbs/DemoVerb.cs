using CopyTrack.Server.Hosting;
using CopyTrack.Server.Hosting.Demo;

namespace CopyTrack.Server.Verbs;

/// <summary><c>demo</c>: runs a simulated site on the loopback, on the embedded database in a folder of its own.</summary>
internal static class DemoVerb
{
    private const string Marker = "demo.txt", LockFile = "serve.lock";

    /// <summary>What a demo uses where nobody says otherwise: it looks more often than an office needs, so that there is always something to see.</summary>
    private static readonly Dictionary<string, string?> Defaults = new()
    {
        ["Data:Directory"] = "./data/demo", ["Polling:IdleSeconds"] = "10", ["Sessions:WatchSeconds"] = "5", ["Sessions:IdleSeconds"] = "60",
        ["Charging:Mono"] = "0.02", ["Charging:Color"] = "0.12", ["Charging:LargeSurcharge"] = "0.02",
    };

    /// <summary>
    /// Runs until it is told to stop, then 0; 2 when a port or the folder is in use or the folder holds something else. With <paramref name="fresh"/>
    /// an earlier demo's data go first.
    /// </summary>
    public static async Task<int> RunAsync(IConfiguration configuration, bool fresh, TextWriter output, TextWriter error, CancellationToken cancellationToken)
    {
        var settings = ServerSettings.From(new ConfigurationBuilder().AddInMemoryCollection(Defaults).AddConfiguration(configuration).Build()) with { LoopbackOnly = true };
        if (settings.Data.Provider != "sqlite")
        {
            throw new ConfigurationFault("Data:Provider", "the demo uses the embedded database; leave the key out");
        }

        using var alone = ServeLock.Take(settings.Data);
        if (alone is null)
        {
            await error.WriteLineAsync($"Data:Directory: another server uses {settings.Data.Directory}; stop it or give this one a directory of its own");
            return 2;
        }

        Prepare(settings.Data.Directory, fresh);
        try
        {
            await new DemoServer(settings, output).RunAsync(cancellationToken);
        }
        catch (IOException e) when (ServerHost.PortFault(settings, e) is { } fault)
        {
            await error.WriteLineAsync(fault);
            return 2;
        }

        return 0;
    }

    /// <summary>Only what a demo made is ever deleted (also a beginning that never got ready), and a demo never mixes with a real installation.</summary>
    private static void Prepare(string directory, bool fresh)
    {
        var marker = Path.Combine(directory, Marker);
        if (!File.Exists(marker) && Directory.EnumerateFileSystemEntries(directory).Any(e => Path.GetFileName(e) != LockFile))
        {
            throw new ConfigurationFault("Data:Directory", $"{directory} holds something that no demo made; give the demo a directory of its own");
        }

        if (fresh || !File.Exists(Path.Combine(directory, DemoCounters.FileName)))
        {
            foreach (var entry in new DirectoryInfo(directory).EnumerateFileSystemInfos().Where(e => e.Name != LockFile))
            {
                if (entry is DirectoryInfo folder)
                {
                    folder.Delete(recursive: true);
                }
                else
                {
                    entry.Delete();
                }
            }
        }

        File.WriteAllText(marker, "Everything in this folder was made by copytrack demo.\n");
    }
}
