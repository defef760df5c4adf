using CopyTrack.LoadGenerator.Figures;
using CopyTrack.LoadGenerator.Link;

namespace CopyTrack.LoadGenerator.Loads;

/// <summary>Connected terminals that do nothing: what one costs the server in memory.</summary>
internal static class IdleLoad
{
    public static async Task RunAsync(Options options, CancellationToken cancellationToken)
    {
        var server = new ServerProcess(options.ServerPid);
        var (rssBefore, pssBefore) = (server.RssKiB, server.PssKiB);
        await using var fleet = await Fleet.ConnectAsync(options, cancellationToken);
        var (rssConnected, connectCpu) = (server.RssKiB, server.CpuSeconds);
        await Task.Delay(TimeSpan.FromSeconds(options.Seconds), cancellationToken);
        var (rss, pss) = (server.RssKiB, server.PssKiB);
        FigureLine.Print(
            "idle", ("terminals", options.Count), ("lost", fleet.Lost), ("heldSeconds", options.Seconds), ("connectSeconds", fleet.ConnectTime.TotalSeconds),
            ("connectsPerSecond", options.Count / fleet.ConnectTime.TotalSeconds), ("serverCpuMsPerConnect", connectCpu * 1000 / options.Count),
            ("rssBeforeKiB", rssBefore), ("rssConnectedKiB", rssConnected), ("rssKiB", rss), ("pssBeforeKiB", pssBefore), ("pssKiB", pss),
            ("rssKiBPerTerminal", (rss - rssBefore) / options.Count), ("pssKiBPerTerminal", (pss - pssBefore) / options.Count));
    }
}
