using System.Diagnostics;
using CopyTrack.LoadGenerator.Enrolment;

namespace CopyTrack.LoadGenerator.Link;

/// <summary>The connected terminals of one run.</summary>
internal sealed class Fleet : IAsyncDisposable
{
    private Fleet(IReadOnlyList<LoadTerminal> terminals, TimeSpan took) => (Terminals, ConnectTime) = (terminals, took);

    public IReadOnlyList<LoadTerminal> Terminals { get; }

    /// <summary>How long it took until all had said hello.</summary>
    public TimeSpan ConnectTime { get; }

    /// <summary>How many connections have ended by themselves.</summary>
    public int Lost => Terminals.Count(t => t.IsLost);

    /// <summary>Connects the first <see cref="Options.Count"/> terminals of the key folder. Throws when one is refused.</summary>
    public static async Task<Fleet> ConnectAsync(Options options, CancellationToken cancellationToken)
    {
        var folder = new KeyFolder(options.Keys);
        using var authority = folder.LoadAuthority();
        var terminals = new LoadTerminal[options.Count];
        var watch = Stopwatch.StartNew();
        await System.Threading.Tasks.Parallel.ForEachAsync(
            Enumerable.Range(0, options.Count), new ParallelOptions { MaxDegreeOfParallelism = options.Parallel, CancellationToken = cancellationToken },
            async (number, ct) =>
            {
                using var certificate = folder.Load(number);
                terminals[number] = await LoadTerminal.ConnectAsync(number, options.Host, options.Terminals, certificate, authority, ct);
            });
        return new Fleet(terminals, watch.Elapsed);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var terminal in Terminals)
        {
            await terminal.DisposeAsync();
        }
    }
}
